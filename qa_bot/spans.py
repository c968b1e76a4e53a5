"""The words of a sentence that are the answer: of the kind that was asked for, and not in the question itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_bot.analysis import Analysis, Sentence
from qa_bot.language.entities import Entity
from qa_bot.language.quantities import Quantity
from qa_bot.language.words import find_words
from qa_bot.question import Question
from qa_bot.records import Kind
from qa_bot.terms import Term, key


@dataclass(frozen=True, slots=True)
class Span:
    """An answer in a sentence: `text == sentence.text[start:end]`."""

    start: int
    end: int
    text: str
    kind: Kind
    quantity: Quantity | None = None
    entities: tuple[Entity, ...] = ()


_QUANTITIES: dict[Kind, frozenset[str]] = {
    "money": frozenset({"money"}),
    "percent": frozenset({"percent"}),
    "count": frozenset({"count", "measure"}),
    "quantity": frozenset({"money", "percent", "count", "measure"}),
    "duration": frozenset({"duration"}),
    "date": frozenset({"date", "year", "time"}),
}
_ENTITIES: dict[Kind, tuple[str, ...]] = {
    "person": ("person", "post", "organisation", "country"),
    "organisation": ("organisation",),
    "place": ("place", "country"),
}
_JOINED = re.compile(r"\s*(?:,|және|мен|бен|пен|and|,\s*and)\s*")


def find_spans(
    question: Question, analysis: Analysis, sentence: Sentence, matched: Sequence[float]
) -> tuple[Span, ...]:
    """The answers of the wanted kinds in a sentence, best first; none for a kind that has no such words.

    `matched[t]` tells how well the sentence says term `t`; an answer close to matched words comes first.
    """
    if question.wants_speaker:
        return _speaker_span(analysis, sentence)
    asked = _asked_stems(question.terms, sentence)
    anchors = _anchors(question.terms, sentence, matched)
    for kind in question.kinds:
        spans = [
            span
            for span in (*_quantity_spans(kind, sentence, question), *_entity_spans(kind, sentence))
            if not _is_asked(span, asked, sentence, question)
        ]
        if spans:
            return tuple(sorted(spans, key=lambda span: _distance(span, anchors)))
    return ()


def _speaker_span(analysis: Analysis, sentence: Sentence) -> tuple[Span, ...]:
    """Who says the sentence; the words may stand outside it, so the offsets may be negative or beyond its end."""
    speaker = analysis.speakers[sentence.position]
    if speaker is None:
        return ()
    entity = Entity("person", speaker.text, speaker.start - sentence.start, speaker.end - sentence.start)
    return (Span(entity.start, entity.end, speaker.text, "person", None, (entity,)),)


def _asked_stems(terms: Sequence[Term], sentence: Sentence) -> frozenset[str]:
    return frozenset(
        stem for term in terms for form in term.forms[sentence.lang] if form.weight >= 0.7 for stem in form.stems
    )


def _anchors(terms: Sequence[Term], sentence: Sentence, matched: Sequence[float]) -> list[int]:
    wanted = {
        stem
        for term, value in zip(terms, matched, strict=True)
        if value >= 0.5 and term.role not in {"vague", "frame"}
        for form in term.forms[sentence.lang]
        for stem in form.stems
    }
    return [word.start for word, stem in zip(sentence.words, sentence.stems, strict=True) if stem in wanted]


def _quantity_spans(kind: Kind, sentence: Sentence, question: Question) -> list[Span]:
    kinds = _QUANTITIES.get(kind)
    if not kinds:
        return []
    found = [quantity for quantity in sentence.quantities if quantity.kind in kinds]
    if kind == "count":
        units = {stem for term in question.terms for form in term.forms[sentence.lang] for stem in form.stems}
        named = [q for q in found if _counted(q, sentence) & units]
        found = named or found
    return [Span(q.start, q.end, sentence.text[q.start : q.end], kind, q) for q in found]


def _counted(quantity: Quantity, sentence: Sentence) -> set[str]:
    """The stems of the words that a number counts: in it, and the two after it."""
    after = [w for w in sentence.words if w.start >= quantity.end][:2]
    inside = [w for w in sentence.words if quantity.start <= w.start < quantity.end]
    return {key(word.text, sentence.lang) for word in (*inside, *after)}


def _entity_spans(kind: Kind, sentence: Sentence) -> list[Span]:
    kinds = _ENTITIES.get(kind)
    if not kinds:
        return []
    for wanted in kinds if kind == "person" else (kinds,):
        allowed = {wanted} if isinstance(wanted, str) else set(wanted)
        entities = sorted((e for e in sentence.entities if e.kind in allowed), key=lambda e: e.start)
        spans = _join(entities, sentence, kind)
        if spans:
            return spans
    return []


def _join(entities: Sequence[Entity], sentence: Sentence, kind: Kind) -> list[Span]:
    """Join what is enumerated: «ЕАЭО, ШЫҰ, ИЫҰ» is one answer."""
    spans: list[Span] = []
    for entity in entities:
        gap = sentence.text[spans[-1].end : entity.start] if spans else ""
        if spans and _JOINED.fullmatch(gap):
            start = spans[-1].start
            joined = (*spans[-1].entities, entity)
            spans[-1] = Span(start, entity.end, sentence.text[start : entity.end], kind, None, joined)
        else:
            spans.append(Span(entity.start, entity.end, entity.text, kind, None, (entity,)))
    return spans


def _is_asked(span: Span, asked: frozenset[str], sentence: Sentence, question: Question) -> bool:
    if span.quantity is not None:
        return any(term.quantity is not None and term.quantity.text == span.text for term in question.terms)
    stems = {key(word.text, sentence.lang) for word in find_words(span.text)}
    return stems <= asked


def _distance(span: Span, anchors: Sequence[int]) -> float:
    if not anchors:
        return float(span.start)
    return min(abs(span.start - anchor) for anchor in anchors)
