"""The promise of the project, kept over a real index of the seeds: cited word for word, or refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.build import build_index
from index.retriever import Index, open_index
from qa_bot.analysis import analyse_article
from qa_bot.chain import Ask, build_chain
from qa_bot.errors import QuestionInvalid
from qa_bot.measure import Asked, judge, read_questions, tally
from qa_bot.quotes import is_supported
from qa_bot.records import Answer, Lang, Turn
from qa_bot.settings import Settings
from qa_bot.steps import Steps

TESTS = Path(__file__).parent
TARGET = "сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
RIGHT_QUOTES, RIGHT_REFUSALS = 0.7, 0.8


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("index") / "data")
    build_index([TESTS.parent / "seeds"], settings)
    return settings


@pytest.fixture(scope="module")
def shelf(settings: Settings) -> Iterator[Index]:
    # The words of an analysed article keep the vectors of the encoder that read it first; other tests use another.
    analyse_article.cache_clear()
    with open_index(settings) as opened:
        yield opened
    analyse_article.cache_clear()


@dataclass(frozen=True, slots=True)
class Told:
    """A question of the set and what the bot answered."""

    asked: Asked
    answer: Answer


@pytest.fixture(scope="module")
def told(shelf: Index, settings: Settings) -> list[Told]:
    """The answers to all questions of the visit set."""
    steps = Steps(shelf, settings)
    questions = read_questions(TESTS / "questions" / "visit.jsonl")
    return [Told(asked, steps.answer(Ask(asked.question, asked.lang, asked.history))) for asked in questions]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("What is the trade target?", "3 billion dollars"),
        ("Сауда айналымын қанша долларға жеткізбек?", "3 млрд доллар"),
    ],
)
def test_the_trade_target_is_told_and_proven(question: str, short: str, shelf: Index, settings: Settings) -> None:
    answer = build_chain(shelf, settings).invoke(Ask(question))
    assert answer.refusal is None
    assert answer.short == short
    assert TARGET in answer.quotes[0].text
    assert (answer.question, answer.language) == (question, "en" if short.isascii() else "kk")


@pytest.mark.parametrize("question", ["What is the trade target?", "Сауда айналымын қанша долларға жеткізбек?"])
def test_the_amount_is_marked_in_the_quote(question: str, shelf: Index, settings: Settings) -> None:
    quote = build_chain(shelf, settings).invoke(Ask(question)).quotes[0]
    assert shelf.article(quote.article_id).text[quote.mark_start : quote.mark_end].startswith("3 млрд доллар")


def test_an_answer_is_given_in_the_language_that_is_wanted(shelf: Index, settings: Settings) -> None:
    chain = build_chain(shelf, settings)
    assert chain.invoke(Ask("What is the trade target?", "kk")).short == "3 млрд доллар"
    assert chain.invoke(Ask("Сауда айналымын қанша долларға жеткізбек?", "en")).short == "3 billion dollars"


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("What is the trade target with Türkiye?", TARGET),
        ("Түркиямен сауда айналымын қанша долларға жеткізбек?", TARGET),
        ("By how much did trade turnover grow in 2019?", "40 пайызға өскенін"),
        ("Тауар айналымы 2019 жылы қанша пайызға өсті?", "40 пайызға өскенін"),
    ],
)
def test_a_constraint_that_fails_is_refused_with_what_comes_nearest(
    question: str, nearest: str, shelf: Index, settings: Settings
) -> None:
    answer = build_chain(shelf, settings).invoke(Ask(question))
    assert answer.refusal is not None
    assert answer.refusal.reason == "not_in_articles"
    assert (answer.short, answer.text, answer.quotes) == ("", "", ())
    quote = answer.refusal.nearest
    assert quote is not None
    assert nearest in quote.text
    assert shelf.article(quote.article_id).text[quote.start : quote.end] == quote.text
    assert answer.refusal.suggestions


def test_what_is_no_question_is_told_by_the_chain_too(shelf: Index, settings: Settings) -> None:
    with pytest.raises(QuestionInvalid, match="empty"):
        build_chain(shelf, settings).invoke(Ask("  "))


def test_the_same_question_has_the_same_answer(shelf: Index, settings: Settings) -> None:
    chain = build_chain(shelf, settings)
    assert chain.invoke(Ask("Who is Pezeshkian?")) == chain.invoke(Ask("Who is Pezeshkian?"))


def test_a_follow_up_is_answered_with_what_came_before_it(shelf: Index, settings: Settings) -> None:
    history = (Turn("What is the trade target?", "3 billion dollars"),)
    answer = build_chain(shelf, settings).invoke(Ask("And with Türkiye?", history=history))
    assert answer.refusal is not None


def test_every_answer_is_borne_out_by_quotes_that_stand_in_the_articles(told: list[Told], shelf: Index) -> None:
    """The promise itself, over every question of the visit set."""
    assert any(one.answer.refusal is None for one in told)
    for one in told:
        answer = one.answer
        assert bool(answer.quotes) is (answer.refusal is None), one.asked.id
        near = answer.refusal.nearest if answer.refusal else None
        for quote in (*answer.quotes, *([near] if near else [])):
            text = shelf.article(quote.article_id).text
            assert text[quote.start : quote.end] == quote.text, one.asked.id
            assert quote.start <= quote.mark_start <= quote.mark_end <= quote.end, one.asked.id
        if answer.quotes:
            quotes = [(quote.text, shelf.article(quote.article_id).lang) for quote in answer.quotes]
            assert is_supported(answer.short, answer.language, quotes), one.asked.id
            assert is_supported(answer.text, answer.language, quotes), one.asked.id
        else:
            assert (answer.short, answer.text) == ("", ""), one.asked.id
        assert 0.0 <= answer.confidence <= 1.0, one.asked.id


@pytest.mark.parametrize("lang", ["kk", "en"])
def test_quality_on_the_visit_set_stays_above_the_regression_floor(lang: Lang, told: list[Told], shelf: Index) -> None:
    """A floor that keeps a change from making the reader worse unnoticed; no claim of how good it is."""
    counts = tally(judge(one.asked, one.answer, shelf.article) for one in told if one.asked.lang == lang)
    assert counts.quote_right >= RIGHT_QUOTES * counts.answerable
    assert counts.refused_rightly >= RIGHT_REFUSALS * counts.unanswerable
