import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qa_bot.errors import IndexDamaged, QuestionInvalid, ServerBusy
from qa_bot.records import Answer, Quote, Refusal, Turn
from qa_bot.settings import Settings
from qa_bot.steps import Ask
from ui.answering import PAGE, Abandoned, Answering, Errand, list_quotes
from ui.metrics import Metrics
from ui.shelf import Memory, Shelf

TARGET = Ask("What is the trade target?")
PATIENCE = 30


def refuse(ask: Ask) -> Answer:
    return Answer(ask.question, "en", "", "", (), Refusal("not_in_articles"), 0.1)


@pytest.fixture
def real(small_shelf: Shelf) -> Answering:
    # A memory of its own, so that no test is answered from another's.
    small_shelf.edition.memory = Memory()
    return Answering(small_shelf, Settings(), Metrics())


def counted(metrics: Metrics, line: str) -> bool:
    return line in metrics.write().decode()


def test_an_answer_comes_with_the_articles_that_it_quotes(real: Answering) -> None:
    answered = asyncio.run(real.answer(TARGET, "api", "me"))
    for quote in answered.answer.quotes:
        assert answered.sources[quote.article_id].text[quote.start : quote.end] == quote.text
    assert answered.milliseconds > 0


def test_steps_are_heard_in_their_order_and_timed(small_shelf: Shelf) -> None:
    small_shelf.edition.memory = Memory()
    metrics, heard = Metrics(), list[str]()
    Answering(small_shelf, Settings(), metrics).begin(Errand(TARGET, "api", heard.append), "me").result(PATIENCE)
    assert heard == ["understand", "retrieve", "read", "verify"]
    for step in heard:
        assert counted(metrics, f'qa_bot_step_seconds_count{{step="{step}"}} 1.0')


def test_the_same_question_is_answered_from_memory(shelf_of: Callable[..., Shelf]) -> None:
    metrics, asked = Metrics(), list[Ask]()

    def _answer(ask: Ask) -> Answer:
        asked.append(ask)
        return refuse(ask)

    answering = Answering(shelf_of(_answer), Settings(), metrics)
    first, second = (asyncio.run(answering.answer(TARGET, "api", "me")) for _ in "ab")
    assert first.answer == second.answer
    assert first.id != second.id
    assert len(asked) == 1
    assert counted(metrics, "qa_bot_remembered_total 1.0")
    asyncio.run(answering.answer(replace(TARGET, lang="kk"), "api", "me"))
    assert len(asked) == 2


def test_a_question_that_stands_by_itself_is_remembered_whatever_was_said_before(real: Answering) -> None:
    whole, heard = Ask("Who is the President of Iran?"), list[str]()
    first = asyncio.run(real.answer(whole, "api", "me"))
    again = replace(whole, history=(Turn(TARGET.question, "3 billion dollars"),))
    assert real.begin(Errand(again, "api", heard.append), "me").result(PATIENCE).answer == first.answer
    assert heard == ["understand"]


def test_with_a_language_model_every_question_is_answered_anew(shelf_of: Callable[..., Shelf]) -> None:
    asked: list[Ask] = []

    def _answer(ask: Ask) -> Answer:
        asked.append(ask)
        return refuse(ask)

    answering = Answering(shelf_of(_answer), Settings(language_model="some:model"), Metrics())
    for _ in range(2):
        asyncio.run(answering.answer(TARGET, "api", "me"))
    assert len(asked) == 2


def test_what_the_server_tries_out_itself_is_not_counted(shelf_of: Callable[..., Shelf]) -> None:
    metrics = Metrics()
    answering = Answering(shelf_of(refuse), Settings(), metrics)
    assert answering.try_out(TARGET).refusal is not None
    assert not counted(metrics, "qa_bot_questions_total{")
    asyncio.run(answering.answer(TARGET, PAGE, "me"))
    assert counted(metrics, f'qa_bot_questions_total{{door="{PAGE}",language="en",status="refused"}} 1.0')


def test_what_cannot_be_asked_is_told_and_nothing_logged(real: Answering, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(QuestionInvalid):
        asyncio.run(real.answer(Ask("?!"), "api", "me"))
    assert caplog.records == []


@pytest.mark.parametrize(("error", "logged"), [(RuntimeError("x"), 1), (IndexDamaged("torn"), 0)])
def test_a_failure_is_counted_and_one_of_nobodys_making_logged(
    error: Exception, logged: int, shelf_of: Callable[..., Shelf], caplog: pytest.LogCaptureFixture
) -> None:
    def _fail(_: Ask) -> Answer:
        raise error

    metrics = Metrics()
    with pytest.raises(type(error)):
        asyncio.run(Answering(shelf_of(_fail), Settings(), metrics).answer(TARGET, "api", "me"))
    assert counted(metrics, 'qa_bot_failures_total{door="api"} 1.0')
    assert len([record for record in caplog.records if record.exc_info]) == logged


@pytest.mark.parametrize("said", [False, True])
def test_questions_are_logged_only_where_the_settings_want_it(
    said: bool, shelf_of: Callable[..., Shelf], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        asyncio.run(Answering(shelf_of(refuse), Settings(log_questions=said), Metrics()).answer(TARGET, "api", "me"))
    facts: dict[str, Any] = caplog.records[0].facts  # type: ignore[attr-defined]
    assert (facts["door"], facts["status"]) == ("api", "not_in_articles")
    assert ("question" in facts) is said


def test_who_gives_up_is_not_answered_any_further(shelf_of: Callable[..., Shelf]) -> None:
    begun, go_on, verified = threading.Event(), threading.Event(), list[Ask]()

    def _understand(ask: Ask) -> Ask:
        begun.set()
        assert go_on.wait(PATIENCE)
        return ask

    shelf = shelf_of(verified.append)
    shelf.edition.steps.understand = _understand  # type: ignore[method-assign]
    answering = Answering(shelf, Settings(), Metrics())
    errand = Errand(TARGET, "api")
    outcome = answering.begin(errand, "me")
    assert begun.wait(PATIENCE)
    assert answering.running == 1
    errand.drop()
    go_on.set()
    with pytest.raises(Abandoned):
        outcome.result(PATIENCE)
    assert verified == []


def test_after_closing_nobody_is_answered(shelf_of: Callable[..., Shelf]) -> None:
    answering = Answering(shelf_of(refuse), Settings(), Metrics())
    assert answering.close(PATIENCE)
    assert answering.closing
    with pytest.raises(ServerBusy):
        asyncio.run(answering.answer(TARGET, PAGE, "me"))
    assert answering.waiting == 0


def test_a_search_tells_the_edition_that_its_passages_are_of(real: Answering) -> None:
    edition, found = asyncio.run(real.search("trade target", None, 2, "me"))
    assert len(found) == 2
    for hit in found:
        passage = hit.passage
        assert edition.articles[passage.article_id].text[passage.start : passage.end] == passage.text


def test_the_nearest_thing_of_a_refusal_is_a_quote_too() -> None:
    quote = Quote("a", 0, 1, "x", 0, 0)
    refused = Answer("?", "en", "", "", (), Refusal("not_in_articles", quote), 0.1)
    assert list_quotes(refused) == [quote]
    assert list_quotes(replace(refused, refusal=None, quotes=(quote,))) == [quote]
