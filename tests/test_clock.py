"""Clock times: minutes since midnight, and numbers that are no time."""

import pytest

from qa_bot.language.clock import match_time
from qa_bot.language.tokens import find_tokens
from qa_bot.records import Lang


@pytest.mark.parametrize(
    ("text", "lang", "minutes"),
    [
        ("сағат 15:00-де", "kk", 900),
        ("18:30", "kk", 1110),
        ("кешкі сағат 6-да", "kk", 1080),
        ("таңғы 7-ден", "kk", 420),
        ("сағат тоғызда", "kk", 540),
        ("3 pm", "en", 900),
        ("12:15 am", "en", 15),
        ("12 p.m.", "en", 720),
        ("түнгі сағат 11-де", "kk", 1380),
        ("түнгі 2-де", "kk", 120),
        ("түнгі 12-де", "kk", 0),
        ("кешкі 12-де", "kk", 0),
        ("таңғы 12-де", "kk", 0),
        ("түскі 12-де", "kk", 720),
        ("түскі 2-де", "kk", 840),
        ("күндізгі 3-те", "kk", 900),
        ("түнгі он екіде", "kk", 0),
    ],
)
def test_time_is_minutes_since_midnight(text: str, lang: Lang, minutes: int) -> None:
    found = match_time(find_tokens(text), 0, lang)
    assert found is not None
    assert (found.quantity.kind, found.quantity.value) == ("time", minutes)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("сағат 9-да ашылады", "сағат 9-да"),
        ("таңғы 9-дан", "таңғы 9-дан"),
        ("кешкі сегізде", "кешкі сегізде"),
        ("сағат 15:00-де", "сағат 15:00"),
    ],
)
def test_written_hour_still_reads_as_a_time(text: str, written: str) -> None:
    found, again = match_time(find_tokens(text), 0, "kk"), match_time(find_tokens(written), 0, "kk")
    assert found is not None
    assert again is not None
    assert (found.quantity.text, again.quantity.value) == (written, found.quantity.value)


@pytest.mark.parametrize(
    ("text", "lang"),
    [("3:1", "kk"), ("25:00", "en"), ("15", "kk"), ("сағат 5", "kk"), ("6-да", "kk"), ("9 amid", "en")],
)
def test_score_hour_count_or_bare_number_is_no_time(text: str, lang: Lang) -> None:
    assert match_time(find_tokens(text), 0, lang) is None
