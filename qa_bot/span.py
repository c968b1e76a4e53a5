"""The words of a sentence that are an answer."""

from dataclasses import dataclass

from qa_bot.language.entities import Entity
from qa_bot.language.quantities import Quantity
from qa_bot.records import Kind


@dataclass(frozen=True, slots=True)
class Span:
    """An answer in a sentence: `text == sentence.text[start:end]`.

    `fit` tells how well it is of the kind that was asked for, `near` how close it stands to words of the question,
    both from 0 to 1.
    """

    start: int
    end: int
    text: str
    kind: Kind
    quantity: Quantity | None = None
    entities: tuple[Entity, ...] = ()
    fit: float = 1.0
    near: float = 0.0
