"""Numbers in digits and words: value, text without ending, ranges, scales."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.number_words import Numeral
from qa_bot.language.numerals import parse_digits, read_numeral, read_roman, write_roman
from qa_bot.language.tokens import find_tokens
from qa_bot.records import Lang


def read(text: str, lang: Lang, *, priced: bool = False) -> Numeral | None:
    return read_numeral(find_tokens(text), 0, lang, priced=priced)


@pytest.mark.parametrize(
    ("text", "lang", "value", "base"),
    [
        ("3,5 млрд", "kk", "3.5E9", "3,5 млрд"),
        ("1 200", "kk", "1200", "1 200"),
        ("1,200 адам", "kk", "1200", "1,200"),
        ("3,125 млрд", "kk", "3.125E9", "3,125 млрд"),
        ("1.200 теңге", "kk", "1200", "1.200"),
        ("3 млн 200 мың", "kk", "3200000", "3 млн 200 мың"),
        ("3 млрд-қа", "kk", "3E9", "3 млрд"),
        ("40-қа", "kk", "40", "40"),
        ("14-ақ", "kk", "14", "14"),
        ("жеті жарым миллион", "kk", "7500000", "жеті жарым миллион"),
        ("мыңнан", "kk", "1000", "мың"),
        ("3.5 billion", "en", "3.5E9", "3.5 billion"),
        ("1,200", "en", "1200", "1,200"),
        ("3bn", "en", "3E9", "3bn"),
        ("two and a half million", "en", "2500000", "two and a half million"),
        ("half a million", "en", "500000", "half a million"),
        ("one thousand two hundred", "en", "1200", "one thousand two hundred"),
        ("3-billion", "en", "3E9", "3-billion"),
    ],
)
def test_number_is_read_with_its_scale(text: str, lang: Lang, value: str, base: str) -> None:
    numeral = read(text, lang)
    assert numeral is not None
    assert (numeral.value, numeral.base) == (Decimal(value), base)


@pytest.mark.parametrize(
    ("text", "lang", "low", "high", "base"),
    [
        ("5-6 млрд", "kk", "5E9", "6E9", "5-6 млрд"),
        ("60 – 70 процент", "kk", "60", "70", "60 – 70"),
        ("бес-алты", "kk", "5", "6", "бес-алты"),
        ("10-нан 15-ке дейін", "kk", "10", "15", "10–15"),
        ("5 to 6 billion", "en", "5E9", "6E9", "5 to 6 billion"),
        ("500-1,000", "en", "500", "1000", "500-1,000"),
    ],
)
def test_range_shares_the_scale_of_its_far_end(text: str, lang: Lang, low: str, high: str, base: str) -> None:
    numeral = read(text, lang)
    assert numeral is not None
    assert (numeral.value, numeral.upper, numeral.base) == (Decimal(low), Decimal(high), base)


@pytest.mark.parametrize("text", ["3-1", "2019 – 5 million", "үш те"])
def test_falling_numbers_are_no_range(text: str) -> None:
    numeral = read(text, "kk")
    assert numeral is not None
    assert numeral.upper is None


@pytest.mark.parametrize(("text", "value"), [("3-ші", 3), ("10-ыншы", 10), ("5-сынып", 5), ("2-ншіден", 2)])
def test_hyphen_makes_digits_ordinal_in_kazakh(text: str, value: int) -> None:
    numeral = read(text, "kk")
    assert numeral is not None
    assert numeral.ordinal
    assert numeral.value == value


def test_single_letter_scales_count_only_beside_a_currency() -> None:
    plain, priced = read("5m", "en"), read("5m", "en", priced=True)
    assert plain is not None
    assert priced is not None
    assert (plain.value, priced.value) == (5, 5_000_000)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5m people", 5_000_000), ("3m dollars", 3_000_000), ("3m tenge", 3_000_000), ("5m bridge", 5), ("5m wide", 5)],
)
def test_single_letter_scales_count_before_what_is_counted_in_the_plural(text: str, value: int) -> None:
    numeral = read(text, "en")
    assert numeral is not None
    assert numeral.value == value


@pytest.mark.parametrize("text", ["он мыңдаған адам", "10 мыңдаған адам", "жүз мыңдаған"])
def test_number_before_an_indefinite_amount_is_none(text: str) -> None:
    assert read(text, "kk") is None


def test_scale_after_an_indefinite_amount_is_no_number() -> None:
    assert read_numeral(find_tokens("ондаған мың адам"), 1, "kk") is None


@pytest.mark.parametrize(
    ("digits", "lang", "value"),
    [
        ("0,125", "kk", "0.125"),
        ("1,234,567", "kk", "1234567"),
        ("1.5", "kk", "1.5"),
        ("3,5", "en", "3.5"),
        ("1 200,5", "kk", "1200.5"),
        ("1,234.50", "kk", "1234.50"),
        ("1,234,567.89", "kk", "1234567.89"),
        ("1.234.567,89", "en", "1234567.89"),
    ],
)
def test_separators_are_read_the_other_way_round_where_only_that_makes_sense(
    digits: str, lang: Lang, value: str
) -> None:
    assert parse_digits(digits, lang) == Decimal(value)


@pytest.mark.parametrize("digits", ["9,10,11.05", "12.05,14.05", "9,10,11", "1.2.3", "1,234.567,89"])
@pytest.mark.parametrize("lang", ["kk", "en"])
def test_digits_without_a_single_reading_are_no_number(digits: str, lang: Lang) -> None:
    assert parse_digits(digits, lang) is None
    assert read(digits, lang) is None


@given(st.from_regex(r"[0-9][0-9.,]{0,8}[0-9]", fullmatch=True), st.sampled_from(["kk", "en"]))
def test_any_digits_are_a_number_or_none(digits: str, lang: Lang) -> None:
    assert (parse_digits(digits, lang) or 0) >= 0


@given(st.integers(min_value=1, max_value=39))
def test_roman_numerals_come_back(value: int) -> None:
    assert read_roman(write_roman(value)) == value
    assert read_roman(write_roman(value).replace("X", "Х").replace("I", "І")) == value


@pytest.mark.parametrize("word", ["", "IIX", "ИХ", "MIX", "VV"])
def test_other_letters_are_no_roman_numeral(word: str) -> None:
    assert read_roman(word) is None


@given(st.integers(min_value=0, max_value=10**15))
def test_grouped_digits_of_both_languages_are_the_same_number(value: int) -> None:
    assert parse_digits(f"{value:,}", "en") == value
    assert parse_digits(f"{value:,}".replace(",", " "), "kk") == value
