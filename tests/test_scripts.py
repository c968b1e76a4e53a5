"""qa_bot/language/scripts.py: how Kazakh is typed without its own letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.letters import KAZAKH_LETTERS, detect_language, restore_kazakh
from qa_bot.language.scripts import is_latin, write_latin, write_latin_but_quotes, write_russian

CYRILLIC = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


@pytest.mark.parametrize(
    ("kazakh", "latin", "russian"),
    [
        ("Қазақстан Республикасы", "Qazaqstan Respublikasy", "Казакстан Республикасы"),
        ("Сауда айналымы қанша өсті?", "Sauda ainalymy qanşa östı?", "Сауда айналымы канша ости?"),
        ("Ұлы Даланың үні", "Ūly Dalanyñ ünı", "Улы Даланын уни"),
        ("Иран, Үндістан, Ілияс", "İran, Ündıstan, Iliias", "Иран, Ундистан, Илияс"),
        ("шаһар, ғалым, әке", "şahar, ğalym, äke", "шахар, галым, аке"),
        ("Ющенко, цирк, объект, Чехов", "İuşşenko, tsirk, obekt, Chehov", "Ющенко, цирк, объект, Чехов"),
        ("1998 жылы, NATO", "1998 jyly, NATO", "1998 жылы, NATO"),
        ("", "", ""),
    ],
)
def test_kazakh_is_written_without_its_letters(kazakh: str, latin: str, russian: str) -> None:
    assert write_latin(kazakh) == latin
    assert write_russian(kazakh) == russian


@pytest.mark.parametrize(
    ("kazakh", "latin"),
    [
        ("Президент «Сауда өсті» деді, «мақала»", "Prezident «Сауда өсті» dedı, «мақала»"),
        ("«Ол «Сауда» деді» мақаласы", "«Ол «Сауда» деді» maqalasy"),
        ("тырнақша » ашылмаған", "tyrnaqşa » aşylmağan"),
        ("тырнақша « жабылмаған", "tyrnaqşa « жабылмаған"),
    ],
)
def test_what_is_quoted_keeps_its_letters(kazakh: str, latin: str) -> None:
    assert write_latin_but_quotes(kazakh) == latin


@pytest.mark.parametrize(
    ("text", "latin"),
    [("Sauda qansha?", True), ("Сауда қанша?", False), ("NATO туралы не айтылды?", False), ("3?", False), ("", False)],
)
def test_the_script_of_a_text_is_that_of_most_letters(text: str, latin: bool) -> None:
    assert is_latin(text) is latin


@pytest.mark.parametrize("question", ["сауда айналымын қанша долларға жеткізбек?", "келісімге кімдер қол қойды?"])
def test_what_is_written_is_still_read_as_kazakh(question: str) -> None:
    assert detect_language(write_latin(question)) == detect_language(write_russian(question)) == "kk"
    assert restore_kazakh(write_latin(question)) == question


@given(st.text(CYRILLIC + CYRILLIC.upper() + " ,-?1aZ"))
def test_no_letter_is_left_that_was_to_be_avoided(text: str) -> None:
    assert not set(write_latin(text).lower()) & set(CYRILLIC)
    assert not set(write_russian(text)) & KAZAKH_LETTERS
    assert len(write_russian(text)) == len(text)
