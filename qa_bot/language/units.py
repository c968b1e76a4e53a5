"""What a quantity is, and the units that Kazakh and English text counts in.

`units.tsv` lists the units with their names in both languages; a Kazakh name is recognised in all its case forms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from qa_bot.language.suffix import noun_endings, noun_forms
from qa_bot.language.tokens import Token, find_tokens, is_hyphenated, join_tokens
from qa_bot.records import Lang

QuantityKind: TypeAlias = Literal["money", "percent", "count", "measure", "date", "year", "time", "duration", "ordinal"]
Bound: TypeAlias = Literal["", "over", "under", "near", "about", "least", "most"]
PartialDate: TypeAlias = tuple[int | None, int | None, int | None]

TABLE: Final = Path(__file__).with_name("units.tsv")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount, a share, a date or a number that stands in a text.

    `start` and `end` are code points of the text and cover the words as they stand; `text` is the same stretch in
    its base form, without the case ending of the last word; an hour keeps it, for it is what tells a time (сағат 9-да)
    from a stretch of time. `unit` is the key of a unit ("tenge", "km", "person"),
    empty for a bare number; "USD" only where the text says US dollars, "dollar" otherwise. A clock time counts the
    minutes since midnight. `date` is (year, month, day), each possibly unknown. `upper` is the far end of a range,
    `bound` tells whether the text says more than, less than, nearly, about, at least or at most the value.
    """

    kind: QuantityKind
    value: Decimal | None
    unit: str
    text: str
    start: int
    end: int
    date: PartialDate | None = None
    upper: Decimal | None = None
    bound: Bound = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity and the token after it."""

    quantity: Quantity
    stop: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its display names; `key` is the same in both languages."""

    key: str
    kind: QuantityKind
    one: str
    many: str
    kazakh: str


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A unit read up to token `stop`; `base` is its text without a case ending, `ending` the ending it carries."""

    unit: Unit
    stop: int
    base: str
    ending: str


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    unit: Unit


def make_quantity(
    tokens: Sequence[Token],
    first: int,
    stop: int,
    kind: QuantityKind,
    value: Decimal | None,
    unit: str = "",
    *,
    text: str = "",
    date: PartialDate | None = None,
    upper: Decimal | None = None,
    bound: Bound = "",
) -> Found:
    """Build the quantity that stands in `tokens[first:stop]`; its text is theirs unless given."""
    written = text or join_tokens(tokens, first, stop).rstrip()
    start, end = tokens[first].start, tokens[stop - 1].end
    return Found(Quantity(kind, value, unit, written, start, end, date, upper, bound), stop)


def match_unit(tokens: Sequence[Token], first: int, lang: Lang) -> UnitMatch | None:
    """Find the longest name of a unit that begins at a token; Kazakh names may carry case endings.

    Returns: None if no unit is named there.
    """
    if first >= len(tokens):
        return None
    best: UnitMatch | None = None
    for name in _names(lang).get(tokens[first].lower[:2], ()):
        found = _match_name(tokens, first, name, lang)
        if found and (best is None or found.stop > best.stop):
            best = found
    return best


@cache
def find_unit(key: str) -> Unit | None:
    """Give the unit of a key."""
    return _units().get(key)


def _match_name(tokens: Sequence[Token], first: int, name: _Name, lang: Lang) -> UnitMatch | None:
    last = first + len(name.words) - 1
    if last >= len(tokens):
        return None
    if any(token.lower != word for token, word in zip(tokens[first:last], name.words[:-1], strict=False)):
        return None
    token, word = tokens[last], name.words[-1]
    head = join_tokens(tokens, first, last)
    if token.lower == word:
        if lang == "kk" and is_hyphenated(tokens, last + 1) and tokens[last + 2].lower in noun_endings():
            return UnitMatch(name.unit, last + 3, head + token.text, tokens[last + 2].lower)
        return UnitMatch(name.unit, last + 1, head + token.text, "")
    if lang == "en" or len(word) < 2 or not token.is_word:
        return None
    ending = noun_forms(word, possessed=last > first and word[-1] in "ыі").get(token.lower)
    if ending is None:
        return None
    base = token.text[: len(token.text) - len(ending)] if token.lower.startswith(word) else word
    return UnitMatch(name.unit, last + 1, head + base, ending)


@cache
def _units() -> dict[str, Unit]:
    return {unit.key: unit for unit, _, _ in _rows()}


@cache
def _names(lang: Lang) -> dict[str, list[_Name]]:
    """The names of the units as words in lower case, by the first two letters."""
    found: dict[str, list[_Name]] = {}
    for unit, english, kazakh in _rows():
        for written in english if lang == "en" else kazakh:
            words = tuple(token.lower for token in find_tokens(written))
            found.setdefault(words[0][:2], []).append(_Name(words, unit))
    return found


@cache
def _rows() -> list[tuple[Unit, list[str], list[str]]]:
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        key, kind, one, many, more_english, kazakh, more_kazakh = line.split("\t")
        unit = Unit(key, next(known for known in get_args(QuantityKind) if known == kind), one, many, kazakh)
        english = [name for name in (one, many, *more_english.split(";")) if name]
        rows.append((unit, english, [name for name in (kazakh, *more_kazakh.split(";")) if name]))
    return rows
