"""Russian questions in Kazakh words: enough for a search and for telling what is asked, no translation to be read.

Words of `russian.tsv` are replaced by their Kazakh ones; names and loan words that it does not list lose their Russian
case ending, for the two languages share their stems: санкций, санкция.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from qa_bot.language.stem import Snowball
from qa_bot.language.words import find_words, function_words

_TABLE: Final = Path(__file__).with_name("russian.tsv")
_LONGEST: Final = 4  # words of a listed phrase
_ABSTRACT: Final = re.compile(r"(?:ия|ии|ию|ией|ий|иям|иями|иях)$")
"""Endings of loans in -ия, which both languages have: делегация, коррупция."""
_CASE: Final = re.compile(r"(?<=\w{3})(?:ами|ями|ого|ому|ыми|ими|ом|ем|ой|ей|ам|ям|ах|ях|ов|ев|ую|ые|ый|ая|[уюеыиая])$")


def read_russian(text: str) -> str:
    """The words of a Russian question in Kazakh, in their order; an unknown word stays, without its ending."""
    words = [word.text for word in find_words(text)]
    said: list[str] = []
    at = 0
    while at < len(words):
        length, kazakh = _look_up(words[at : at + _LONGEST])
        if kazakh is not None:
            said.append(kazakh)
        elif words[at].lower() not in function_words("stop", "ru"):
            said.append(_without_ending(words[at]))
        at += length
    ending = text.rstrip()[-1:]
    return " ".join(said) + (ending if ending in {"?", "!", "."} else "")


def _look_up(words: Sequence[str]) -> tuple[int, str | None]:
    """The longest listed phrase that the words begin with: how many words, and the Kazakh for them."""
    for length in range(len(words), 0, -1):
        for spell in _SPELLINGS:
            kazakh = _known(spell).get(tuple(map(spell, words[:length])))
            if kazakh is not None:
                return length, kazakh
    return 1, None


def _without_ending(word: str) -> str:
    if word[0].isdigit() or (word.isupper() and len(word) > 1):
        return word
    if len(word) > 5 and _ABSTRACT.search(word):
        return _ABSTRACT.sub("ия", word)
    return _CASE.sub("", word) if word[0].isupper() else _find_stem(word)


def _lower(word: str) -> str:
    return word.lower().replace("ё", "е")


def _strip_case(word: str) -> str:
    lowered = _lower(word)
    return lowered if _is_whole(lowered) else _CASE.sub("", lowered)


def _find_stem(word: str) -> str:
    lowered = _lower(word)
    return lowered if _is_whole(lowered) else _stemmer().stemWord(lowered)


def _is_whole(lowered: str) -> bool:
    """Whether a word tells by its ending what it asks (каком, какова), or is too short to lose one."""
    return len(lowered) < 4 or lowered in function_words("question", "ru")


_SPELLINGS: Final = (_lower, _strip_case, _find_stem)
"""How words are compared, the strictest first: встретил is listed, встречал has but its stem."""


@cache
def _stemmer() -> Snowball:
    from Stemmer import Stemmer  # loaded when the first Russian word comes

    stemmer: Snowball = Stemmer("russian")
    return stemmer


@cache
def _known(spell: Callable[[str], str]) -> dict[tuple[str, ...], str]:
    """Words of a Russian phrase, as `spell` writes them → Kazakh words. A phrase listed twice keeps its first row."""
    found: dict[tuple[str, ...], str] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kazakh, russian = line.split("\t")
        for phrase in russian.split(";"):
            found.setdefault(tuple(spell(word.text) for word in find_words(phrase)), kazakh)
    return found
