"""How well a sentence answers a question, as numbers between about -1 and 1 that the reader weighs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from qa_bot.analysis import Analysis, Sentence
from qa_bot.matching import ROLE_WEIGHT
from qa_bot.question import Question, is_negated
from qa_bot.records import Kind, Lang
from qa_bot.span import Span
from qa_bot.spans import counts_what_is_asked, find_spans
from qa_bot.terms import Term

SIGNS: dict[str, int] = {
    "covered": 1,
    "covered_in_context": 1,
    "covered_linked": 1,
    "covered_lead": 1,
    "heaviest_uncovered": -1,
    "heaviest_uncovered_in_context": -1,
    "uncovered_in_article": -1,
    "uncovered": -1,
    "unknown_to_article": -1,
    "time_differs": -1,
    "subject_unsaid": -1,
    "said_share": 1,
    "constraint_unmet": -1,
    "constraint_unmet_in_context": -1,
    "constraint_unmet_in_article": -1,
    "names_covered": 1,
    "in_order": 1,
    "kind_found": 1,
    "kind_missing": -1,
    "kind_and_covered": 1,
    "counted_found": 1,
    "span_near": 1,
    "reason_found": 1,
    "reason_missing": -1,
    "reason_follows": -1,
    "comment_found": 1,
    "other_speaker": -1,
    "speaker_found": 1,
    "cosine": 1,
    "cosine_lead": 1,
    "retrieval": 1,
    "negation_differs": 0,
}
"""The features in the order of the reader's weights. A feature of sign 1 can only speak for a sentence, one of -1 only
against it, whatever the questions the weights were fitted on happen to say; 0 leaves both open."""

FEATURES = tuple(SIGNS)

NEAR_FROM, NEAR_TO, NEAR_WORTH = 0.28, 0.6, 0.75  # cosines of unrelated words stay below, of translations above
PHRASE = 0.75  # what each word of a phrase adds to its weight
# What a match elsewhere is worth: in the words that name the speaker, the sentence gone on from, the title, the first
# sentence, the one before, the one after, and anywhere in the article.
SPEAKER, LINKED, TITLE, LEAD, BEFORE, AFTER, ARTICLE = 0.9, 0.85, 0.8, 0.75, 0.6, 0.4, 0.35

# A sentence that begins with one of these goes on about the one before it.
_LINK: dict[Lang, re.Pattern[str]] = {
    "kk": re.compile(
        r"^[—–\- «]*(?:бұл|оны|оның|оған|онда|одан|олар|мұны|мұның|мұнда|бұған|бұның|сол|соның|осы|осының"
        r"|өйткені|себебі|сондықтан|сонымен|сондай-ақ)\b"
    ),
    "en": re.compile(r"^[—–\- “\"]*(?:this|that|these|those|it|they|he|she|his|her|their|its|because|therefore|so)\b"),
}
_BECAUSE: dict[Lang, re.Pattern[str]] = {
    "kk": re.compile(r"^[—–\- «]*(?:өйткені|себебі|оның себебі)\b"),
    "en": re.compile(r"^[—–\- “\"]*(?:because|the reason|this is because)\b"),
}
_REASON: dict[Lang, re.Pattern[str]] = {
    "kk": re.compile(
        r"\b(?:өйткені|себебі|сондықтан|салдарынан|нәтижесінде|арқасында|байланысты|себепті|\w+[уү] үшін)\b"
    ),
    "en": re.compile(
        r"\b(?:because|since|therefore|due to|owing to|as a result|thanks to|so that|in order to|reason)\b"
    ),
}

_FOUND_BY_KIND: frozenset[Kind] = frozenset(
    {"person", "organisation", "place", "date", "money", "percent", "count", "quantity", "duration"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, the words in it that would, and its features."""

    analysis: Analysis
    sentence: Sentence
    spans: tuple[Span, ...]
    features: tuple[float, ...]

    def feature(self, name: str) -> float:
        """The value of one of FEATURES."""
        return self.features[FEATURES.index(name)]


@dataclass(slots=True)
class _Texts:
    """What the matching needs of an article, computed once a question."""

    analysis: Analysis
    own: list[list[float]]  # [sentence][term]
    title: list[float]
    article: list[float]
    speaker: list[list[float] | None]

    def goes_on(self, i: int) -> bool:
        """Whether sentence `i` speaks of what the one before it does."""
        sentence = self.analysis.sentences[i]
        return i > 0 and _LINK[sentence.lang].search(sentence.text.lower()) is not None

    def is_explained_next(self, i: int) -> bool:
        """Whether the sentence after `i` gives the reason for what `i` says."""
        sentences = self.analysis.sentences
        return i + 1 < len(sentences) and _BECAUSE[sentences[i].lang].search(sentences[i + 1].text.lower()) is not None


def score_articles(
    question: Question,
    analyses: Sequence[Analysis],
    cosines: Sequence[Sequence[float]],
    retrieval: Sequence[Sequence[float]],
    near_words: Sequence[npt.NDArray[np.float32]],
) -> list[Candidate]:
    """Score every sentence of the analysed articles.

    `cosines[a][s]` and `retrieval[a][s]` are the encoder's and the search's opinion of sentence `s` of
    analysis `a`, from 0 to 1; `near_words[a][s, t]` is the cosine of the word nearest to
    term `t`. Returns: all candidates, in the order of the articles.
    """
    terms = question.terms
    texts = [_match_article(terms, analysis, near) for analysis, near in zip(analyses, near_words, strict=True)]
    spans = [
        [find_spans(question, text.analysis, s, text.own[i]) for i, s in enumerate(text.analysis.sentences)]
        for text in texts
    ]
    _satisfy_vague_terms(terms, texts, spans)
    weights = _weigh(terms, [row for text in texts for row in text.own])
    total = sum(weights) or 1.0
    in_context = [_in_context(text, i) for text in texts for i in range(len(text.own))]
    covered = [sum(w * m for w, m in zip(weights, row, strict=True)) / total for text in texts for row in text.own]
    covered_leads = leads(covered)
    cosine_leads = leads([value for values in cosines for value in values])
    candidates = []
    at = 0
    for text, of_article, found, answers in zip(texts, cosines, retrieval, spans, strict=True):
        for i, sentence in enumerate(text.analysis.sentences):
            mine = answers[i]
            features = _features(
                question,
                text,
                i,
                weights=weights,
                context=in_context[at],
                covered=covered[at],
                lead=covered_leads[at],
                cosine=of_article[i],
                cosine_lead=cosine_leads[at],
                retrieval=found[i],
                fit=mine[0].fit if mine else 0.0,
                near=mine[0].near if mine else 0.0,
                counted=bool(mine) and counts_what_is_asked(question, sentence, mine[0]),
            )
            candidates.append(Candidate(text.analysis, sentence, mine, features))
            at += 1
    return candidates


def leads(values: Sequence[float]) -> list[float]:
    """How far each value is above the best of the others, or below it; above 0 where there is no other."""
    best, second = [*sorted(values, reverse=True), 0.0, 0.0][:2]
    return [value - (second if value == best else best) for value in values]


def _satisfy_vague_terms(
    terms: Sequence[Term], texts: Sequence[_Texts], spans: Sequence[Sequence[tuple[Span, ...]]]
) -> None:
    """A word that holds the place of the answer is said by the answer: the sum by an amount, the union by its name."""
    vague = [t for t, term in enumerate(terms) if term.role == "vague"]
    for text, answers in zip(texts, spans, strict=True):
        for row, mine in zip(text.own, answers, strict=True):
            for t in vague if mine else ():
                row[t] = max(row[t], mine[0].fit)


def _match_article(terms: Sequence[Term], analysis: Analysis, near: npt.NDArray[np.float32]) -> _Texts:
    count = len(analysis.sentences)
    columns = [analysis.units.match(term) for term in terms]
    rows = [[column[unit] for column in columns] for unit in range(2 * count + 1)]
    own, said, title = rows[:count], rows[count : 2 * count], rows[2 * count]
    soft = NEAR_WORTH * np.clip((near - NEAR_FROM) / (NEAR_TO - NEAR_FROM), 0.0, 1.0)
    for t, term in enumerate(terms):
        if term.role in {"content", "action"}:
            for i, row in enumerate(own):
                row[t] = max(row[t], float(soft[i, t]))
    article = [max([*(row[t] for row in own), title[t]]) for t in range(len(terms))]
    speaker = [row if speaks else None for row, speaks in zip(said, analysis.speakers, strict=True)]
    return _Texts(analysis, own, title, article, speaker)


def _weigh(terms: Sequence[Term], rows: Sequence[Sequence[float]]) -> list[float]:
    """A term that matches everywhere tells sentences apart worse than one that matches once, or nowhere."""
    count = len(rows) or 1
    weights = []
    for t, term in enumerate(terms):
        matching = sum(1 for row in rows if row[t] >= 0.5)
        rarity = log(1 + count / (0.5 + matching)) / log(1 + 2 * count)
        # A phrase says as much as its words, or nearly.
        words = max(1.0, sum(ROLE_WEIGHT[part.role] for part in term.parts) * PHRASE)
        weights.append(ROLE_WEIGHT[term.role] * words * (0.35 + 0.65 * rarity))
    return weights


def _in_context(text: _Texts, i: int) -> list[float]:
    row = list(text.own[i])
    for t in range(len(row)):
        elsewhere = [TITLE * text.title[t], ARTICLE * text.article[t], LEAD * text.own[0][t]]
        said = text.speaker[i]
        if said is not None:
            elsewhere.append(SPEAKER * said[t])
        for j, worth in ((i - 1, BEFORE), (i + 1, AFTER)):
            if 0 <= j < len(text.own):
                elsewhere.append(worth * text.own[j][t])
        if text.goes_on(i):
            elsewhere.append(LINKED * text.own[i - 1][t])
        row[t] = max(row[t], *elsewhere)
    return row


def _linked(text: _Texts, i: int) -> list[float]:
    """What a sentence says itself, through its speaker, or through the sentence that it goes on from."""
    row = list(text.own[i])
    said = text.speaker[i]
    before = text.own[i - 1] if text.goes_on(i) else None
    for t in range(len(row)):
        row[t] = max(row[t], SPEAKER * said[t] if said else 0.0, LINKED * before[t] if before else 0.0)
    return row


def _features(
    question: Question,
    text: _Texts,
    i: int,
    *,
    weights: Sequence[float],
    context: Sequence[float],
    covered: float,
    lead: float,
    cosine: float,
    cosine_lead: float,
    retrieval: float,
    fit: float,
    counted: bool,
    near: float,
) -> tuple[float, ...]:
    own, terms = text.own[i], question.terms
    total = sum(weights) or 1.0
    sentence, article = text.analysis.sentences[i], text.article
    strict = [t for t, term in enumerate(terms) if term.role in {"name", "number", "time"}]
    names = [t for t, term in enumerate(terms) if term.role == "name"]
    subject = [t for t, term in enumerate(terms) if term.role == "content" and t not in question.speaker_terms]
    asked_for = [t for t, term in enumerate(terms) if term.role not in {"vague", "frame"}]
    said = text.speaker[i]
    asks_kind = question.kinds[0] in _FOUND_BY_KIND
    linked_row = _linked(text, i)
    linked = sum(w * m for w, m in zip(weights, linked_row, strict=True)) / total
    asks_reason = question.kinds[0] == "reason"
    gives_reason = asks_reason and _REASON[sentence.lang].search(sentence.text.lower()) is not None
    asked_speaker = question.speaker_terms if question.by_speaker else ()
    speaker_found = max((said[t] for t in asked_speaker), default=0.0) if said is not None else 0.0
    named_here = max((own[t] for t in asked_speaker), default=0.0) if said is None else 0.0
    return (
        covered,
        sum(w * m for w, m in zip(weights, context, strict=True)) / total,
        linked,
        lead,
        max((w * (1 - m) for w, m in zip(weights, own, strict=True)), default=0.0),
        max((w * (1 - m) for w, m in zip(weights, context, strict=True)), default=0.0),
        sum(w * (1 - m) for w, m in zip(weights, article, strict=True)) / total,
        min(3.0, sum(w * (1 - m) for w, m in zip(weights, linked_row, strict=True))),
        min(3.0, sum(w * (1 - m) for w, m in zip(weights, article, strict=True))),
        float(_time_differs(question, sentence, context)),
        max((1 - linked_row[t] for t in subject), default=0.0),
        sum(linked_row[t] >= 0.5 for t in asked_for) / len(asked_for) if asked_for else 0.0,
        max((1 - own[t] for t in strict), default=0.0),
        max((1 - context[t] for t in strict), default=0.0),
        max((1 - article[t] for t in strict), default=0.0),
        sum(own[t] for t in names) / len(names) if names else 0.0,
        _order(text, i),
        fit if asks_kind else 0.0,
        float(asks_kind and not fit),
        linked * fit if asks_kind else 0.0,
        float(counted),
        near,
        float(asks_reason and gives_reason),
        float(asks_reason and not gives_reason),
        float(asks_reason and text.is_explained_next(i)),
        float(question.wants_comment and text.goes_on(i)),
        1.0 - max(speaker_found, 0.5 * named_here) if asked_speaker else 0.0,
        speaker_found,
        cosine,
        cosine_lead,
        retrieval,
        float(question.negated != is_negated(sentence.text, sentence.lang)),
    )


_TIMES: dict[Lang, re.Pattern[str]] = {
    "kk": re.compile(r"\b(?:биыл\w*|былтыр\w*|бүгін\w*|кеше\w*|ертең\w*|(?:өткен|келесі) (?:жыл|ай|апта)\w*)\b"),
    "en": re.compile(r"\b(?:this year|last year|today|yesterday|tomorrow|(?:last|next) (?:year|month|week))\b"),
}


def _time_differs(question: Question, sentence: Sentence, context: Sequence[float]) -> bool:
    """Whether the question asks of one time and the sentence, which does not name it, names another."""
    asked = [
        t
        for t, term in enumerate(question.terms)
        if term.role == "time" or (term.quantity is not None and term.quantity.date is not None)
    ]
    if not asked or any(context[t] >= 0.8 for t in asked):
        return False
    dated = any(quantity.date is not None for quantity in sentence.quantities)
    return dated or _TIMES[sentence.lang].search(sentence.text.lower()) is not None


def _order(text: _Texts, i: int) -> float:
    """1 if the sentence matches more of the question than any other of its article, falling to 0."""
    mine = sum(text.own[i])
    above = sum(1 for row in text.own if sum(row) > mine)
    return 1.0 / (1 + above)
