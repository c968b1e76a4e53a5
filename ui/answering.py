"""The one way from a question to an answer that every door of the server takes: page, API, OpenAI's format, MCP."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar

from qa_bot.errors import QaBotError, QuestionInvalid
from qa_bot.records import Answer, Article, Lang, Quote, Retrieved
from qa_bot.settings import Settings
from qa_bot.steps import Ask
from ui.fair_pool import FairPool
from ui.metrics import Metrics
from ui.shelf import Edition, Shelf, name_trace

log = logging.getLogger(__name__)

T = TypeVar("T")

Step: TypeAlias = Literal["understand", "retrieve", "read", "verify"]

PAGE: Final = "page"
"""The door of the page."""

TRYING: Final = "trying"
"""Who asks when the server tries questions out before it offers them."""


class Abandoned(Exception):
    """Nobody waits for this answer any more."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with what it takes to show it. `sources` are the articles of its quotes, as they were then."""

    id: str
    answer: Answer
    sources: Mapping[str, Article]
    milliseconds: float  # from the question's arrival, waiting included


@dataclass(slots=True)
class Errand:
    """One question on its way.

    `door` is where it came in; one that came in nowhere is the server's own and not counted. `on_step` hears of each
    step, from another thread; `drop` ends it between two.
    """

    ask: Ask
    door: str = ""
    on_step: Callable[[Step], None] | None = None
    dropped: bool = False

    def drop(self) -> None:
        """Give the question up."""
        self.dropped = True


def list_quotes(answer: Answer) -> list[Quote]:
    """The quotes of an answer, or the nearest thing that a refusal points to."""
    nearest = answer.refusal.nearest if answer.refusal else None
    return [*answer.quotes, *([nearest] if nearest else [])]


class Answering:
    """Answers questions over a shelf, so many at a time. Threads may share it."""

    def __init__(self, shelf: Shelf, settings: Settings, metrics: Metrics) -> None:
        self.shelf = shelf
        self._settings = settings
        self._metrics = metrics
        self._pool = FairPool(settings.concurrent, settings.waiting)
        # What a language model says may differ from one time to the next, and somebody may ask again for that reason.
        self._remembers = not settings.language_model
        self.closing = False
        metrics.watch("qa_bot_waiting", "Questions that wait for their turn.", lambda: self.waiting)
        metrics.watch("qa_bot_running", "Questions that are being answered.", lambda: self.running)

    @property
    def waiting(self) -> int:
        """Questions that wait for their turn."""
        return self._pool.waiting

    @property
    def running(self) -> int:
        """Questions that are being answered."""
        return self._pool.running

    def begin(self, errand: Errand, asker: str) -> "Future[Answered]":
        """Have a question answered when it is the asker's turn.

        Raises: ServerBusy. The future raises it as well, and QuestionInvalid.
        """
        started = time.monotonic()
        edition = self.shelf.edition
        known = edition.memory.get(errand.ask) if self._remembers else None
        if known is not None:
            done: Future[Answered] = Future()
            done.set_result(self._hand_over(known, edition, errand, started, remembered=True))
            return done
        return self._pool.submit(asker, lambda: self._answer(errand, started))

    async def answer(self, ask: Ask, door: str, asker: str) -> Answered:
        """Answer a question. Raises: QuestionInvalid, ServerBusy."""
        errand = Errand(ask, door)
        try:
            return await asyncio.wrap_future(self.begin(errand, asker))
        finally:
            errand.drop()

    def try_out(self, ask: Ask) -> Answer:
        """Answer a question of the server's own, to see whether it can be offered. Raises: as `answer`."""
        return self.begin(Errand(ask), TRYING).result().answer

    async def search(self, query: str, lang: Lang | None, k: int, asker: str) -> tuple[Edition, Sequence[Retrieved]]:
        """Rank passages for a query. Raises: QuestionInvalid, ServerBusy."""

        def _search() -> tuple[Edition, Sequence[Retrieved]]:
            with self.shelf.lease() as edition:
                return edition, edition.search(query, lang, k)

        return await asyncio.wrap_future(self._pool.submit(asker, _search))

    def close(self, patience: float) -> bool:
        """Answer what was asked, at most for so many seconds, and nothing more. Returns: whether all was answered."""
        self.closing = True
        return self._pool.close(patience)

    def _answer(self, errand: Errand, started: float) -> Answered:
        with self.shelf.lease() as edition:
            try:
                answer, remembered = self._take_steps(edition, errand)
            except (QuestionInvalid, Abandoned):
                raise
            except Exception as error:
                self._metrics.failures.labels(errand.door).inc()
                if not isinstance(error, QaBotError):
                    log.exception("A question that came by the %s failed", errand.door)
                raise
            return self._hand_over(answer, edition, errand, started, remembered=remembered)

    def _take_steps(self, edition: Edition, errand: Errand) -> tuple[Answer, bool]:
        ask, steps, memory = errand.ask, edition.steps, edition.memory
        trace = self._time("understand", errand, lambda: steps.understand(ask))
        # A question with a past often does not lean on it: then it is the same as without.
        key = name_trace(trace)
        known = memory.get(key) if self._remembers else None
        if known is not None:
            return known, True
        found = self._time("retrieve", errand, lambda: steps.retrieve(trace))
        read = self._time("read", errand, lambda: steps.read(found))
        answer = self._time("verify", errand, lambda: steps.verify(read))
        if self._remembers:
            memory.put(key, answer)
            if not ask.history:
                memory.put(ask, answer)
        return answer, False

    def _hand_over(
        self, answer: Answer, edition: Edition, errand: Errand, started: float, *, remembered: bool
    ) -> Answered:
        seconds = time.monotonic() - started
        if errand.door:
            self._report(answer, errand, seconds, remembered=remembered)
        sources = {quote.article_id: edition.articles[quote.article_id] for quote in list_quotes(answer)}
        return Answered(secrets.token_urlsafe(9), answer, sources, seconds * 1000)

    def _report(self, answer: Answer, errand: Errand, seconds: float, *, remembered: bool) -> None:
        self._metrics.count_answer(answer, errand.door, seconds)
        if remembered:
            self._metrics.remembered.inc()
        told: dict[str, object] = {
            "door": errand.door,
            "language": answer.language,
            "status": answer.refusal.reason if answer.refusal else "answered",
            "ms": round(seconds * 1000, 1),
            "remembered": remembered,
        }
        if self._settings.log_questions:
            told |= {"question": errand.ask.question, "answer": answer.text}
        log.info("Answered", extra={"facts": told})

    def _time(self, step: Step, errand: Errand, take: Callable[[], T]) -> T:
        if errand.dropped:
            raise Abandoned
        if errand.on_step:
            errand.on_step(step)
        started = time.monotonic()
        taken = take()
        if errand.door:
            self._metrics.step_seconds.labels(step).observe(time.monotonic() - started)
        return taken
