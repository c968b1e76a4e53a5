"""qa_bot/language/russian.py: Russian questions in Kazakh words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.russian import read_russian


@pytest.mark.parametrize(
    ("russian", "kazakh"),
    [
        ("Кто президент Ирана?", "кім президент Иран?"),
        ("На сколько процентов вырос товарооборот?", "қанша пайызға өсті тауар айналымы?"),
        ("Где прошли переговоры?", "қайда өтті келіссөз?"),
        ("Кого встретил Токаев в Акорде?", "кімді қарсы алды Тоқаев Ақорда?"),
        ("Почему отношения с Казахстаном важны?", "неге қарым-қатынас Қазақстан маңызды?"),
        ("А в прошлом году?", "ал былтыр?"),
        ("Кто это сказал?", "кім мұны айтты?"),
        ("Сколько стоит проезд в автобусах?", "бағасы қанша проезд автобус?"),
        ("Какие страны участвовали?", "қай елдер қатысты?"),
        ("О чём он говорил?", "не туралы ол айтты?"),
        ("Что решила делегация?", "не шешеді делегация?"),
    ],
)
def test_listed_words_are_replaced_in_any_form(russian: str, kazakh: str) -> None:
    assert read_russian(russian) == kazakh


@pytest.mark.parametrize(
    ("russian", "kazakh"),
    [
        ("Пезешкианом", "Пезешкиан"),
        ("Любляной", "Люблян"),
        ("коррупцией", "коррупция"),
        ("чемодане", "чемодан"),
        ("МАГАТЭ", "МАГАТЭ"),
        ("2025", "2025"),
        ("Ё", "Ё"),
    ],
)
def test_what_is_not_listed_stays_without_its_ending(russian: str, kazakh: str) -> None:
    assert read_russian(russian) == kazakh


def test_words_that_only_hold_a_sentence_together_are_left_out() -> None:
    assert read_russian("и в на с") == ""


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя АЁ?0-", max_size=40))
def test_any_text_is_read_and_reading_keeps_its_last_mark(text: str) -> None:
    read = read_russian(text)
    assert read.endswith("?") is text.rstrip().endswith("?")
