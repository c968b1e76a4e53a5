"""Clock times in Kazakh and English text: "сағат 15:00-де", "кешкі 6-да", "18:30", "3:30 pm"."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from qa_bot.language.number_words import read_word_group
from qa_bot.language.tokens import Token, is_hyphenated, is_tight, join_tokens
from qa_bot.language.units import Found, make_quantity
from qa_bot.records import Lang

_AFTER_NOON: Final = {  # part of the day → its hours after noon; the others are before it
    "таңғы": range(0),
    "таңертеңгі": range(0),
    "түскі": range(1, 7),
    "күндізгі": range(1, 7),
    "кешкі": range(1, 12),
    "түнгі": range(9, 12),
}
_DAYTIME: Final = frozenset({"", "түскі", "күндізгі"})  # 12 is noon; with any other part of the day, midnight
_POINTED: Final = re.compile(r"(\d\d?)(?:\.([0-5]\d))?")  # 8.30 am; without a word for time, a decimal
_MINUTES: Final = re.compile(r"[0-5]\d")
_AT: Final = re.compile(r"[дт][еа]н?|[гкғқ][еа]")  # сағат 9-да, 9-дан, 9-ға


def match_time(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Find the clock time that begins at a token; its value is the minutes since midnight.

    An hour without minutes is a time only if the words around it say so: "сағат 9-да", "9 pm".
    """
    return _match_kazakh(tokens, first) if lang == "kk" else _match_english(tokens, first)


def _match_kazakh(tokens: Sequence[Token], first: int) -> Found | None:
    part = tokens[first].lower if tokens[first].lower in _AFTER_NOON else ""
    at, named = first + bool(part), bool(part)
    if at < len(tokens) and tokens[at].lower == "сағат":
        at, named = at + 1, True
    if named and (spelled := _match_spelled_hour(tokens, first, at, part)):
        return spelled
    read = _read_clock(tokens, at)
    if read is None:
        return None
    hour, minute, stop = read
    base = join_tokens(tokens, first, stop).rstrip()
    ends_in_case = is_hyphenated(tokens, stop) and _AT.fullmatch(tokens[stop + 1].lower)
    if (minute is None or stop == at + 1) and not (named and (ends_in_case or minute is not None)):
        return None
    if minute is None:
        base = join_tokens(tokens, first, stop + 2).rstrip()
    return _make(tokens, first, stop + 2 * bool(ends_in_case), base, 60 * _place_hour(hour, part) + (minute or 0))


def _place_hour(hour: int, part: str) -> int:
    """The hour of 24 that an hour of a part of the day is: кешкі 6 is 18, түнгі 12 is 0."""
    if hour == 12 and part not in _DAYTIME:
        return 0
    return hour + 12 if part and hour in _AFTER_NOON[part] else hour


def _match_spelled_hour(tokens: Sequence[Token], first: int, at: int, part: str) -> Found | None:
    """Read "кешкі сегізде", "сағат тоғыздан"."""
    hour = read_word_group(tokens, at, "kk") if at < len(tokens) and tokens[at].is_word else None
    if hour is None or hour.ordinal or not hour.ending or not 1 <= hour.value <= 24 or hour.value % 1:
        return None
    text = join_tokens(tokens, first, hour.stop).rstrip()
    return _make(tokens, first, hour.stop, text, 60 * _place_hour(int(hour.value), part))


def _match_english(tokens: Sequence[Token], first: int) -> Found | None:
    read = _read_clock(tokens, first)
    if read is None:
        return None
    hour, minute, stop = read
    words = [token.lower for token in tokens[stop : stop + 3]]
    mark = "".join(words) if words[1:] == [".", "m"] else "".join(words[:1])
    if mark in ("am", "pm", "a.m", "p.m", "a.m.", "p.m."):
        hour = hour % 12 + 12 * (mark[0] == "p")
        stop += 3 if words[1:] == [".", "m"] else 1
    elif minute is None or stop == first + 1:
        return None
    return _make(tokens, first, stop, join_tokens(tokens, first, stop).rstrip(), 60 * hour + (minute or 0))


def _read_clock(tokens: Sequence[Token], at: int) -> tuple[int, int | None, int] | None:
    """Read 15:00 or 15. Returns: hour, minute if written, and the token after."""
    pointed = _POINTED.fullmatch(tokens[at].text) if at < len(tokens) else None
    if pointed is None or int(pointed[1]) > 23:
        return None
    hour = int(pointed[1])
    if pointed[2]:
        return hour, int(pointed[2]), at + 1
    tied = at + 2 < len(tokens) and tokens[at + 1].text == ":" and is_tight(tokens, at + 1) and is_tight(tokens, at + 2)
    if tied and _MINUTES.fullmatch(tokens[at + 2].text):
        return hour, int(tokens[at + 2].text), at + 3
    return hour, None, at + 1


def _make(tokens: Sequence[Token], first: int, stop: int, text: str, minutes: int) -> Found:
    return make_quantity(tokens, first, stop, "time", Decimal(minutes), "clock", text=text)
