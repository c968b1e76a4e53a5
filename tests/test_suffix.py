"""Kazakh endings: the table is the custom of the Kazakh press, row by row."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.suffix import CASES, Case, attach, noun_endings, noun_forms, possess, read_last_word

TABLE = Path(__file__).parent / "tables" / "suffix.tsv"
COLUMNS: tuple[Case, ...] = (*CASES, "plural")
KAZAKH_WORD = st.text(alphabet="аәбғгдеёжзийкқлмнңоөпрстуұүфхһшщыіюя", min_size=1, max_size=12)


def read_rows() -> list[tuple[str, Case, str]]:
    """(word, case, form) of every cell."""
    lines = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [
        (word, case, form)
        for word, *forms in (line.split("\t") for line in lines)
        for case, form in zip(COLUMNS, forms, strict=True)
    ]


@pytest.mark.parametrize(("word", "case", "form"), read_rows())
def test_word_number_or_abbreviation_takes_the_ending_that_the_press_gives_it(word: str, case: Case, form: str) -> None:
    assert attach(word, case) == form


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("40", "қырық"),
        ("105", "бес"),
        ("2 000", "мың"),
        ("300", "жүз"),
        ("0", "нөл"),
        ("1,5", "бес"),
        ("5000000", "миллион"),
    ],
)
def test_number_is_read_by_its_last_word(number: str, word: str) -> None:
    assert read_last_word(number) == word


@pytest.mark.parametrize(
    ("noun", "possessed"),
    [("мектеп", "мектебі"), ("тонна", "тоннасы"), ("көлік", "көлігі"), ("рубль", "рублі"), ("пайыз", "пайызы")],
)
def test_possessive_softens_the_last_consonant(noun: str, possessed: str) -> None:
    assert possess(noun) == possessed


def test_noun_forms_hold_what_news_text_makes_of_a_unit() -> None:
    forms = noun_forms("пайыз")
    assert {"пайызға", "пайыздан", "пайызы", "пайызын", "пайыздық", "пайыздай"} <= forms.keys()
    assert forms["пайыздан"] == "дан"
    assert "пайызге" not in forms


def test_forms_of_a_possessed_noun_are_its_cases_only() -> None:
    assert noun_forms("доллары", possessed=True)["долларына"] == "на"
    assert "долларылар" not in noun_forms("доллары", possessed=True)


def test_endings_of_nouns_include_both_harmonies() -> None:
    assert {"ға", "ге", "нан", "нен", "ындағы", "індегі"} <= noun_endings()


def test_text_without_letter_or_digit_at_the_end_is_returned_as_it_came() -> None:
    assert attach("…", "dative") == "…"
    assert attach("", "genitive") == ""


@given(KAZAKH_WORD, st.sampled_from(COLUMNS))
def test_ending_follows_the_word_unchanged(word: str, case: Case) -> None:
    assert attach(word, case).startswith(word)


@given(st.integers(min_value=0, max_value=10**13), st.sampled_from(COLUMNS))
def test_number_keeps_its_digits_and_takes_a_hyphen(number: int, case: Case) -> None:
    form = attach(str(number), case)
    assert form.startswith(f"{number}-")
    assert form.rpartition("-")[2].isalpha()
