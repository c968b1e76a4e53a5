"""An answer as server-sent events: each step as it begins, then the verified text in pieces, its quotes, the whole."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Final, TypeAlias

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from ui.answering import Answered, Answering, Errand, Step
from ui.api_records import AnswerBody, ProblemBody, StatusEvent, TokenEvent

BREATH: Final = 15
"""Seconds of silence after which a comment is sent, so that no proxy takes the stream for dead."""

_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}  # nginx would hold the events back


News: TypeAlias = Step | Answered | BaseException
"""A step begins, or the answer is there, or it failed."""


class ProblemEvent(BaseModel):
    """What went wrong, as the last event."""

    problem: ProblemBody


async def watch(answering: Answering, errand: Errand, asker: str) -> AsyncIterator[News | None]:
    """Have a question answered and hear of it: its steps, None when nothing happened for a while, and how it ended.

    Whoever stops listening gives the question up. Raises: ServerBusy before anything else.
    """
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[News] = asyncio.Queue()

    def _tell(news: News) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, news)

    errand.on_step = _tell
    outcome = asyncio.wrap_future(answering.begin(errand, asker))

    def _end(done: "asyncio.Future[Answered]") -> None:
        if not done.cancelled():
            heard.put_nowait(done.exception() or done.result())

    outcome.add_done_callback(_end)
    try:
        while True:
            try:
                news = await asyncio.wait_for(heard.get(), BREATH)
            except TimeoutError:
                yield None
                continue
            yield news
            if isinstance(news, Answered | BaseException):
                return
    finally:
        errand.drop()
        outcome.cancel()


async def stream_answer(
    events: AsyncIterator[News | None],
    finish: Callable[[Answered], AnswerBody],
    describe: Callable[[BaseException], ProblemBody],
) -> StreamingResponse:
    """The response that tells events as they come. Raises: what the first event is, if it is an error."""
    first = await anext(events)
    if isinstance(first, BaseException):
        raise first

    async def _write() -> AsyncIterator[bytes]:
        for chunk in _tell(first, finish, describe):
            yield chunk
        async for news in events:
            for chunk in _tell(news, finish, describe):
                yield chunk

    return StreamingResponse(_write(), media_type="text/event-stream", headers=_HEADERS)


def split_text(text: str) -> list[str]:
    """A text in pieces of a word each; together they are the text."""
    return re.findall(r"\s*\S+\s*|\s+", text)


def _tell(
    news: News | None,
    finish: Callable[[Answered], AnswerBody],
    describe: Callable[[BaseException], ProblemBody],
) -> list[bytes]:
    if news is None:
        return [format_sse_event(comment="")]
    if isinstance(news, str):
        return [_event("status", StatusEvent(step=news))]
    if isinstance(news, BaseException):
        return [_event("error", ProblemEvent(problem=describe(news)))]
    body = finish(news)
    return [
        *(_event("token", TokenEvent(text=piece)) for piece in split_text(body.answer)),
        *(_event("quote", quote) for quote in body.quotes),
        _event("done", body),
    ]


def _event(name: str, data: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=data.model_dump_json())
