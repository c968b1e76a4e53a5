"""Stems: what the inflected forms of a word have in common."""

import re
from functools import cache, lru_cache
from typing import Any

from qa_bot.records import Lang

_CASES = re.compile(
    "(?:ның|нің|дың|дің|тың|тің|ға|ге|қа|ке|на|не|ны|ні|ды|ді|ты|ті|нда|нде|да|де|та|те|нан|нен|дан|ден|тан|тен|мен|бен|пен|н)$"
)
_POSSESSIVES = re.compile("(?:ымыз|іміз|ыңыз|іңіз|мыз|міз|сы|сі|ы|і|ым|ім)$")
_PLURALS = re.compile("(?:лар|лер|дар|дер|тар|тер)$")
_VERBS = re.compile("(?:ған|ген|қан|кен|ып|іп|п|у|атын|етін|ады|еді|мақ|мек|бақ|бек|пақ|пек|са|се)$")
_RESTORED = {"б": "п", "г": "к", "ғ": "қ"}


@lru_cache(maxsize=1 << 18)
def stem(word: str, lang: Lang) -> str:
    """Give the stem of a word, in lower case. Kazakh by ordered suffix rules, English by Snowball."""
    lowered = word.lower()
    if lang == "en":
        return str(_english().stemWord(lowered.replace("’", "'")))
    for rule in (_CASES, _POSSESSIVES, _PLURALS, _VERBS):
        shorter = rule.sub("", lowered, count=1)
        if len(shorter) >= 3:
            lowered = shorter
    return lowered[:-1] + _RESTORED.get(lowered[-1:], lowered[-1:])


@cache
def _english() -> Any:
    import Stemmer  # noqa: PLC0415  # loaded when the first English word comes

    return Stemmer.Stemmer("english")
