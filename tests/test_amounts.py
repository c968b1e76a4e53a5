"""Amounts: currency before and after the number, words between a number and its unit, how exact it is."""

from decimal import Decimal

import pytest

from qa_bot.language.amounts import match_amount
from qa_bot.language.tokens import find_tokens
from qa_bot.language.units import Bound, Quantity, QuantityKind
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
        ("5-тен кем емес адам", "kk", 0, "least", "5-тен кем емес адам"),
        ("бестен кем болмауы керек", "kk", 0, "least", "бестен кем емес"),
        ("10 адамнан артық емес", "kk", 0, "most", "10 адамнан артық емес"),
        ("50 пайыздан аспайды", "kk", 0, "most", "50 пайыздан аспайды"),
        ("7 пайыздан аспайтынын айтты", "kk", 0, "most", "7 пайыздан аспайды"),
        ("62 пайызға көп", "kk", 0, "", "62 пайыз"),
        ("5 пайызға кем", "kk", 0, "", "5 пайыз"),
        ("50 пайыздан аспан", "kk", 0, "", "50 пайыз"),
        ("100-ден көп адам", "kk", 0, "over", "100-ден көп адам"),
        ("2000-нан астам трактор", "kk", 0, "over", "2000-нан астам"),
        ("No more than 50 companies", "en", 3, "most", "No more than 50 companies"),
        ("not less than 5 percent", "en", 3, "least", "not less than 5 percent"),
        ("no fewer than 5 people", "en", 3, "least", "no fewer than 5 people"),
        ("at most 50 people", "en", 2, "most", "at most 50 people"),
        ("More than half of the villages", "en", 2, "over", "More than half"),
        ("nearly a third of them", "en", 1, "near", "nearly a third"),
        ("more than twice", "en", 2, "over", "more than twice"),
        ("жартысынан астам ауыл", "kk", 0, "over", "жартысынан астам"),
        ("үштен бірінен кем", "kk", 0, "under", "үштен бірінен кем"),
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
    ("text", "lang", "first", "value"),
    [
        ("-15 градус", "kk", 1, -15),
        ("−15", "kk", 1, -15),
        ("-1 градус", "kk", 1, -1),
        ("fell to -15 degrees", "en", 3, -15),
        ("fell by -$5", "en", 3, -5),
        ("5-15 people", "en", 0, 5),
        ("5 -15", "en", 2, 15),
        ("- 15 адам", "kk", 1, 15),
    ],
)
def test_dash_that_touches_the_number_alone_is_a_minus(text: str, lang: Lang, first: int, value: int) -> None:
    quantity = read(text, lang, first)
    assert quantity is not None
    assert quantity.value == value


@pytest.mark.parametrize(
    ("text", "lang", "first", "kind", "unit"),
    [
        ("a total of 1300 people", "en", 3, "count", "person"),
        ("a total of 2000 people", "en", 3, "count", "person"),
        ("a grant of 1500 dollars", "en", 3, "money", "dollar"),
        ("rose by 1500 tenge", "en", 2, "money", "tenge"),
        ("from 2000 tonnes", "en", 1, "measure", "tonne"),
        ("2030 tractors were sold", "en", 0, "count", ""),
        ("1900 трактор", "kk", 0, "count", ""),
        ("in 2019 companies paid", "en", 1, "year", ""),
        ("in 2019 won the cup", "en", 1, "year", ""),
        ("by 2030, people", "en", 1, "year", ""),
        ("founded in 1465", "en", 2, "year", ""),
        ("the 2019 elections", "en", 1, "year", ""),
        ("2020 marks the start", "en", 0, "year", ""),
        ("2020 және 2021", "kk", 0, "year", ""),
        ("2030-ға дейін", "kk", 0, "year", ""),
        ("2019 жазғы топтамада", "kk", 0, "year", ""),
        ("1968 басылды", "kk", 0, "year", ""),
        ("2016 олимпиадасында", "kk", 0, "year", ""),
        ("2016 осы", "kk", 0, "year", ""),
        ("2025-2026 оқу жылы", "kk", 0, "year", ""),
        ("ЭКСПО-2017 көрмесі", "kk", 2, "year", ""),
        ("Expo 2017 көрмесі", "kk", 1, "year", ""),
    ],
)
def test_number_of_four_digits_that_counts_something_is_no_year(
    text: str, lang: Lang, first: int, kind: QuantityKind, unit: str
) -> None:
    quantity = read(text, lang, first)
    assert quantity is not None
    assert (quantity.kind, quantity.unit) == (kind, unit)


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
