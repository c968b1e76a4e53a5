"""qa_bot/suggest.py: questions that sound like a person's, of as many sorts as there are, each tried out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build_index
from index.retriever import open_index
from qa_bot.analysis import analyse_article
from qa_bot.language.letters import detect_language
from qa_bot.proposal import Proposal
from qa_bot.records import Article, Lang
from qa_bot.settings import Settings
from qa_bot.steps import OFFERED, Ask, Steps
from qa_bot.suggest import choose_questions, mix_sorts, propose_questions, suggest_questions

LANGS: tuple[Lang, Lang] = ("kk", "en")
PLANT = Article(
    "plant",
    "Зауыт",
    "Таразда зауыт ашылды. Оның салтанатына Энергетика министрі Асқар Омаров келді.\n"
    "Тауар айналымы биыл 12 пайызға өсті. Зауытқа 5 млрд теңге жұмсалды. Келесі зауыт Семейде салынады.\n"
    "— Қытай — сенімді серіктес, - деді Асқар Омаров.",
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
    assert 0 < len(refusal.suggestions) <= OFFERED
    for question in refusal.suggestions:
        assert detect_language(question) == lang
        assert steps.answer(Ask(question)).refusal is None, question


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("What is the trade target with Türkiye?", "What is the target for trade turnover?"),
        ("Түркиямен сауда айналымын қанша долларға жеткізбек?", "Сауда айналымын қанша долларға жеткізбек?"),
    ],
)
def test_a_refusal_suggests_what_is_nearest_to_the_question(question: str, offered: str, steps: Steps) -> None:
    refusal = steps.answer(Ask(question)).refusal
    assert refusal is not None
    assert offered in refusal.suggestions


@pytest.mark.parametrize(
    ("lang", "sort", "question"),
    [
        ("kk", "amount", "Тауар айналымы биыл қанша пайызға өсті?"),
        ("kk", "amount", "Зауытқа қанша теңге жұмсалды?"),
        ("kk", "place", "Келесі зауыт қайда салынады?"),
        ("kk", "person", "Энергетика министрі кім?"),
        ("kk", "statement", "Асқар Омаров Қытай туралы не деді?"),
        ("en", "amount", "By what percent did trade turnover grow?"),
        ("en", "person", "Who is the energy minister?"),
        ("en", "statement", "What did Askar Omarov say about China?"),
    ],
)
def test_an_article_is_asked_for_amounts_people_places_and_statements(lang: Lang, sort: str, question: str) -> None:
    assert (sort, question) in [(proposal.sort, proposal.question) for proposal in propose_questions(PLANT, lang)]


def test_a_post_that_says_too_little_or_is_not_known_is_not_asked_about() -> None:
    article = replace(PLANT, text="Келді. Директор Асқар Омаров келді. Қармақ төрағасы Болат Сәтов.")
    assert [p.question for p in propose_questions(article, "en")] == []
    assert [p.question for p in propose_questions(article, "kk") if p.sort == "person"] == ["Қармақ төрағасы кім?"]


def test_an_english_article_is_asked_in_its_own_words_and_a_kazakh_one_in_kazakh() -> None:
    english = Article(
        "e", "Title", "The plant in Atyrau will employ 240 people. The bridge cost 5 million dollars.", "en"
    )
    assert [p.question for p in propose_questions(english, "en")] == [
        "How many people will the plant in Atyrau employ?",
        "How much did the bridge cost?",
    ]
    assert list(propose_questions(english, "kk")) == []


def test_the_state_is_called_as_the_english_do() -> None:
    text = "Кеше келді. Иран Ислам Республикасының президенті Масуд Пезешкиан келді."
    asked = [p.question for p in propose_questions(replace(PLANT, text=text), "en")]
    assert "Who is the President of the Islamic Republic of Iran?" in asked


def test_sorts_are_mixed_topics_come_last_and_nothing_is_proposed_twice() -> None:
    a1, a2, p1, t1 = (
        Proposal("a1", "amount", 0),
        Proposal("a2", "amount", 1),
        Proposal("p1", "person", 2),
        Proposal("t1", "topic", 3),
    )
    assert mix_sorts([t1, a1, a2, a1, p1]) == [a1, p1, a2, t1]
    assert mix_sorts([a1, a2, p1, t1], first=1) == [p1, a1, a2, t1]
    assert mix_sorts([]) == []


def test_what_the_bot_does_not_answer_is_not_suggested() -> None:
    assert suggest_questions([PLANT], "kk", lambda *_: False) == []
    people = suggest_questions([PLANT], "kk", lambda proposal, _: proposal.sort == "person")
    assert people == ["Энергетика министрі кім?"]


def test_no_more_is_suggested_than_wanted_and_nothing_of_the_rest_is_tried() -> None:
    tried: list[str] = []

    def answers(proposal: Proposal, _: Article) -> bool:
        tried.append(proposal.question)
        return True

    kept = suggest_questions([PLANT], "en", answers, limit=2)
    assert len(kept) == 2
    assert tried == kept
    proposals = [Proposal(str(number), "amount", number) for number in range(100)]
    assert choose_questions(proposals, PLANT, lambda *_: False, 3) == []
    assert choose_questions(proposals, PLANT, lambda *_: True, 3, ["0"]) == ["1", "2", "3"]


def test_several_articles_share_the_suggestions_the_newest_first() -> None:
    older = replace(PLANT, id="older", text="Келді. Экспорт айналымы биыл 5 пайызға өсті.", published="2024-01-01")
    undated = replace(PLANT, id="undated", text="Келді. Жарысқа 90 адам қатысты.", published=None)
    kept = suggest_questions([undated, older, PLANT], "kk", lambda *_: True, limit=4)
    assert "зауыт" in kept[0].lower(), "the question that tells which article is meant"
    assert "Экспорт айналымы биыл қанша пайызға өсті?" in kept
    assert "Жарысқа неше адам қатысты?" in kept
    assert len(set(kept)) == len(kept) == 4


def test_without_articles_nothing_is_suggested() -> None:
    assert suggest_questions([], "kk", lambda *_: True) == []
