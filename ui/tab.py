"""A conversation as one browser tab shows it, and where conversations wait while their tab reloads."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from qa_bot.records import Answer, Quote, Turn
from qa_bot.settings import Settings
from ui.conversations import HISTORY, turn_of
from ui.feedback import Vote

REMEMBERED: Final = 50
"""Exchanges kept on the page; older ones leave the conversation."""


def new_id() -> str:
    """An id that cannot be guessed: 128 random bits."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was asked, its answer, and what the asker thought of that."""

    question: str
    answer: Answer
    id: str = field(default_factory=new_id)
    vote: Vote | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article, in code points of its text; an empty one is the article as a whole."""

    article_id: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reading side shows: the quotes of an answer, one of them in view; or an article without any."""

    places: tuple[Place, ...]
    at: int = 0

    @property
    def place(self) -> Place:
        """The one in view."""
        return self.places[self.at]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """What is marked in the article in view, the place in view first."""
        marked = (self.place, *self.places)
        here = [(place.start, place.end) for place in marked if place.article_id == self.place.article_id]
        return tuple(dict.fromkeys(span for span in here if span[0] < span[1]))


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one browser tab has asked and what its reading side shows.

    Without an id it is none yet: the tab has not been greeted, or the server has forgotten it.
    `pending` is the question that is being answered.
    """

    id: str = ""
    exchanges: tuple[Exchange, ...] = ()
    shown: Shown | None = None
    pending: str = ""

    @property
    def history(self) -> tuple[Turn, ...]:
        """The latest exchanges as the chain wants them, the oldest first."""
        return tuple(turn_of(past.question, past.answer) for past in self.exchanges[-HISTORY:])

    def add(self, exchange: Exchange, shown: Shown | None) -> "Conversation":
        """The conversation after one more exchange; nothing is pending then."""
        return replace(self, exchanges=(*self.exchanges, exchange)[-REMEMBERED:], shown=shown, pending="")

    def judge(self, exchange_id: str, vote: Vote) -> "Conversation":
        """The conversation with a vote on one of its answers."""
        return replace(
            self, exchanges=tuple(replace(e, vote=vote) if e.id == exchange_id else e for e in self.exchanges)
        )

    def find(self, exchange_id: str) -> Exchange | None:
        """The exchange of that id, if it is one of these."""
        return next((exchange for exchange in self.exchanges if exchange.id == exchange_id), None)


def list_quotes(answer: Answer) -> tuple[Quote, ...]:
    """What an answer quotes; of a refusal, the nearest thing that is said."""
    nearest = answer.refusal.nearest if answer.refusal else None
    return (nearest,) if nearest else answer.quotes


def locate(quote: Quote) -> Place:
    """Where a quote stands."""
    return Place(quote.article_id, quote.start, quote.end)


def point_at(answer: Answer) -> Shown | None:
    """The places that an answer quotes, the first in view."""
    places = dict.fromkeys(map(locate, list_quotes(answer)))
    return Shown(tuple(places)) if places else None


def turn_to(place: Place, conversation: Conversation) -> Shown:
    """What to show when the address of a place is followed: it, among the quotes of the latest answer that has it."""
    for exchange in reversed(conversation.exchanges):
        shown = point_at(exchange.answer)
        if shown and place in shown.places:
            return replace(shown, at=shown.places.index(place))
    return Shown((place,))


class WaitingRoom:
    """Where conversations wait while their tab reloads, and no longer than the settings say. Threads may share it.

    What waits is a copy: two tabs that come back with the same id, as a duplicated one does, go on apart.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = settings.conversations
        self._longest = 60 * settings.conversation_minutes
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Conversation]] = OrderedDict()
        self._lock = Lock()

    def keep(self, conversation: Conversation) -> None:
        """Remember what a conversation is now, under its id."""
        now = self._clock()
        with self._lock:
            self._kept[conversation.id] = (now, replace(conversation, pending=""))
            self._kept.move_to_end(conversation.id)
            while len(self._kept) > self._most or next(iter(self._kept.values()))[0] < now - self._longest:
                self._kept.popitem(last=False)

    def call(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id under an id of its own, or None if it is not, or no longer, known."""
        with self._lock:
            since, conversation = self._kept.get(conversation_id, (0.0, None))
        if conversation is None or since < self._clock() - self._longest:
            return None
        return replace(conversation, id=new_id())

    def forget(self, conversation_id: str) -> None:
        """Remember it no more."""
        with self._lock:
            self._kept.pop(conversation_id, None)

    def __len__(self) -> int:
        return len(self._kept)
