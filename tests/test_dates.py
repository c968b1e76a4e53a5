"""Dates: what makes a number a year, a century or a day, and what keeps it a duration."""

import pytest

from qa_bot.language.dates import match_date
from qa_bot.language.tokens import find_tokens
from qa_bot.language.units import PartialDate, Quantity
from qa_bot.records import Lang


def read(text: str, lang: Lang, first: int = 0) -> Quantity | None:
    found = match_date(find_tokens(text), first, lang)
    return found and found.quantity


@pytest.mark.parametrize(
    ("text", "lang", "date"),
    [
        ("2025 жылғы 12 желтоқсанда", "kk", (2025, 12, 12)),
        ("2025 жылдың 12-желтоқсанында", "kk", (2025, 12, 12)),
        ("12 желтоқсан 2025 жыл", "kk", (2025, 12, 12)),
        ("12-желтоқсан, 2025 жылы", "kk", (2025, 12, 12)),
        ("он екінші желтоқсанда", "kk", (None, 12, 12)),
        ("2025 жылғы желтоқсанда", "kk", (2025, 12, None)),
        ("желтоқсан айында", "kk", (None, 12, None)),
        ("2025-12-05", "kk", (2025, 12, 5)),
        ("05.12.2025", "en", (2025, 12, 5)),
        ("December 5th, 2025", "en", (2025, 12, 5)),
        ("the 5th of December", "en", None),
        ("5th of December", "en", (None, 12, 5)),
        ("Sept. 5", "en", (None, 9, 5)),
        ("31.31.2025", "kk", None),
        ("12 желтоқсан 2025 ж. Астана", "kk", (2025, 12, 12)),
        ("12 желтоқсанда 1500 адам жиналды", "kk", (None, 12, 12)),
        ("12 желтоқсан, 1500 адам", "kk", (None, 12, 12)),
        ("1 маусымда 1200 науқас", "kk", (None, 6, 1)),
        ("December 5, 1500 people gathered", "en", (None, 12, 5)),
        ("December 5, 1500 tractors came", "en", (None, 12, 5)),
        ("5 December 2000 tonnes", "en", (None, 12, 5)),
        ("December 5, 2025 people gathered", "en", (2025, 12, 5)),
    ],
)
def test_day_month_and_year_are_read_in_any_order(text: str, lang: Lang, date: PartialDate | None) -> None:
    quantity = read(text, lang)
    assert (quantity and quantity.date) == date


@pytest.mark.parametrize(
    "text",
    ["2025 жылы", "2025 ж.", "1991 жылдан", "751 жылы", "2025-жылы", "екі мың жиырма бесінші жылы", "1856 жылы аса"],
)
def test_number_before_the_word_for_year_is_a_year(text: str) -> None:
    quantity = read(text, "kk")
    assert quantity is not None
    assert quantity.kind == "year"


@pytest.mark.parametrize(
    "text", ["1500 жыл бұрын", "25 жылда", "1000 жылдық", "екі жыл", "100 жылдан астам", "10 жыл ішінде"]
)
def test_stretch_of_years_is_no_date(text: str) -> None:
    assert read(text, "kk") is None


@pytest.mark.parametrize(
    ("text", "lang", "unit", "value"),
    [
        ("ХІХ ғасырда", "kk", "century", 19),
        ("XIX ғасырдың", "kk", "century", 19),
        ("19-ғасыр", "kk", "century", 19),
        ("он тоғызыншы ғасыр", "kk", "century", 19),
        ("90-жылдары", "kk", "decade", 1990),
        ("1990s", "en", "decade", 1990),
        ("жұмада", "kk", "weekday", 5),
        ("Friday", "en", "weekday", 5),
    ],
)
def test_what_has_no_calendar_date_carries_a_value(text: str, lang: Lang, unit: str, value: int) -> None:
    quantity = read(text, lang)
    assert quantity is not None
    assert (quantity.unit, quantity.value, quantity.date) == (unit, value, None)


@pytest.mark.parametrize("text", ["маусымда", "қазан", "may be", "March on"])
def test_word_that_is_as_often_no_month_needs_support(text: str) -> None:
    assert read(text, "en" if text.isascii() else "kk") is None


@pytest.mark.parametrize(
    ("text", "year"), [("AD 751", 751), ("AD ²", None), ("AD 1,200", None), ("AD " + "9" * 5000, None)]
)
def test_era_makes_plain_digits_a_year(text: str, year: int | None) -> None:
    quantity = read(text, "en")
    assert (quantity and quantity.date) == (year and (year, None, None))


def test_years_before_christ_count_down() -> None:
    found = match_date(find_tokens("б.з.б. 57 жылы"), 6, "kk")
    assert found is not None
    assert found.quantity.date == (-57, None, None)
