"""What the wording of a question or sentence gives away: the rows of `question_rules.tsv`, and how they are matched."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from qa_bot.language.letters import fold
from qa_bot.language.quantities import find_quantities
from qa_bot.records import Kind, Lang
from qa_bot.terms import is_asked_for

_RULES = Path(__file__).with_name("question_rules.tsv")


def matches(what: str, language: Lang, text: str) -> bool:
    """Whether any rule of a sort is met somewhere in the text."""
    return next(find_rules(what, language, text), None) is not None


def find_rules(what: str, language: Lang, text: str) -> Iterator[re.Match[str]]:
    """For each rule of a sort that is met, where it is met first. Offsets are those of the text."""
    seen = see_letters(text, language)
    for pattern, _ in _patterns(what, language):
        found = pattern.search(seen)
        if found:
            yield found


def find_kinds(text: str, language: Lang) -> tuple[Kind, ...]:
    """The kinds of answer that would do, the best first; `("statement",)` if nothing tells.

    An amount that the question names itself is not what it asks for.
    """
    for quantity in reversed(find_quantities(text, language)):
        if quantity.value is not None and not is_asked_for(text, quantity, language):
            text = text[: quantity.start] + "#" + text[quantity.end :]
    for pattern, kinds in _patterns("kind", language):
        if pattern.search(see_letters(text, language).strip()):
            return kinds
    return ("statement",)


@lru_cache(maxsize=1 << 14)
def is_negated(text: str, language: Lang) -> bool:
    """Whether a sentence denies something. A name in the middle of it does not: «Қабанбай», «Алмас»."""
    seen = see_letters(text, language)
    return any(
        found.start() == 0 or not text[found.start()].isupper()
        for pattern, _ in _patterns("negation", language)
        for found in pattern.finditer(seen)
    )


def see_letters(text: str, language: Lang) -> str:
    """A text as the rules see it, letter for letter: Kazakh folded, as it may be typed with Russian letters."""
    lower = fold if language == "kk" else str.lower
    seen = lower(text)
    # The capital İ becomes two signs; every other letter stays one.
    return seen if len(seen) == len(text) else "".join(lower(letter)[0] for letter in text)


@cache
def _patterns(what: str, language: Lang) -> tuple[tuple[re.Pattern[str], tuple[Kind, ...]], ...]:
    """The rows of one sort and language, in the order of the file."""
    rows = [line.split("\t") for line in _RULES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(
        (
            re.compile(fold(row[2]) if language == "kk" else row[2]),
            tuple(cast(Kind, kind) for kind in row[3].split()) if len(row) > 3 else (),
        )
        for row in rows
        if row[0] == what and row[1] == language
    )
