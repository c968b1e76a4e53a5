"""qa_bot/language/gloss.py: a phrase is said word for word in the other language, whole or not at all."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_bot.language.gloss import gloss
from qa_bot.language.quantities import find_quantities
from qa_bot.language.sentences import split_sentences
from qa_bot.records import Article

CYRILLIC = re.compile(r"[\u0400-\u04ff]")


@pytest.mark.parametrize(
    ("kazakh", "english"),
    [
        ("сауда айналымы", "trade turnover"),
        ("сауда айналымын", "trade turnover"),
        ("3 млрд доллар", "3 billion dollars"),
        ("3 млрд долларға", "3 billion dollars"),
        ("сауда және көлік", "trade and transport"),
        ("мәдени-рухани байланыстар", "cultural and spiritual ties"),
        ("ЕАЭО, ШЫҰ, ИЫҰ", "EAEU, SCO, OIC"),
        ("өте жақсы көрсеткіш", "excellent indicator"),
        ("Иран Қазақстан үшін", "Iran Kazakhstan for"),
    ],
)
def test_kazakh_is_said_in_english_word_for_word(kazakh: str, english: str) -> None:
    assert gloss(kazakh, "kk", "en") == english


@pytest.mark.parametrize(
    ("english", "kazakh"),
    [
        ("forty percent", "40 пайыз"),
        ("3 billion dollars", "3 млрд доллар"),
        ("transport and logistics", "көлік-логистика"),
        ("bilateral trade, transport, culture", "екіжақты сауда, көлік, мәдениет"),
        ("Iran and Kazakhstan", "Иран және Қазақстан"),
    ],
)
def test_english_is_said_in_kazakh_word_for_word(english: str, kazakh: str) -> None:
    assert gloss(english, "en", "kk") == kazakh


@pytest.mark.parametrize("phrase", ["абракадабраша сауда", "сауда абракадабраша", "", " — ", "?!"])
def test_nothing_is_said_rather_than_a_part(phrase: str) -> None:
    assert gloss(phrase, "kk", "en") is None


def test_a_phrase_is_said_as_one_and_not_by_its_words() -> None:
    assert gloss("тауар айналымы", "kk", "en") == "trade turnover"
    assert gloss("тауар", "kk", "en") != "trade"


def test_a_comma_stands_where_it_stood() -> None:
    assert gloss("сауда, көлік", "kk", "en") == "trade, transport"
    assert gloss("сауда — көлік", "kk", "en") == "trade transport"


def test_what_is_said_of_the_article_is_wholly_english(visit: Article) -> None:
    phrases = [
        part
        for start, end in split_sentences(visit.text)
        for part in re.split(r"[,;—-]", visit.text[start:end])
        if part.strip()
    ]
    said = [glossed for phrase in phrases if (glossed := gloss(phrase, "kk", "en")) is not None]
    assert len(said) > len(phrases) / 3
    assert [text for text in said if CYRILLIC.search(text)] == []


@settings(deadline=None)  # the first example loads the tables
@given(count=st.integers(2, 999), noun=st.sampled_from(["млрд доллар", "млн теңге", "пайыз", "км"]))
def test_an_amount_keeps_its_value(count: int, noun: str) -> None:
    kazakh = f"{count} {noun}"
    english = gloss(kazakh, "kk", "en")
    assert english is not None
    (meant,) = find_quantities(kazakh, "kk")
    (said,) = find_quantities(english, "en")
    assert (said.value, said.kind) == (meant.value, meant.kind)
    assert isinstance(said.value, Decimal)


def test_an_ordinal_of_zero_is_no_fault() -> None:
    assert gloss("0-ші қабат", "kk", "en") in {None, "0th floor", "0th layer"}


@settings(deadline=None)  # the first example loads the tables
@given(st.text("адеикмнопрстуықғөүіәСТИ -—,.«»!19%az😀\n", max_size=60))
def test_any_text_is_said_in_words_or_not_at_all(text: str) -> None:
    said = gloss(text, "kk", "en")
    assert said is None or said == said.strip() != ""
