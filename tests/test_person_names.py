"""Persons by their capitals and by what stands around them."""

import pytest

from qa_bot.language.listed_names import Span
from qa_bot.language.person_names import cut_after_surname, find_persons
from qa_bot.language.tokens import find_tokens
from qa_bot.records import Lang


def persons(text: str, lang: Lang, taken: tuple[Span, ...] = ()) -> list[str]:
    tokens = find_tokens(text)
    return [text[tokens[span.first].start : span.end] for span in find_persons(tokens, lang, taken)]


@pytest.mark.parametrize(
    ("text", "lang", "name"),
    [
        ("кеше Айдос Сержанұлы Бекмырза келді", "kk", "Айдос Сержанұлы Бекмырза"),
        ("Бүгін Клара Хофштеттер сөйледі", "kk", "Клара Хофштеттер"),
        ("кездесуде Қ.Смағұлов айтты", "kk", "Қ.Смағұлов"),
        ("Жәнібек хан билік құрды", "kk", "Жәнібек"),
        ("кеше Санжар Қуанғалиев Транскаспий бағыты", "kk", "Санжар Қуанғалиев"),
        ("Yesterday John Brown arrived", "en", "John Brown"),
        ("Then Sharifzoda told reporters", "en", "Sharifzoda"),
        ("a letter from Dr Jane Roe", "en", "Jane Roe"),
    ],
)
def test_person_is_found(text: str, lang: Lang, name: str) -> None:
    assert name in persons(text, lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Инженерлер айтты", "kk"),
        ("кеше Media Week өтті", "kk"),
        ("Engineers said so", "en"),
        ("the new Bridge opened", "en"),
        ("БҰЛ МАҢЫЗДЫ мәселе", "kk"),
    ],
)
def test_capital_alone_makes_no_person(text: str, lang: Lang) -> None:
    assert persons(text, lang) == []


def test_post_before_a_capital_introduces_a_person() -> None:
    tokens = find_tokens("ол кеше министр Бейбіт туралы")
    post = Span("post", 2, 3, tokens[2].end)
    assert persons("ол кеше министр Бейбіт туралы", "kk", (post,)) == ["Бейбіт"]


def test_name_is_cut_behind_its_surname_but_not_before_a_patronymic() -> None:
    tokens = find_tokens("Санжар Қуанғалиев Транскаспий")
    assert cut_after_surname(tokens, 0, 3) == 2
    tokens = find_tokens("Нұрлан Сейтов Әбішұлы")
    assert cut_after_surname(tokens, 0, 3) == 3
