"""Capitals: which are a name's, and which only their sentence's."""

import pytest

from qa_bot.language.capitals import (
    begins_sentence,
    entity_words,
    is_common,
    is_name_part,
    is_shouted,
    is_surname,
    ties_names,
)
from qa_bot.language.tokens import Token, find_tokens
from qa_bot.records import Lang


def token(text: str) -> Token:
    return find_tokens(text)[0]


@pytest.mark.parametrize("word", ["Смағұлов", "Бекетованың", "Қасымұлы", "Нұрғалиевке", "Акопян"])
def test_surname_is_known_by_its_ending(word: str) -> None:
    assert is_surname(token(word))


@pytest.mark.parametrize("word", ["Алматы", "Иран", "ов", "келісім"])
def test_other_word_is_no_surname(word: str) -> None:
    assert not is_surname(token(word))


@pytest.mark.parametrize(("word", "lang"), [("бүгін", "kk"), ("мұражай", "kk"), ("engineers", "en"), ("who", "en")])
def test_everyday_word_is_common(word: str, lang: Lang) -> None:
    assert is_common(word, lang)


@pytest.mark.parametrize(("word", "lang"), [("пезешкиан", "kk"), ("sadykov", "en"), ("belgrade", "en")])
def test_name_is_not_common(word: str, lang: Lang) -> None:
    assert not is_common(word, lang)


def test_sentence_begins_at_its_start_and_behind_its_signs() -> None:
    tokens = find_tokens("Иран айтты. Бүгін — Астана, «Қазақстан» Нұр-Сұлтан")
    beginners = [t.text for at, t in enumerate(tokens) if t.is_word and begins_sentence(tokens, at)]
    assert beginners == ["Иран", "Бүгін", "Астана", "Қазақстан"]


def test_hyphen_and_initial_tie_names_but_a_dash_does_not() -> None:
    assert ties_names(find_tokens("Қасым-Жомарт"), 1)
    assert ties_names(find_tokens("Қ.Тоқаев"), 1) is True
    assert not ties_names(find_tokens("Иран — Астана"), 1)
    assert not ties_names(find_tokens("Иран. Астана"), 1)


def test_listed_given_name_is_known_in_its_cases() -> None:
    assert is_name_part(token("Масудтың"), "kk")
    assert is_name_part(token("Masoud's"), "en")


def test_only_whole_capitals_are_shouted() -> None:
    assert is_shouted(token("ЕАЭО"))
    assert not is_shouted(token("Иран"))
    assert not is_shouted(token("А"))


def test_unknown_role_has_no_words() -> None:
    assert entity_words("nothing", "kk") == frozenset()
