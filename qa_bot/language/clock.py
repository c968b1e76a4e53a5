"""Clock times in Kazakh and English text: "сағат 15:00-де", "кешкі 6-да", "18:30", "3:30 pm"."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from qa_bot.language.number_words import read_word_group
from qa_bot.language.tokens import Token, is_hyphenated, is_tight, join_tokens
from qa_bot.language.units import Found, make_quantity
from qa_bot.records import Lang

_BEFORE_NOON: Final = frozenset({"таңғы", "таңертеңгі"})
_AFTER_NOON: Final = frozenset({"кешкі"})
_POINTED: Final = re.compile(r"(\d\d?)(?:\.([0-5]\d))?")  # 8.30 am; without a word for time, a decimal
_MINUTES: Final = re.compile(r"[0-5]\d")
_AT: Final = re.compile(r"[дт][еа]н?|[гкғқ][еа]")  # сағат 9-да, 9-дан, 9-ға


def match_time(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Find the clock time that begins at a token; its value is the minutes since midnight.

    An hour without minutes is a time only if the words around it say so: "сағат 9-да", "9 pm".
    """
    return _match_kazakh(tokens, first) if lang == "kk" else _match_english(tokens, first)


def _match_kazakh(tokens: Sequence[Token], first: int) -> Found | None:
    half = tokens[first].lower
    at = first + (half in _BEFORE_NOON or half in _AFTER_NOON)
    named = at > first
    if at < len(tokens) and tokens[at].lower == "сағат":
        at, named = at + 1, True
    if named and (spelled := _match_spelled_hour(tokens, first, at)):
        return spelled
    read = _read_clock(tokens, at)
    if read is None:
        return None
    hour, minute, stop = read
    base = join_tokens(tokens, first, stop).rstrip()
    ends_in_case = is_hyphenated(tokens, stop) and _AT.fullmatch(tokens[stop + 1].lower)
    if (minute is None or stop == at + 1) and not (named and (ends_in_case or minute is not None)):
        return None
    hour += 12 * (half in _AFTER_NOON and hour < 12)
    return _make(tokens, first, stop + 2 * bool(ends_in_case), base, 60 * hour + (minute or 0))


def _match_spelled_hour(tokens: Sequence[Token], first: int, at: int) -> Found | None:
    """Read "кешкі сегізде", "сағат тоғыздан"."""
    hour = read_word_group(tokens, at, "kk") if at < len(tokens) and tokens[at].is_word else None
    if hour is None or hour.ordinal or not hour.ending or not 1 <= hour.value <= 24 or hour.value % 1:
        return None
    late = tokens[first].lower in _AFTER_NOON and hour.value < 12
    text = join_tokens(tokens, first, at) + hour.base
    return _make(tokens, first, hour.stop, text, 60 * (int(hour.value) + 12 * late))


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
