import re
from dataclasses import fields
from pathlib import Path

import gradio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.errors import QaBotError, QuestionInvalid, WriterFailed
from ui.words import (
    ENGLISH,
    KAZAKH,
    LANGUAGES,
    Words,
    choose_language,
    count_articles,
    explain_error,
    say_date,
    words_in,
)

STRINGS = [field.name for field in fields(Words) if isinstance(getattr(ENGLISH, field.name), str)]


@pytest.mark.parametrize("name", STRINGS)
def test_every_string_is_said_in_both_languages_with_the_same_gaps(name: str) -> None:
    kazakh, english = getattr(KAZAKH, name), getattr(ENGLISH, name)
    assert kazakh.strip()
    assert english.strip()
    assert kazakh != english
    assert sorted(re.findall(r"\{\w+\}", kazakh)) == sorted(re.findall(r"\{\w+\}", english))


def test_every_refusal_is_said_in_both_languages() -> None:
    assert KAZAKH.refusals.keys() == ENGLISH.refusals.keys()
    assert all(said.endswith(".") for words in (KAZAKH, ENGLISH) for said in words.refusals.values())


@pytest.mark.parametrize("name", STRINGS)
def test_kazakh_strings_are_cyrillic_but_for_commands_and_keys(name: str) -> None:
    left = re.sub(r"\{\w+\}|qa-bot index|Shift\+Enter|Enter", "", getattr(KAZAKH, name))
    assert not re.search(r"[A-Za-z]", left) or name == "lang"


def test_the_kazakh_interface_uses_the_letters_of_kazakh() -> None:
    written = " ".join(getattr(KAZAKH, name) for name in STRINGS).lower()
    assert set("әғқңөұүі") <= set(written)


@pytest.mark.parametrize(
    ("count", "kazakh", "english"),
    [(0, "0 мақала", "0 articles"), (1, "1 мақала", "1 article"), (12, "12 мақала", "12 articles")],
)
def test_articles_are_counted_as_each_language_does(count: int, kazakh: str, english: str) -> None:
    assert (count_articles(count, KAZAKH), count_articles(count, ENGLISH)) == (kazakh, english)


@pytest.mark.parametrize(
    ("published", "kazakh", "english"),
    [
        ("2025-12-11", "2025 жылғы 11 желтоқсан", "11 December 2025"),
        ("2024-03-05T10:00:00+05:00", "2024 жылғы 5 наурыз", "5 March 2024"),
        ("кеше", "кеше", "кеше"),
    ],
)
def test_dates_are_written_out_and_other_text_is_left_alone(published: str, kazakh: str, english: str) -> None:
    assert (say_date(published, KAZAKH), say_date(published, ENGLISH)) == (kazakh, english)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("kk-KZ,kk;q=0.9,ru;q=0.8,en;q=0.7", "kk"),
        ("en-US,en;q=0.9", "en"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,kk;q=0.7", "en"),
        ("en;q=0.2, kk;q=0.5", "kk"),
        ("en;q=0", "kk"),
        ("de", "kk"),
        ("en;q=zebra", "kk"),
        ("", "kk"),
    ],
)
def test_the_browsers_first_known_language_is_chosen(accepted: str, language: str) -> None:
    assert choose_language(accepted) == language


@given(st.text())
def test_no_header_breaks_the_choice_of_language(accepted: str) -> None:
    assert choose_language(accepted) in LANGUAGES


@pytest.mark.parametrize("sent", ["fr", "", None, 7, ["kk"]])
def test_a_language_we_do_not_speak_gives_the_default(sent: object) -> None:
    assert words_in(sent) is KAZAKH


@pytest.mark.parametrize(
    ("error", "question", "said"),
    [
        (QuestionInvalid("Empty."), "  ", ENGLISH.question_empty),
        (QuestionInvalid("Too long."), "x" * 11, "A question can have at most 10 characters; this one has 11."),
        (QuestionInvalid("No letters."), "🙂", ENGLISH.question_wordless),
        (WriterFailed("The model at http://secret gave nothing."), "Who?", ENGLISH.failed),
        (QaBotError("boom"), "Who?", ENGLISH.failed),
    ],
)
def test_errors_are_explained_in_the_interfaces_words(error: QaBotError, question: str, said: str) -> None:
    assert explain_error(error, question, 10, ENGLISH) == said


def test_gradio_still_has_the_strings_that_are_translated_for_it() -> None:
    assets = Path(gradio.__file__).parent / "templates/frontend/assets"
    core = "".join(path.read_text(encoding="utf-8") for path in assets.glob("core-*.js"))
    missing = [key for key in KAZAKH.gradio if f"{key.rpartition('.')[2]}:`" not in core]
    assert missing == []
