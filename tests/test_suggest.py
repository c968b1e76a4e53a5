from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build_index
from index.retriever import open_index
from qa_bot.analysis import analyse_article
from qa_bot.language.letters import detect_language
from qa_bot.records import Article, Lang
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Steps
from qa_bot.suggest import propose_questions, suggest_questions

LANGS: tuple[Lang, Lang] = ("kk", "en")
PLANT = Article(
    "plant",
    "Зауыт",
    "Таразда зауыт ашылды. Тауар айналымы 12 пайызға өсті. Министр Асқар Омаров сауда айналымы туралы айтты.",
    "kk",
    "2025-01-02",
)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steps]:
    settings = Settings(data=tmp_path_factory.mktemp("index") / "data")
    build_index([Path(__file__).parents[1] / "seeds"], settings)
    # The words of an analysed article keep the vectors of the encoder that read it first; other tests use another.
    analyse_article.cache_clear()
    with open_index(settings) as shelf:
        yield Steps(shelf, settings)
    analyse_article.cache_clear()


@pytest.mark.parametrize("lang", LANGS)
def test_every_suggestion_is_answered_by_the_bot_itself(lang: Lang, steps: Steps) -> None:
    suggestions = steps.suggest(lang)
    assert suggestions
    for question in suggestions:
        answer = steps.answer(Ask(question))
        assert answer.refusal is None, question
        assert answer.language == lang


@pytest.mark.parametrize("lang", LANGS)
def test_no_suggestion_is_made_twice_and_each_is_in_its_language(lang: Lang, steps: Steps) -> None:
    suggestions = steps.suggest(lang)
    assert len(set(suggestions)) == len(suggestions) <= 4
    assert all(detect_language(question) == lang for question in suggestions)
    assert steps.suggest(lang) == suggestions


@pytest.mark.parametrize("lang", LANGS)
def test_a_refusal_suggests_what_can_be_asked_in_the_language_of_the_answer(lang: Lang, steps: Steps) -> None:
    refusal = steps.answer(Ask("Who won the chess tournament in Oslo?", lang)).refusal
    assert refusal is not None
    assert refusal.suggestions == steps.suggest(lang)[:3]


@pytest.mark.parametrize(
    ("lang", "amount", "post"),
    [
        ("kk", "Тауар айналымы қанша пайызға өсті?", "Министр кім?"),
        ("en", "By what percent did trade turnover grow?", "Who is the minister?"),
    ],
)
def test_amounts_and_people_of_an_article_are_asked_about(lang: Lang, amount: str, post: str) -> None:
    proposed = list(propose_questions(PLANT, lang))
    assert proposed[0] == amount
    assert post in proposed


def test_what_the_bot_does_not_answer_is_not_suggested() -> None:
    assert suggest_questions([PLANT], "kk", lambda _: False) == []
    people = suggest_questions([PLANT], "kk", lambda question: question.endswith("кім?"))
    assert people == ["Министр кім?"]


def test_no_more_is_suggested_than_wanted_and_nothing_of_the_rest_is_tried() -> None:
    tried: list[str] = []

    def answers(question: str) -> bool:
        tried.append(question)
        return True

    kept = suggest_questions([PLANT], "en", answers, limit=2)
    assert len(kept) == 2
    assert tried == kept


def test_the_newest_article_is_suggested_first_and_none_is_asked_about_twice() -> None:
    older = replace(PLANT, id="older", text="Экспорт айналымы 5 пайызға өсті.", published="2024-01-01")
    undated = replace(PLANT, id="undated", published=None)
    kept = suggest_questions([undated, older, PLANT], "kk", lambda _: True, limit=100)
    assert kept[: len(set(propose_questions(PLANT, "kk")))] == list(dict.fromkeys(propose_questions(PLANT, "kk")))
    assert len(set(kept)) == len(kept)


def test_without_articles_nothing_is_suggested() -> None:
    assert suggest_questions([], "kk", lambda _: True) == []
