"""The names of months and weekdays in Kazakh, in all their case forms, and in English."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from qa_bot.language.suffix import noun_forms
from qa_bot.language.tokens import Token
from qa_bot.records import Lang

_TABLE: Final = Path(__file__).with_name("calendar.tsv")

CalendarKind: TypeAlias = Literal["month", "weekday"]


@dataclass(frozen=True, slots=True)
class CalendarName:
    """A month (1 to 12) or a weekday (1 is Monday) read up to token `stop`; `base` is its text without an ending.

    `unsure`: named alone, the word as often means something else (May, March; маусым: season).
    """

    number: int
    stop: int
    base: str
    unsure: bool = False


def calendar_name(kind: CalendarKind, number: int, lang: Lang) -> str:
    """Give the name of a month or weekday by its number from 1."""
    return next(row[1] for row in _rows(kind, lang) if row[0] == number)


def read_calendar_name(tokens: Sequence[Token], at: int, kind: CalendarKind, lang: Lang) -> CalendarName | None:
    """Read the month or weekday named at a token; a Kazakh month with the word айы after it if that is there."""
    if at >= len(tokens) or not tokens[at].is_word:
        return None
    token = tokens[at]
    word = token.lower.removesuffix("'s").removesuffix("’s") if lang == "en" else token.lower
    found = _forms(kind, lang).get(word)
    if found is None or (lang == "en" and not token.text[0].isupper()):
        return None
    number, name, ending, unsure = found
    base = token.text[: len(token.text) - len(ending)] if token.lower.startswith(name) else name
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None:
        return CalendarName(number, at + 1, base, unsure)
    if lang == "kk" and kind == "month" and following.lower in noun_forms("айы", possessed=True):
        return CalendarName(number, at + 2, f"{base} айы")
    shortened = lang == "en" and len(token.text) < 5 and following.text == "." and following.start == token.end
    return CalendarName(number, at + 1 + shortened, token.text[: len(word)] if lang == "en" else base, unsure)


@cache
def _forms(kind: CalendarKind, lang: Lang) -> dict[str, tuple[int, str, str, bool]]:
    """Every form in lower case → (number, the name in lower case, the ending, unsure)."""
    found: dict[str, tuple[int, str, str, bool]] = {}
    for number, name, shorter, unsure in _rows(kind, lang):
        forms = noun_forms(name) if lang == "kk" else dict.fromkeys([name.lower(), *shorter], "")
        found |= {form: (number, name.lower(), ending, unsure) for form, ending in forms.items()}
    return found


@cache
def _rows(kind: CalendarKind, lang: Lang) -> list[tuple[int, str, list[str], bool]]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.startswith(f"{lang}\t{kind}"))
    return [
        (int(number), name, [other.lower() for other in shorter.split(";") if other], bool(unsure))
        for _, _, number, name, shorter, unsure in rows
    ]
