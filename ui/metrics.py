"""What Prometheus may know of a running server: counts, times and ages, and never a word that anybody said."""

import time
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from qa_bot.records import Answer

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})

# Seconds. An answer takes tens of milliseconds without a language model and many seconds with one.
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The meters of one server, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for every first one, which nobody reads
        registry = self._registry = CollectorRegistry()
        self.questions = Counter(
            "qa_bot_questions", "Questions answered or refused.", ["door", "language", "status"], registry=registry
        )
        self.refusals = Counter("qa_bot_refusals", "Refusals by reason.", ["reason"], registry=registry)
        self.failures = Counter("qa_bot_failures", "Questions that failed.", ["door"], registry=registry)
        self.remembered = Counter("qa_bot_remembered", "Answers given from memory.", registry=registry)
        self.step_seconds = Histogram(
            "qa_bot_step_seconds", "Time of one step.", ["step"], registry=registry, buckets=_BUCKETS
        )
        self.answer_seconds = Histogram(
            "qa_bot_answer_seconds", "Time of a whole answer, waiting included.", registry=registry, buckets=_BUCKETS
        )
        self.requests = Counter(
            "qa_bot_requests", "Requests by route and status.", ["method", "route", "status"], registry=registry
        )
        self.refused = Counter(
            "qa_bot_requests_refused", "Requests refused before any work.", ["reason"], registry=registry
        )
        self.votes = Counter("qa_bot_votes", "Votes on answers.", ["vote"], registry=registry)
        self.switches = Counter(
            "qa_bot_generation_switches", "Changes to a newly built generation.", ["outcome"], registry=registry
        )
        self._watched: list[tuple[Gauge, Callable[[], float]]] = []

    def watch(self, name: str, about: str, read: Callable[[], float]) -> None:
        """Add a gauge that is read whenever the metrics are."""
        self._watched.append((Gauge(name, about, registry=self._registry), read))

    def watch_generation(self, created: Callable[[], float], articles: Callable[[], int]) -> None:
        """Add what is known of the generation that answers; `created` is in seconds since the epoch."""
        self.watch(
            "qa_bot_generation_age_seconds",
            "Time since the generation that answers was built.",
            lambda: time.time() - created(),
        )
        self.watch("qa_bot_articles", "Articles in the generation that answers.", articles)

    def count_request(self, method: str, route: str, status: int) -> None:
        """Count one request. A method that somebody made up is not a series of its own."""
        self.requests.labels(method if method in _METHODS else "other", route, str(status)).inc()

    def count_answer(self, answer: Answer, door: str, seconds: float) -> None:
        """Count one answer that came in through a door (`api`, `page`, …)."""
        self.questions.labels(door, answer.language, "refused" if answer.refusal else "answered").inc()
        if answer.refusal:
            self.refusals.labels(answer.refusal.reason).inc()
        self.answer_seconds.observe(seconds)

    def write(self) -> bytes:
        """The text that Prometheus reads."""
        for gauge, read in self._watched:
            gauge.set(read())
        return generate_latest(self._registry)
