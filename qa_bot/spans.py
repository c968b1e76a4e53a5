"""The words of a sentence that are the answer: of the kind that was asked for, and not in the question itself."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_bot.analysis import Analysis, Sentence
from qa_bot.language.entities import Entity
from qa_bot.language.keys import key
from qa_bot.language.quantities import Quantity
from qa_bot.language.words import find_words, is_stop_word
from qa_bot.named_spans import OTHER_KIND, find_named_spans
from qa_bot.question import Question
from qa_bot.records import Kind, Lang
from qa_bot.span import Span
from qa_bot.terms import Term

_QUANTITIES: dict[Kind, frozenset[str]] = {
    "money": frozenset({"money"}),
    "percent": frozenset({"percent"}),
    "count": frozenset({"count", "measure"}),
    "quantity": frozenset({"money", "count", "measure", "percent"}),
    "duration": frozenset({"duration"}),
    "date": frozenset({"date", "year", "time"}),
}
_OPEN_KINDS: frozenset[Kind] = frozenset({"list", "statement", "definition"})
FAR = 0.5  # the fit of an answer in a sentence that says none of what was asked about


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
    content = _asked_stems([term for term in question.terms if term.role not in {"frame", "vague", "time"}], sentence)
    for kind in question.kinds:
        spans = [
            span
            for span in (*_quantity_spans(kind, sentence), *find_named_spans(kind, question, analysis, sentence, asked))
            if not _is_asked(span, question)
        ]
        if kind == "date" and not spans and not question.exact:
            spans = [span for span in _time_spans(sentence) if not _stems(span.text, sentence) & content]
        if spans:
            fit = (1.0 if kind == question.kinds[0] else OTHER_KIND) * (1.0 if anchors else FAR)
            if kind == "date" and _leaves_action_out(question.terms, matched):
                fit *= FAR  # a time is of what happened then, not of whoever is named beside it
            placed = [replace(span, fit=fit * span.fit, near=_nearness(span, anchors)) for span in spans]
            counted = [counts_what_is_asked(question, sentence, span) for span in placed]
            order = sorted(range(len(placed)), key=lambda i: (not counted[i], -placed[i].fit, -placed[i].near))
            return tuple(placed[i] for i in order)
    return _attribute_spans(question, sentence, asked) if question.kinds[-1] in _OPEN_KINDS else ()


def _leaves_action_out(terms: Sequence[Term], matched: Sequence[float]) -> bool:
    actions = [value for term, value in zip(terms, matched, strict=True) if term.role == "action"]
    return bool(actions) and max(actions) < 0.5


# Endings of a Kazakh word that does not modify the next one: accusative, dative, locative, ablative, instrumental,
# plural and finite verbs (Kazakh: A Comprehensive Grammar, R. Muhamedowa 2016, ch. 5 and 10).
_NO_MODIFIER = re.compile(
    r"(?:[ндт][ыі]|[ғгқк][аеә]|[ндт][ае]|[ндт][ае]н|[мбп]ен|[ыі]н|[ыі]на|[іы]не|[аеыі]п|м[ыі]з|ды|ді|ты|ті|[лдт][ае]р)$"
)
_MOST_MODIFIERS = 7
_AND = frozenset({"және", "мен", "пен", "бен", "and"})


def _attribute_spans(question: Question, sentence: Sentence, asked: frozenset[str]) -> tuple[Span, ...]:
    """What modifies the noun that was asked about: the sectors in "which sectors", with their names before them."""
    if question.focus is None:
        return ()
    focus = question.focus.parts[0] if question.focus.parts else question.focus
    nouns = {form.stems[-1] for form in focus.forms[sentence.lang] if form.weight >= 0.4}
    spans = []
    for i, stem in enumerate(sentence.stems):
        if stem in nouns:
            first = _first_modifier(sentence, i)
            if first < i and not set(sentence.stems[first:i]) <= asked:
                start, end = sentence.words[first].start, sentence.words[i].end
                spans.append(Span(start, end, sentence.text[start:end], "list"))
    return tuple(spans)


def _first_modifier(sentence: Sentence, noun: int) -> int:
    first = noun
    while first > 0 and noun - first < _MOST_MODIFIERS:
        before = sentence.words[first - 1]
        gap = sentence.text[before.end : sentence.words[first].start]
        word = before.text.lower()
        joins = word in _AND
        if gap.strip(" ,-–") or (not joins and is_stop_word(word, sentence.lang)):
            break
        if sentence.lang == "kk" and not joins and _NO_MODIFIER.search(word) and "-" not in gap:
            break
        first -= 1
    while first < noun and sentence.words[first].text.lower() in _AND:
        first += 1
    return first


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


def _anchors(terms: Sequence[Term], sentence: Sentence, matched: Sequence[float]) -> list[tuple[int, int]]:
    wanted = {
        stem
        for term, value in zip(terms, matched, strict=True)
        if value >= 0.5 and term.role not in {"vague", "frame"}
        for form in term.forms[sentence.lang]
        for stem in form.stems
    }
    return [(word.start, word.end) for word, stem in zip(sentence.words, sentence.stems, strict=True) if stem in wanted]


def _quantity_spans(kind: Kind, sentence: Sentence) -> list[Span]:
    kinds = _QUANTITIES.get(kind)
    if not kinds:
        return []
    found = [quantity for quantity in sentence.quantities if quantity.kind in kinds]
    return [Span(q.start, q.end, sentence.text[q.start : q.end], kind, q) for q in found]


def counts_what_is_asked(question: Question, sentence: Sentence, span: Span) -> bool:
    """Whether a number counts a noun of the question: the students in "3 500 студент"."""
    if span.quantity is None:
        return False
    asked = {
        stem
        for term in question.terms
        if term.role in {"content", "action", "vague"}
        for form in term.forms[sentence.lang]
        for stem in form.stems
    }
    return bool(_counted(span.quantity, sentence) & asked)


def _counted(quantity: Quantity, sentence: Sentence) -> set[str]:
    """The stems of the words that a number counts: in it, and the two after it."""
    after = [w for w in sentence.words if w.start >= quantity.end][:2]
    inside = [w for w in sentence.words if quantity.start <= w.start < quantity.end]
    return {key(word.text, sentence.lang) for word in (*inside, *after)}


def _stems(text: str, sentence: Sentence) -> frozenset[str]:
    return frozenset(key(word.text, sentence.lang) for word in find_words(text))


_RELATIVE_TIME: dict[Lang, re.Pattern[str]] = {
    "kk": re.compile(
        r"\b(?:биыл|былтыр|бүгін|кеше|ертең|жақын арада|жақында|жыл сайын"
        r"|(?:өткен|келесі|осы|алдағы|алдыңғы|соңғы) (?:жылы?|\w+[дт][ае])"
        r"|(?:[\w-]+ ){0,3}\w+(?:ған|ген|қан|кен) (?:соң|кезде|сәтте)"
        r"|(?:[\w-]+ ){1,4}(?:кезінде|заманында|дәуірінде|тұсында)"
        r"|(?:[\w-]+ ){0,3}[\w-]+[нт][ае]н (?:кейін|бері|соң|бастап)"
        r"|(?:[\w-]+ ){0,2}[\w-]+[ғгқк][ае] дейін)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:this year|last year|next year|today|yesterday|tomorrow|soon|in the near future|every year|annually"
        r"|(?:last|this|next|previous) (?:month|week|spring|summer|autumn|winter)"
        r"|(?:after|before|since|during) (?:[\w'-]+ ?){1,5})\b",
        re.IGNORECASE,
    ),
}
_BARE_TIME = re.compile(r"^(?:бұдан|содан|осыдан|бұған|соған|осыған|бұл|сол|осы)\b", re.IGNORECASE)


def _time_spans(sentence: Sentence) -> list[Span]:
    """When, told without a date: «биыл», «Ұлы жібек жолы кезінде», "in the near future"."""
    return [
        Span(found.start(), found.end(), found.group(), "date")
        for found in _RELATIVE_TIME[sentence.lang].finditer(sentence.text)
        if not _BARE_TIME.match(found.group())
    ]


def _is_asked(span: Span, question: Question) -> bool:
    """Whether the question gives the quantity itself."""
    return span.quantity is not None and any(
        term.quantity is not None and term.quantity.text == span.quantity.text for term in question.terms
    )


def _nearness(span: Span, anchors: Sequence[tuple[int, int]]) -> float:
    """1 right beside a word of the question, as a name beside its post; else less than a half, 0 without one."""
    if not anchors:
        return 0.0
    distance = min(max(span.start - anchor[1], anchor[0] - span.end, 0) for anchor in anchors)
    return 1.0 if distance <= 1 else 0.5 / (1.0 + distance / 20)
