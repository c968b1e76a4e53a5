"""Amounts: currency before and after the number, words between a number and its unit, how exact it is."""

from decimal import Decimal

import pytest

from qa_bot.language.amounts import match_amount
from qa_bot.language.tokens import find_tokens
from qa_bot.language.units import Bound, Quantity
from qa_bot.records import Lang


def read(text: str, lang: Lang, first: int = 0) -> Quantity | None:
    found = match_amount(find_tokens(text), first, lang)
    return found and found.quantity


@pytest.mark.parametrize(
    ("text", "lang", "unit"),
    [
        ("$3bn", "en", "dollar"),
        ("US$3bn", "en", "USD"),
        ("USD 3 billion", "en", "USD"),
        ("KZT 5 million", "en", "tenge"),
        ("3 млн $", "kk", "dollar"),
        ("500 ₸", "kk", "tenge"),
        ("3 млн АҚШ долларын", "kk", "USD"),
    ],
)
def test_currency_is_read_on_either_side(text: str, lang: Lang, unit: str) -> None:
    quantity = read(text, lang)
    assert quantity is not None
    assert (quantity.kind, quantity.unit) == ("money", unit)


@pytest.mark.parametrize(
    ("text", "lang", "first", "bound", "base"),
    [
        ("200-ден астам адам", "kk", 0, "over", "200-ден астам адам"),
        ("40 пайыздан астам өсті", "kk", 0, "over", "40 пайыздан астам"),
        ("100 теңгеден кем", "kk", 0, "under", "100 теңгеден кем"),
        ("3 млрд долларға жуық", "kk", 0, "near", "3 млрд долларға жуық"),
        ("кемінде 20 жоба", "kk", 1, "least", "кемінде 20 жоба"),
        ("80 мыңдай адам", "kk", 0, "about", "80 мыңдай адам"),
        ("more than 40 percent", "en", 2, "over", "more than 40 percent"),
        ("fewer than 5 people", "en", 2, "under", "fewer than 5 people"),
        ("at least 20 projects", "en", 2, "least", "at least 20 projects"),
        ("40 пайызға дейін", "kk", 0, "", "40 пайыз"),
    ],
)
def test_words_that_tell_how_exact_a_number_is_are_taken_in(
    text: str, lang: Lang, first: int, bound: Bound, base: str
) -> None:
    quantity = read(text, lang, first)
    assert quantity is not None
    assert (quantity.bound, quantity.text) == (bound, base)


@pytest.mark.parametrize(
    ("text", "lang", "unit"),
    [
        ("12 екіжақты құжат", "kk", "document"),
        ("3 жаңа ірі зауыт", "kk", "plant"),
        ("20 new bilateral agreements", "en", "agreement"),
        ("5 of the countries", "en", ""),
        ("5 келді", "kk", ""),
        ("5 тиімді пайыз", "kk", ""),
    ],
)
def test_only_adjectives_may_stand_between_a_number_and_what_it_counts(text: str, lang: Lang, unit: str) -> None:
    quantity = read(text, lang)
    assert quantity is not None
    assert quantity.unit == unit


@pytest.mark.parametrize(
    ("text", "lang", "percent"),
    [
        ("үштен бірі", "kk", "33.33"),
        ("жартысын", "kk", "50"),
        ("three quarters", "en", "75"),
        ("one-third", "en", "33.33"),
    ],
)
def test_part_of_a_whole_is_a_percentage(text: str, lang: Lang, percent: str) -> None:
    quantity = read(text, lang)
    assert quantity is not None
    assert (quantity.kind, quantity.unit, quantity.value) == ("percent", "share", Decimal(percent))


@pytest.mark.parametrize(
    ("text", "lang", "first"), [("екінші жартысы", "kk", 1), ("second half", "en", 1), ("half century", "en", 0)]
)
def test_half_of_a_stretch_of_time_is_no_percentage(text: str, lang: Lang, first: int) -> None:
    assert read(text, lang, first) is None


@pytest.mark.parametrize(("text", "first"), [("COVID-19", 2), ("Ту-154", 2), ("5G", 0), ("Q1", 1)])
def test_digits_of_a_name_are_no_number(text: str, first: int) -> None:
    assert read(text, "kk", first) is None


@pytest.mark.parametrize(
    ("text", "lang"), [("бірінші тоқсанда", "kk"), ("I тоқсан", "kk"), ("1-тоқсан", "kk"), ("first quarter", "en")]
)
def test_quarter_of_a_year_is_not_ninety(text: str, lang: Lang) -> None:
    quantity = read(text, lang)
    assert quantity is not None
    assert (quantity.kind, quantity.unit, quantity.value) == ("ordinal", "quarter", 1)


@pytest.mark.parametrize("word", ["бір", "жүз", "тоқсан", "мың", "one"])
def test_word_that_often_means_something_else_needs_a_unit(word: str) -> None:
    assert read(word, "en" if word.isascii() else "kk") is None
