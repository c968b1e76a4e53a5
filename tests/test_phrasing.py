"""Phrasing: numbers, bounds and dates as each language writes them."""

from decimal import Decimal

import pytest

from qa_bot.language.phrasing import mark_ordinal, render_quantity
from qa_bot.language.units import Bound, PartialDate, Quantity, QuantityKind


def make(
    kind: QuantityKind,
    value: str | None,
    unit: str = "",
    *,
    bound: Bound = "",
    date: PartialDate | None = None,
    upper: str = "",
) -> Quantity:
    """A quantity whose text belongs to neither language, so that it has to be phrased anew."""
    return Quantity(
        kind, None if value is None else Decimal(value), unit, "%", 0, 1, date, Decimal(upper) if upper else None, bound
    )


@pytest.mark.parametrize(
    ("quantity", "kazakh", "english"),
    [
        (make("money", "3E9", "dollar"), "3 млрд доллар", "3 billion dollars"),
        (make("money", "3E9", "USD"), "3 млрд АҚШ доллары", "3 billion US dollars"),
        (make("money", "1E6", "tenge"), "1 млн теңге", "1 million tenge"),
        (make("money", "1", "dollar"), "1 доллар", "1 dollar"),
        (make("money", "12345678", "tenge"), "12 345 678 теңге", "12,345,678 tenge"),
        (make("percent", "4.5", "%"), "4,5 пайыз", "4.5 percent"),
        (make("percent", "50.00", "share"), "жартысы", "half"),
        (make("percent", "37.50", "share"), "37,5 пайыз", "37.5 percent"),
        (make("count", "5000", "person"), "5 мың адам", "5,000 people"),
        (make("count", "5250", "person"), "5 250 адам", "5,250 people"),
        (make("count", "1", "company"), "1 компания", "1 company"),
        (make("measure", "-5", "degree"), "минус 5 градус", "minus 5 degrees"),
        (make("money", "5E9", "dollar", upper="6E9"), "5–6 млрд доллар", "5–6 billion dollars"),
        (make("count", "700", "person", upper="2000"), "700–2 000 адам", "700–2,000 people"),
        (make("money", "500", "dollar", upper="2E6"), "500–2 000 000 доллар", "500–2,000,000 dollars"),
        (make("money", "8E5", "dollar", upper="2E6"), "800 мың–2 млн доллар", "800,000–2,000,000 dollars"),
        (make("count", "200", "participant", bound="over"), "200 қатысушыдан астам", "more than 200 participants"),
        (make("count", "200", "participant", bound="near"), "200 қатысушыға жуық", "nearly 200 participants"),
        (make("percent", "40", "%", bound="over"), "40 пайыздан астам", "more than 40 percent"),
        (make("percent", "40", "%", bound="near"), "40 пайызға жуық", "nearly 40 percent"),
        (make("money", "3E9", "USD", bound="under"), "3 млрд АҚШ долларынан кем", "less than 3 billion US dollars"),
        (make("count", "20", "project", bound="least"), "кемінде 20 жоба", "at least 20 projects"),
        (make("count", "20", "", bound="over"), "20-дан астам", "more than 20"),
        (make("ordinal", "3"), "үшінші", "third"),
        (make("ordinal", "26"), "26-шы", "26th"),
        (make("ordinal", "2", "quarter"), "екінші тоқсан", "second quarter"),
        (make("date", None, date=(2025, 12, 5)), "2025 жылғы 5 желтоқсан", "5 December 2025"),
        (make("date", None, date=(751, 7, 5)), "751 жылғы 5 шілде", "5 July AD 751"),
        (make("date", None, date=(-44, 3, 15)), "б.з.б. 44 жылғы 15 наурыз", "15 March 44 BC"),
        (make("year", "751", date=(751, None, None)), "б.з. 751 жылы", "AD 751"),
        (make("date", "5", date=(None, 12, 5), upper="7"), "5–7 желтоқсан", "5–7 December"),
        (make("year", "2025", date=(2025, None, None)), "2025 жыл", "2025"),
        (make("date", "19", "century", upper="20"), "XIX–XX ғасырлар", "19th–20th centuries"),
        (make("date", "1", "weekday"), "дүйсенбі", "Monday"),
        (make("time", "545", "clock"), "сағат 9:05", "9:05"),
    ],
)  # fmt: skip
def test_quantity_is_phrased_as_each_language_writes_it(quantity: Quantity, kazakh: str, english: str) -> None:
    assert render_quantity(quantity, "kk") == kazakh
    assert render_quantity(quantity, "en") == english


@pytest.mark.parametrize(
    ("value", "marked"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (21, "21st"), (113, "113th")]
)
def test_english_ordinals_take_their_marks(value: int, marked: str) -> None:
    assert mark_ordinal(value) == marked


def test_text_without_letters_is_phrased_anew_in_both_languages() -> None:
    quantity = Quantity("percent", Decimal(40), "%", "40%", 0, 3)
    assert (render_quantity(quantity, "kk"), render_quantity(quantity, "en")) == ("40 пайыз", "40 percent")
