"""What was said before, kept by the server, so that nobody can put words into a conversation."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from qa_bot.records import Answer, Turn

HISTORY: Final = 6
"""Exchanges remembered of a conversation, to understand a follow-up."""

VOTABLE: Final = 20
"""Exchanges of a conversation whose answers may still be voted on."""

_ID_BYTES: Final = 24  # 192 bits: nobody guesses one of ten thousand, however often they try


@dataclass(slots=True)
class _Conversation:
    used: float
    turns: OrderedDict[str, Turn] = field(default_factory=OrderedDict)  # by the id of the answer


class Conversations:
    """Conversations under ids that cannot be guessed, forgotten when idle. Threads may share it."""

    def __init__(self, most: int, idle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._idle = idle_seconds
        self._clock = clock
        self._kept: OrderedDict[str, _Conversation] = OrderedDict()  # the one idle longest comes first
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def history(self, name: str | None) -> tuple[Turn, ...]:
        """What was said in a conversation, the oldest first; nothing if it is unknown or forgotten."""
        with self._lock:
            kept = self._find(name)
            return tuple(kept.turns.values())[-HISTORY:] if kept else ()

    def remember(self, name: str | None, answer_id: str, turn: Turn) -> str:
        """Add an exchange to a conversation; where there is none of that name, a new one begins.

        Returns: the conversation's id, never one that a client made up.
        """
        with self._lock:
            kept = self._find(name)
            if kept is None or name is None:
                name, kept = secrets.token_urlsafe(_ID_BYTES), _Conversation(self._clock())
                self._kept[name] = kept
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            kept.turns[answer_id] = turn
            if len(kept.turns) > VOTABLE:
                kept.turns.popitem(last=False)
            return name

    def find_turn(self, name: str, answer_id: str) -> Turn | None:
        """The exchange with an answer, if it is still remembered."""
        with self._lock:
            kept = self._find(name)
            return kept.turns.get(answer_id) if kept else None

    def forget(self, name: str) -> None:
        """Forget a conversation, if there is one."""
        with self._lock:
            self._kept.pop(name, None)

    def _find(self, name: str | None) -> _Conversation | None:
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if now - self._kept[oldest].used <= self._idle:
                break
            del self._kept[oldest]
        kept = self._kept.get(name) if name is not None else None
        if kept is not None and name is not None:
            kept.used = now
            self._kept.move_to_end(name)
        return kept


def hash_conversation(name: str) -> str:
    """What a conversation is called in files and logs: nobody can go on with it by that name."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def turn_of(question: str, answer: Answer) -> Turn:
    """An exchange as it is remembered: with the place of its first quote, which a follow-up may be about."""
    first = answer.quotes[0] if answer.quotes else None
    return Turn(question, answer.text, (first.article_id, first.start) if first else None)
