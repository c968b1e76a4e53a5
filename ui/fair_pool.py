"""Threads that answer questions: so many at a time, so many waiting, and nobody's flood before another's question."""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from qa_bot.errors import ServerBusy

T = TypeVar("T")

_FIRST_GUESS: Final = 0.1  # seconds a piece of work takes, until some has been measured


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    work: Callable[[], T]
    outcome: "Future[T]"


class FairPool:
    """A pool of threads with one queue per asker, served in turn.

    When no place is left to wait, the asker who holds the most gives up its newest place to one who holds fewer.
    """

    def __init__(self, threads: int, places: int) -> None:
        self._places = places
        self._queues: OrderedDict[str, deque[_Job[Any]]] = OrderedDict()
        self._changed = threading.Condition()
        self._running = 0
        self._closed = False
        self._pace = _FIRST_GUESS
        self._threads = [threading.Thread(target=self._work, name=f"answer-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """Pieces of work that no thread has begun."""
        with self._changed:
            return self._count()

    @property
    def running(self) -> int:
        """Pieces of work that are being done."""
        return self._running

    def submit(self, asker: str, work: Callable[[], T]) -> "Future[T]":
        """Have `work` done when it is the asker's turn.

        Raises: ServerBusy if all places are taken or the pool is closing; the future raises it if the place is given
        up to another asker.
        """
        job = _Job(work, Future[T]())
        with self._changed:
            if self._closed:
                raise ServerBusy("The server is being stopped. Ask again in a moment.", 5)
            if self._running + self._count() >= len(self._threads) + self._places:
                self._make_room(asker)
            self._queues.setdefault(asker, deque()).append(job)
            self._changed.notify()
        return job.outcome

    def close(self, patience: float) -> bool:
        """Take nothing more on and wait, at most so many seconds, for what was. Returns: whether all was done."""
        until = time.monotonic() + patience
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            return self._changed.wait_for(
                lambda: not self._queues and not self._running, max(0.0, until - time.monotonic())
            )

    def _count(self) -> int:
        return sum(len(queue) for queue in self._queues.values())

    def _busy(self, what: str) -> ServerBusy:
        seconds = max(1, math.ceil(self._pace * (self._count() + self._running) / len(self._threads)))
        return ServerBusy(f"{what} Ask again in {seconds} s.", seconds)

    def _make_room(self, asker: str) -> None:
        greediest = max(self._queues, key=lambda name: len(self._queues[name]), default=asker)
        if len(self._queues.get(greediest, ())) <= len(self._queues.get(asker, ())) + 1:
            raise self._busy(f"{self._count()} questions are waiting already.")
        given_up = self._queues[greediest].pop()
        if given_up.outcome.set_running_or_notify_cancel():
            given_up.outcome.set_exception(self._busy("Others were waiting who had asked less."))

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queues or self._closed)
                if not self._queues:
                    return
                asker, queue = self._queues.popitem(last=False)
                job = queue.popleft()
                if queue:
                    self._queues[asker] = queue  # and now it is the others' turn
                self._running += 1
            started = time.monotonic()
            try:
                if job.outcome.set_running_or_notify_cancel():
                    _do(job)
            finally:
                with self._changed:
                    self._running -= 1
                    self._pace += 0.1 * (time.monotonic() - started - self._pace)
                    self._changed.notify_all()


def _do(job: _Job[Any]) -> None:
    try:
        job.outcome.set_result(job.work())
    except BaseException as error:
        # Whoever waits has to hear of it; the thread goes on to the next.
        job.outcome.set_exception(error)
