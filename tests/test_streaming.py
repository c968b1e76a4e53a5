import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.errors import ServerBusy
from qa_bot.records import Answer, Refusal
from qa_bot.settings import Settings
from qa_bot.steps import Ask
from ui import streaming
from ui.answering import Answered, Answering, Errand
from ui.metrics import Metrics
from ui.shelf import Shelf
from ui.streaming import News, split_text, stream_answer, watch

QUESTION = Ask("What?")
PATIENCE = 30


def refuse(ask: Ask) -> Answer:
    return Answer(ask.question, "en", "", "", (), Refusal("not_in_articles"), 0.1)


async def gather(events: AsyncIterator[News | None]) -> list[News | None]:
    return [news async for news in events]


def test_an_answer_is_heard_of_step_by_step(shelf_of: Callable[..., Shelf]) -> None:
    answering = Answering(shelf_of(refuse), Settings(), Metrics())
    *steps, last = asyncio.run(gather(watch(answering, Errand(QUESTION, "x"), "me")))
    assert steps == ["understand", "retrieve", "read", "verify"]
    assert isinstance(last, Answered)


def test_a_failure_is_heard_of_last(shelf_of: Callable[..., Shelf]) -> None:
    def _fail(_: Ask) -> Answer:
        raise ServerBusy("x", 1)

    heard = asyncio.run(gather(watch(Answering(shelf_of(_fail), Settings(), Metrics()), Errand(QUESTION, "x"), "me")))
    assert isinstance(heard[-1], ServerBusy)


def test_a_long_silence_is_broken(shelf_of: Callable[..., Shelf], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "BREATH", 0.01)
    go_on = threading.Event()

    def _answer(ask: Ask) -> Answer:
        assert go_on.wait(PATIENCE)
        return refuse(ask)

    async def _run() -> list[News | None]:
        heard: list[News | None] = []
        async for news in watch(Answering(shelf_of(_answer), Settings(), Metrics()), Errand(QUESTION, "x"), "me"):
            heard.append(news)
            if news is None:
                go_on.set()
        return heard

    assert None in asyncio.run(_run())


def test_who_stops_listening_gives_the_question_up(shelf_of: Callable[..., Shelf]) -> None:
    errand, go_on = Errand(QUESTION, "x"), threading.Event()

    def _answer(ask: Ask) -> Answer:
        assert go_on.wait(PATIENCE)
        return refuse(ask)

    async def _run() -> None:
        events: Any = watch(Answering(shelf_of(_answer), Settings(), Metrics()), errand, "me")
        await anext(events)
        await events.aclose()

    asyncio.run(_run())
    go_on.set()
    assert errand.dropped


def test_what_cannot_begin_is_raised_and_not_streamed() -> None:
    async def _events() -> AsyncIterator[News | None]:
        yield ServerBusy("full", 2)

    def _unused(_: object) -> Any:
        pytest.fail("streamed")

    with pytest.raises(ServerBusy, match="full"):
        asyncio.run(stream_answer(_events(), _unused, _unused))


def test_silence_is_a_comment() -> None:
    async def _events() -> AsyncIterator[News | None]:
        yield "understand"
        yield None

    def _unused(_: object) -> Any:
        pytest.fail("ended")

    async def _read() -> list[Any]:
        response = await stream_answer(_events(), _unused, _unused)
        return [chunk async for chunk in response.body_iterator]

    assert asyncio.run(_read()) == [b'event: status\ndata: {"step":"understand"}\n\n', b": \n\n"]


@given(st.text(max_size=60))
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    pieces = split_text(text)
    assert "".join(pieces) == text
    assert all(pieces)
