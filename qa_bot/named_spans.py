"""The names in a sentence that answer who, where and which organisation."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qa_bot.analysis import Analysis, Sentence
from qa_bot.language.entities import Entity
from qa_bot.language.keys import key
from qa_bot.language.words import find_words
from qa_bot.question import Question
from qa_bot.records import Kind
from qa_bot.span import Span

OTHER_CASE = 0.7  # the fit of a name in another case than was asked for: кімді, whom, against кім, who
OTHER_KIND = 0.4  # of an organisation where a person was asked for
ONE_OF_MANY = 0.7  # of a single name where several were asked for

_KINDS: dict[Kind, tuple[str, ...]] = {
    "person": ("person", "post", "organisation", "country"),
    "organisation": ("organisation",),
    "place": ("place", "country"),
}
_JOINED = re.compile(r"\s*(?:,|және|мен|бен|пен|and|,\s*and)\s*")

# Kazakh: A Comprehensive Grammar, R. Muhamedowa 2016, ch. 5; «кім» takes the case of the answer.
_CASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("genitive", re.compile(r"[ндт][ыі]ң$")),
    ("instrumental", re.compile(r"[мбп]ен$")),
    ("ablative", re.compile(r"[ндт][ае]н$")),
    ("locative", re.compile(r"[дт][ае](?:ғ[ыі]|г[ыі])?$|нд[ае](?:ғ[ыі]|г[ыі])?$")),
    ("dative", re.compile(r"[ғгқк][ае]$|(?<=[ыі])н[ае]$")),
    ("accusative", re.compile(r"(?:[ндт][ыі]|(?<=[ыі])н)$")),
)
_ASKED_CASE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("genitive", re.compile(r"\bкімнің\b|\bwhose\b", re.IGNORECASE)),
    (
        "instrumental",
        re.compile(r"\bкіммен\b|\bwith whom\b|\bwho(?:m)? (?:did|does|has|will) .*\bwith\b", re.IGNORECASE),
    ),
    ("ablative", re.compile(r"\bкімнен\b|\bfrom whom\b", re.IGNORECASE)),
    ("dative", re.compile(r"\bкімге\b|\bto whom\b", re.IGNORECASE)),
    ("accusative", re.compile(r"\bкімді\b|\bwhom\b|\bwho (?:did|does|has|will|was|were) \w+", re.IGNORECASE)),
    ("nominative", re.compile(r"\bкім(?:дер)?\b|\bwho\b", re.IGNORECASE)),
)
_COUNTRY = re.compile(r"\b(?:which|what) (?:countr|state|nation)|\bқа(?:й|ндай) (?:ел|мемлекет)", re.IGNORECASE)
_BESIDE = 2  # characters between a post and the name it belongs to: a blank, a comma
_PARTICIPLE = re.compile(r"(?:ған|ген|қан|кен|тын|тін)$")


def find_named_spans(
    kind: Kind, question: Question, analysis: Analysis, sentence: Sentence, asked: frozenset[str]
) -> list[Span]:
    """The names of a kind in a sentence that the question does not give itself, each with how well it fits.

    `asked` are the stems of the question's words. A post stands for a person only where no person is named.
    """
    kinds = _KINDS.get(kind)
    if not kinds:
        return []
    if kind == "person" and _only_names(question):
        return _find_identity(question, sentence, asked)
    if kind == "place" and _COUNTRY.search(question.text):
        kinds = ("country",)
    entities = _listen(analysis, sentence, [e for e in sentence.entities if e.kind in kinds], asked)
    entities = [e for e in entities if not _is_asked(e, sentence, asked) and not _post_is_asked(e, sentence, asked)]
    if kind == "place":
        free = [e for e in entities if kinds == ("country",) or not _belongs_to_post(e, sentence)]
        spans = _join(free, sentence, kind)
        return [replace(span, fit=_place_fit(question, span, sentence)) for span in spans]
    if kind == "organisation":
        return [replace(span, fit=_plural_fit(question, span)) for span in _join(entities, sentence, kind)]
    for place, wanted in enumerate(kinds):
        spans = _join([e for e in entities if e.kind == wanted], sentence, kind)
        if spans:
            worth = 1.0 if place < 2 else OTHER_KIND
            fits = _fit_persons(question, spans, sentence)
            fitted = [replace(span, fit=worth * fit) for span, fit in zip(spans, fits, strict=True)]
            return [_with_country(span, sentence) for span in fitted] if wanted == "post" else fitted
    return []


def _only_names(question: Question) -> bool:
    """Whether the question gives a person or a post and nothing that anybody did: who is X?"""
    return bool(question.speaker_terms) and all(
        term.role in {"name", "vague", "frame"} or i in question.speaker_terms or term is question.focus
        for i, term in enumerate(question.terms)
    )


def _find_identity(question: Question, sentence: Sentence, asked: frozenset[str]) -> list[Span]:
    """The post beside the person that was asked about, or the person beside the post."""
    entities = sorted(sentence.entities, key=lambda found: found.start)
    spans = []
    for post, person in pairwise(e for e in entities if e.kind in {"post", "person"}):
        if {post.kind, person.kind} != {"post", "person"} or person.start - post.end > _BESIDE:
            continue
        post, person = (post, person) if post.kind == "post" else (person, post)  # noqa: PLW2901
        whole = _with_country(Span(post.start, post.end, post.text, "person", None, (post,)), sentence)
        if _is_asked(person, sentence, asked):
            spans.append(whole)
        elif {key(word.text, sentence.lang) for word in find_words(post.text)} <= asked and _same_country(
            question, whole, sentence
        ):
            spans.append(Span(person.start, person.end, person.text, "person", None, (person,)))
    return spans


def _same_country(question: Question, post: Span, sentence: Sentence) -> bool:
    """Whether a post is of the country that the question names, if both name one."""
    named = [term for term in question.terms if term.role == "name"]
    country = next((e for e in sentence.entities if e.kind == "country" and post.start <= e.start < post.end), None)
    if not named or country is None:
        return True
    stem = key(find_words(country.text)[0].text, sentence.lang)
    return any(stem in form.stems for term in named for form in term.forms[sentence.lang])


def _listen(analysis: Analysis, sentence: Sentence, entities: list[Entity], asked: frozenset[str]) -> list[Entity]:
    """Leave out who merely says the sentence, and the dateline unless the question is about the report itself."""
    if not asked.intersection(sentence.implied_stems):
        entities = [entity for entity in entities if entity.start >= sentence.dateline_end]
    speaker = analysis.speakers[sentence.position]
    if speaker is None:
        return entities
    said_by = range(speaker.start - sentence.start, speaker.end - sentence.start)
    return [entity for entity in entities if entity.start not in said_by] or entities


def _is_asked(entity: Entity, sentence: Sentence, asked: frozenset[str]) -> bool:
    """Whether the question names it; a person by the surname, a country by any of its names."""
    stems = [key(word.text, sentence.lang) for word in find_words(entity.text)]
    if entity.kind == "person":
        return stems[-1] in asked
    if entity.kind == "country":
        return stems[0] in asked
    return set(stems) <= asked


def _post_is_asked(entity: Entity, sentence: Sentence, asked: frozenset[str]) -> bool:
    """Whether a person is the one whose post and country the question gives: whom the Iranian president met."""
    if entity.kind != "person":
        return False
    for post in sentence.entities:
        if post.kind == "post" and 0 <= entity.start - post.end <= _BESIDE:
            whole = _with_country(Span(post.start, post.end, post.text, "person", None, (post,)), sentence)
            words = [key(word.text, sentence.lang) for word in find_words(whole.text)]
            return whole.start < post.start and words[0] in asked and words[-1] in asked
    return False


def _belongs_to_post(entity: Entity, sentence: Sentence) -> bool:
    """Whether a country only tells whose president somebody is."""
    return entity.kind == "country" and any(
        other.kind == "post" and 0 <= other.start - entity.end <= 1 for other in sentence.entities
    )


def _place_fit(question: Question, span: Span, sentence: Sentence) -> float:
    fit = _plural_fit(question, span)
    if question.focus is None and sentence.lang == "kk" and _case(span.text) not in {"locative", "dative", "ablative"}:
        fit *= OTHER_CASE  # where something is, was or went is told in one of these cases
    return fit


def _fit_persons(question: Question, spans: Sequence[Span], sentence: Sentence) -> list[float]:
    """How well each name fits by its case, or by a participle before it where one has that, and by number."""
    modified = [_is_modified(span, sentence, question) for span in spans]
    if any(modified):
        fits = [1.0 if mine else OTHER_CASE for mine in modified]
    else:
        fits = [_case_fit(question, span, sentence) for span in spans]
    return [fit * _plural_fit(question, span) for fit, span in zip(fits, spans, strict=True)]


def _case_fit(question: Question, span: Span, sentence: Sentence) -> float:
    if sentence.lang != "kk":
        return 1.0
    wanted = next((case for case, pattern in _ASKED_CASE if pattern.search(question.text)), None)
    if wanted is None or _case(span.text) == wanted:
        return 1.0
    return OTHER_CASE


def _case(text: str) -> str:
    """The Kazakh case of a name; a possessed post («президенті») is in the nominative."""
    last = text.rsplit(" ", 1)[-1].lower()
    if last.endswith(("президенті", "министрі", "басшысы", "төрағасы", "елшісі", "өкілі")):
        return "nominative"
    return next((case for case, pattern in _CASES if pattern.search(last)), "nominative")


def _is_modified(span: Span, sentence: Sentence, question: Question) -> bool:
    """Whether a participle that the question asks about stands right before the name or its post: «келген … X»."""
    asked = {stem for term in question.terms for form in term.forms[sentence.lang] for stem in form.stems}
    start = span.start
    for entity in sorted(sentence.entities, key=lambda e: -e.start):
        if entity.end <= start and start - entity.end <= 1:
            start = entity.start
    before = [(word, stem) for word, stem in zip(sentence.words, sentence.stems, strict=True) if word.end <= start]
    return bool(before) and before[-1][1] in asked and _PARTICIPLE.search(before[-1][0].text.lower()) is not None


def _with_country(span: Span, sentence: Sentence) -> Span:
    """A post with the country, or the body, that stands before it: «Иран Ислам Республикасының президенті»."""
    before = next(
        (
            entity
            for entity in sentence.entities
            if entity.kind in {"country", "organisation", "place"} and 0 <= span.start - entity.end <= 1
        ),
        None,
    )
    if before is None:
        return span
    text = sentence.text[before.start : span.end]
    whole = Entity("post", text, before.start, span.end)
    return replace(span, start=before.start, text=text, entities=(whole,))


def _join(entities: Sequence[Entity], sentence: Sentence, kind: Kind) -> list[Span]:
    """Join what is enumerated: «ЕАЭО, ШЫҰ, ИЫҰ» is one answer."""
    spans: list[Span] = []
    for entity in sorted(entities, key=lambda found: found.start):
        gap = sentence.text[spans[-1].end : entity.start] if spans else ""
        if spans and _JOINED.fullmatch(gap):
            start = spans[-1].start
            joined = (*spans[-1].entities, entity)
            spans[-1] = Span(start, entity.end, sentence.text[start : entity.end], kind, None, joined)
        else:
            spans.append(Span(entity.start, entity.end, entity.text, kind, None, (entity,)))
    return spans


def _plural_fit(question: Question, span: Span) -> float:
    return ONE_OF_MANY if question.plural and len(span.entities) == 1 else 1.0
