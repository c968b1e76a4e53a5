"""The articles that are answered from, and the change to newly built ones while questions are being answered."""

import datetime
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from qa_bot.records import Answer, Article, Lang, Retrieved
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Trace
from ui.words import LANGUAGES

log = logging.getLogger(__name__)

REMEMBERED: Final = 2048
"""Answers remembered for one generation; at some kilobytes each they stay within tens of megabytes."""


class Stages(Protocol):
    """The steps from a question to an answer, as `qa_bot.steps.Steps` has them."""

    def understand(self, ask: Ask) -> Any:
        """Raises: QuestionInvalid."""
        ...

    def retrieve(self, trace: Any) -> Any:
        """Find the passages to read."""
        ...

    def read(self, trace: Any) -> Any:
        """Draft an answer from them."""
        ...

    def verify(self, trace: Any) -> Answer:
        """Turn the draft into what may be shown."""
        ...


class Memory:
    """The answers asked for most recently. Threads may share it."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._answers: OrderedDict[object, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Answer | None:
        """The answer remembered under a key."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: object, answer: Answer) -> None:
        """Remember an answer and forget the one that was not asked for the longest."""
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)


def name_trace(trace: object) -> bytes:
    """A key for what was understood: the steps after `understand` know nothing else, so equal traces end alike.

    The turns before a question that stands by itself make no difference to its answer.
    """
    if isinstance(trace, Trace) and trace.talk is None and not trace.question.follows_up and not trace.question.unclear:
        trace = replace(trace, history=())
    return hashlib.blake2b(repr(trace).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(eq=False)
class Edition:
    """One generation of articles, opened: what is answered from it stays true to it."""

    generation: str
    created: float  # seconds since the epoch
    steps: Stages
    articles: Mapping[str, Article]  # in the order given
    search: Callable[[str, Lang | None, int], Sequence[Retrieved]]  # raises QuestionInvalid
    suggestions: Mapping[Lang, Sequence[str]] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None
    memory: Memory = field(default_factory=Memory)


class Shelf:
    """Holds the edition that is answered from; `refresh` puts a newer one in its place. Threads may share it."""

    def __init__(self, open_edition: Callable[[], Edition], name_current: Callable[[], str | None]) -> None:
        self._open = open_edition
        self._name_current = name_current
        self._lock = threading.Lock()
        self._readers: dict[Edition, int] = {}
        self._edition = open_edition()

    @property
    def edition(self) -> Edition:
        """The edition that is answered from now. Whoever works with it longer than a moment should lease it."""
        return self._edition

    @contextmanager
    def lease(self) -> Iterator[Edition]:
        """Hold the present edition open."""
        with self._lock:
            edition = self._edition
            self._readers[edition] = self._readers.get(edition, 0) + 1
        try:
            yield edition
        finally:
            with self._lock:
                self._readers[edition] -= 1
                left = not self._readers[edition]
                if left:
                    del self._readers[edition]
                outdated = left and edition is not self._edition
            if outdated:
                edition.close()

    def refresh(self) -> bool:
        """Open the generation that a build made current, if it is another. Returns: whether it was.

        Raises: QaBotError if it cannot be opened; the one before stays.
        """
        name = self._name_current()
        if name is None or name == self._edition.generation:
            return False
        edition = self._open()
        with self._lock:
            before, self._edition = self._edition, edition
            idle = before not in self._readers
        if idle:
            before.close()
        log.info("Answering from the generation %s now, no longer from %s", edition.generation, before.generation)
        return True

    def close(self) -> None:
        """Let go of the edition. Nothing may be leased afterwards."""
        self._edition.close()


def open_shelf(settings: Settings) -> Shelf:
    """A shelf over the data folder. Raises: what `open_index` raises."""
    from index.retriever import current_generation_id

    return Shelf(lambda: open_edition(settings), lambda: current_generation_id(settings))


def open_edition(settings: Settings) -> Edition:
    """Open the current generation and try it out, so that the first asker need not wait for what is loaded late."""
    from index.retriever import open_index
    from qa_bot.question import understand
    from qa_bot.steps import Steps

    index = open_index(settings)
    try:
        steps = Steps(index, settings)
        suggestions = {lang: steps.suggest(lang) for lang in LANGUAGES}
        created = datetime.datetime.fromisoformat(index.created)

        def _search(query: str, lang: Lang | None, k: int) -> Sequence[Retrieved]:
            question = understand(query, lang, limit=settings.max_question)
            return index.search(question.text, question.language, k)

        return Edition(
            generation=index.generation_id,
            created=created.timestamp(),
            steps=steps,
            articles={article.id: article for article in index.articles()},
            search=_search,
            suggestions=suggestions,
            close=index.close,
        )
    except BaseException:
        index.close()
        raise


class ShelfArticles(Mapping[str, Article]):
    """The articles of a shelf's present edition, by id; it changes when the shelf does."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def __getitem__(self, name: str) -> Article:
        return self._shelf.edition.articles[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf.edition.articles)

    def __len__(self) -> int:
        return len(self._shelf.edition.articles)


class ShelfSuggestions(Mapping[Lang, Sequence[str]]):
    """The suggested questions of a shelf's present edition, by language."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def __getitem__(self, lang: Lang) -> Sequence[str]:
        return self._shelf.edition.suggestions[lang]

    def __iter__(self) -> Iterator[Lang]:
        return iter(self._shelf.edition.suggestions)

    def __len__(self) -> int:
        return len(self._shelf.edition.suggestions)


def try_refresh(shelf: Shelf) -> str:
    """Refresh a shelf without losing what it holds. Returns: `same`, `switched` or `failed`."""
    try:
        return "switched" if shelf.refresh() else "same"
    except Exception:
        # Whatever is wrong with the new ones, those before are still good.
        log.exception("The newly built articles cannot be used; the ones before stay")
        return "failed"
