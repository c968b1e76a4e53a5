"""Numbers in words, below a thousand, and the words that only look like numbers."""

from decimal import Decimal

import pytest

from qa_bot.language.number_words import find_indefinite, number_table, read_word_group, scale_forms
from qa_bot.language.tokens import find_tokens
from qa_bot.records import Lang


@pytest.mark.parametrize(
    ("text", "lang", "value", "base"),
    [
        ("он бес", "kk", "15", "он бес"),
        ("жиырма төртке", "kk", "24", "жиырма төрт"),
        ("жүз елу", "kk", "150", "жүз елу"),
        ("төрт жүз қырық екі", "kk", "442", "төрт жүз қырық екі"),
        ("екі бүтін оннан бес", "kk", "2.5", "екі бүтін оннан бес"),
        ("он бүтін жүзден отыз тоғыз", "kk", "10.39", "он бүтін жүзден отыз тоғыз"),
        ("екеуі", "kk", "2", "екеуі"),
        ("twenty-four", "en", "24", "twenty-four"),
        ("two hundred and fifty", "en", "250", "two hundred and fifty"),
        ("a dozen", "en", "12", "a dozen"),
        ("a hundred", "en", "100", "a hundred"),
        ("one and a half", "en", "1.5", "one and a half"),
    ],
)
def test_words_are_read_as_one_number(text: str, lang: Lang, value: str, base: str) -> None:
    numeral = read_word_group(find_tokens(text), 0, lang)
    assert numeral is not None
    assert (numeral.value, numeral.base, numeral.ordinal) == (Decimal(value), base, False)


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("он бірінші", "kk", 11),
        ("жиырма бесінші", "kk", 25),
        ("үшіншісі", "kk", 3),
        ("twenty-first", "en", 21),
        ("third", "en", 3),
    ],
)
def test_ordinal_ends_a_number(text: str, lang: Lang, value: int) -> None:
    numeral = read_word_group(find_tokens(text), 0, lang)
    assert numeral is not None
    assert (numeral.value, numeral.ordinal) == (value, True)


@pytest.mark.parametrize(
    "word", ["онда", "ондай", "оның", "бірге", "бірде", "үшін", "алтын", "жүзді", "біріншіден", "елді", "жүздеген"]
)
def test_kazakh_word_that_only_looks_like_a_number_is_left_alone(word: str) -> None:
    assert read_word_group(find_tokens(word), 0, "kk") is None


@pytest.mark.parametrize(("text", "value"), [("он екі жүз", 12), ("үш төрт", 3), ("nineteen ninety", 19)])
def test_number_stops_where_its_next_word_does_not_fit(text: str, value: int) -> None:
    lang: Lang = "en" if text.isascii() else "kk"
    numeral = read_word_group(find_tokens(text), 0, lang)
    assert numeral is not None
    assert numeral.value == value


def test_scale_words_are_known_in_their_cases() -> None:
    assert scale_forms("kk")["миллионға"] == (10**6, "ға")
    assert scale_forms("en")["bn"] == (10**9, "")


def test_every_number_of_one_language_has_a_word_in_the_other_up_to_ten() -> None:
    for number in range(11):
        assert number in number_table("kk", "number").values()
        assert number in number_table("en", "number").values()


@pytest.mark.parametrize(
    ("text", "lang", "amounts"),
    [
        ("Thousands of people fled", "en", [1000]),
        ("tens of thousands, dozens of schools", "en", [10_000, 10]),
        ("five thousands, 3 millions", "en", []),
        ("мыңдаған адам, он мыңдаған мал", "kk", [1000, 10_000]),
        ("ондаған мың адам, жүздеген ел", "kk", [10_000, 100]),
        ("мың адам", "kk", []),
    ],
)
def test_amounts_that_only_tell_how_large_they_are_are_found(text: str, lang: Lang, amounts: list[int]) -> None:
    assert find_indefinite(find_tokens(text), lang) == amounts
