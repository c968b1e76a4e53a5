"""A question worth asking of an article, before it was tried out."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Sort: TypeAlias = Literal["amount", "person", "statement", "place", "date", "topic"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that a sentence may answer. `start` is where the sentence begins in its article."""

    question: str
    sort: Sort
    start: int
