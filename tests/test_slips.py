"""qa_bot/language/slips.py: slips are put right, and what is none stays letter for letter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_bot.language.glossary import headwords
from qa_bot.language.slips import correct_spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("What is the trade taget?", "What is the trade target?"),
        ("trade targett", "trade target"),
        ("who is the presidnet", "who is the president"),
        ("who is the presedent", "who is the president"),
        ("the goverment", "the government"),
        ("internatinal organisations were mentoined", "international organisations were mentioned"),
        ("by how many percent did turnovr grow", "by how many percent did turnover grow"),
        ("agreemnt, cooperaton; agreemnt", "agreement, cooperation; agreement"),
        ("iran and kazakstan", "iran and kazakhstan"),
    ],
)
def test_a_letter_lost_doubled_swapped_or_misheard_is_put_right(typed: str, meant: str) -> None:
    assert correct_spelling(typed) == meant


@pytest.mark.parametrize(
    "word",
    ["audio", "siren", "rebate", "portal", "pinning", "planned", "protectionism", "grew", "mutch"],
)
def test_another_word_is_not_taken_for_a_slip(word: str) -> None:
    assert correct_spelling(f"what of the {word} this year") == f"what of the {word} this year"


@pytest.mark.parametrize(
    "text",
    [
        "Tokaev met Mr Araghchi in Khorgas",
        "teh",
        "zzyzzqx",
        "Сауда айналымы қанша?",
        "3 billion, 40%, 12-15 TEU",
        "",
        "  spaces\tand\nlines  ",
    ],
    ids=["names", "too short", "near nothing", "Kazakh", "numbers", "empty", "white space"],
)
def test_what_is_no_misspelled_word_stays(text: str) -> None:
    assert correct_spelling(text) == text


def test_every_word_of_the_glossary_is_spelled_right() -> None:
    wrong = [word for word in sorted(headwords("en")) if correct_spelling(word) != word]
    assert wrong == []


@settings(deadline=None)  # the first example loads the tables
@given(st.text("aeghlnorstuvwyzABK'’ -,.?019қә😀\n", max_size=60))
def test_only_letters_of_small_words_ever_change(text: str) -> None:
    corrected = correct_spelling(text)
    assert [c for c in corrected if not c.isalpha() and c not in "'’"] == [
        c for c in text if not c.isalpha() and c not in "'’"
    ]
    assert [c for c in corrected if c.isupper()] == [c for c in text if c.isupper()]


@settings(deadline=None)  # the first example loads the tables
@given(st.text(alphabet="abcdefghilmnoprstuvwy ", max_size=40))
def test_putting_right_twice_changes_nothing_more(text: str) -> None:
    corrected = correct_spelling(text)
    assert correct_spelling(corrected) == corrected
