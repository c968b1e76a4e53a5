"""Months and weekdays by name, in all Kazakh case forms."""

import pytest

from qa_bot.language.months import CalendarKind, calendar_name, read_calendar_name
from qa_bot.language.tokens import find_tokens
from qa_bot.records import Lang

COUNTS: dict[CalendarKind, int] = {"month": 12, "weekday": 7}


@pytest.mark.parametrize("kind", ["month", "weekday"])
@pytest.mark.parametrize("lang", ["kk", "en"])
def test_every_name_is_read_back(kind: CalendarKind, lang: Lang) -> None:
    for number in range(1, COUNTS[kind] + 1):
        name = read_calendar_name(find_tokens(calendar_name(kind, number, lang)), 0, kind, lang)
        assert name is not None
        assert name.number == number


@pytest.mark.parametrize(
    ("text", "number", "base"),
    [
        ("желтоқсанда", 12, "желтоқсан"),
        ("шілдесінде", 7, "шілде"),
        ("қыркүйегінің", 9, "қыркүйек"),
        ("мамыр айында", 5, "мамыр айы"),
    ],
)
def test_case_ending_is_taken_off_the_month(text: str, number: int, base: str) -> None:
    name = read_calendar_name(find_tokens(text), 0, "month", "kk")
    assert name is not None
    assert (name.number, name.base) == (number, base)


@pytest.mark.parametrize(
    ("text", "lang"), [("december", "en"), ("Decem", "en"), ("қара", "kk"), ("12", "kk"), ("", "kk")]
)
def test_other_words_are_no_month(text: str, lang: Lang) -> None:
    assert read_calendar_name(find_tokens(text), 0, "month", lang) is None


def test_shortened_month_takes_its_point_along() -> None:
    name = read_calendar_name(find_tokens("Dec. 5"), 0, "month", "en")
    assert name is not None
    assert (name.number, name.stop) == (12, 2)
