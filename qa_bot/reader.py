"""The reader without a language model: weighs every sentence, picks the one that answers, knows when none does."""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary, ref

import numpy as np
import numpy.typing as npt

from qa_bot.analysis import Analysis, analyse_article
from qa_bot.context import put_in_context
from qa_bot.features import FEATURES, SIGNS, Candidate, leads, score_articles
from qa_bot.marks import marks_help, prefer_marked
from qa_bot.question import Question
from qa_bot.records import Article, Draft, Mark, Retrieved
from qa_bot.wording import word_answer

JUDGED = 4  # sentences that the judge is shown at most: the best of the first ranking; four more told no more
BEHIND = 4.0  # log-odds of the first ranking behind the best from which a sentence is not shown: it would hardly win
SURE = 6.0  # log-odds beyond which it makes no difference
# A country, name or year of the question that the article has nowhere is not outweighed by what else fits. On questions
# not fitted on, this took answers from 1 in 100 of those that can be answered and gave 1 in 50 more right refusals.
UNMET, DOUBT = 0.75, 0.25
CLOSE = 0.6  # of the best sentence's score from which the second is quoted too: it holds 1 or 2 answers in 100
_WEIGHTS = Path(__file__).with_name("reader_weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """Two logistic regressions, fitted by `index.training.reader`.

    `rank` tells whether a sentence is the one that answers; `answer` whether the best sentence does answer,
    from its features, its lead and what the judge says. Between them `choose` weighs the judge against the first
    ranking. Each has a weight per feature and, last, a bias. Below `threshold` the reader says nothing.
    """

    rank: tuple[float, ...]
    choose: tuple[float, ...]
    answer: tuple[float, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate and the probability that it is the sentence that answers, compared with the others.

    `judged` is the judge's log-odds that it answers, in units of SURE and from -1 to 1; -1 for what it was not shown.
    """

    candidate: Candidate
    score: float
    judged: float = -1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """All candidates, best first, and the probability that the best one answers the question."""

    ranked: tuple[Ranked, ...]
    confidence: float
    threshold: float

    @property
    def answers(self) -> bool:
        """Whether the best candidate is believed."""
        return bool(self.ranked) and self.confidence >= self.threshold


class Source(Protocol):
    """What the reader asks of the index."""

    def article(self, article_id: str) -> Article:
        """The article of a passage."""
        ...

    def sentence_similarity(self, text: str, article_id: str) -> Mapping[int, float]:
        """Cosine of the encoder's vectors of a text and of an article's sentences, by where these start."""
        ...

    def embed_words(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors of single words."""
        ...

    def judge(self, question: str, sentences: Sequence[str]) -> list[float]:
        """Log-odds that each sentence answers."""
        ...

    def mark(self, question: str, text: str, end: int) -> Mark | None:
        """Where the answer stands before the place `end` of a text."""
        ...


@cache
def bundled_weights() -> Weights:
    """The weights that ship with the project, in the order of `features.FEATURES`."""
    held = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return Weights(
        rank=tuple(held["rank"][name] for name in (*FEATURES, "bias")),
        choose=tuple(held["choose"][name] for name in (*CHOICE_FEATURES, "bias")),
        answer=tuple(held["answer"][name] for name in (*ANSWER_FEATURES, "bias")),
        threshold=held["threshold"],
    )


_LEFT_OUT = {"in_order", "negation_differs", "retrieval"}
CHOICE_SIGNS: dict[str, int] = {"ranked": 1, "judged": 1, "judged_lead": 1}
"""What tells which of the judged candidates answers: the log-odds of the first ranking, the judge's, and how far those
are above the best of the others."""

CHOICE_FEATURES = tuple(CHOICE_SIGNS)

ANSWER_SIGNS: dict[str, int] = {name: sign for name, sign in SIGNS.items() if name not in _LEFT_OUT} | {
    "lead": 1,
    "judged": 1,
    "judged_lead": 1,
}
"""What tells whether the best candidate answers: its evidence, its lead over the second, what the judge says of it, and
how far that is above what it says of the others; see SIGNS.

Left out is what tells sentences of one question apart but says nothing of whether it can be answered at all.
"""

_EVIDENCE = [i for i, name in enumerate(FEATURES) if name not in _LEFT_OUT]
ANSWER_FEATURES = tuple(ANSWER_SIGNS)


class ExtractiveReader:
    """Reads retrieved passages and claims the sentence, and the words in it, that answer."""

    def __init__(self, source: Source, weights: Weights | None = None) -> None:
        self._source = source
        self._weights = weights or bundled_weights()

    def read(self, question: Question, found: Sequence[Retrieved]) -> Draft | None:
        """Returns: the claim, or None if no sentence is believed to answer."""
        return self.draft(question, self.weigh(question, found))

    def draft(self, question: Question, reading: Reading) -> Draft | None:
        """Word what a reading claims; None if it claims nothing."""
        if not reading.answers:
            return None
        best = reading.ranked[0]
        close = [item.candidate for item in reading.ranked[1:2] if item.score >= CLOSE * best.score]
        return word_answer(question, self._mark(question, best.candidate), close, reading.confidence)

    def _mark(self, question: Question, candidate: Candidate) -> Candidate:
        """Put the span that the judge points at before the others, if it points at one."""
        if not marks_help(question):
            return candidate
        text = put_in_context(candidate.analysis, candidate.sentence)
        mark = self._source.mark(question.text, text, len(candidate.sentence.text))
        return replace(candidate, spans=prefer_marked(candidate.sentence, candidate.spans, mark))

    def weigh(self, question: Question, found: Sequence[Retrieved]) -> Reading:
        """Weigh every sentence of the articles that were found."""
        candidates = find_candidates(question, found, self._source)
        if not candidates or not question.terms:
            return Reading((), 0.0, self._weights.threshold)
        scored = [Ranked(candidate, logistic(self._weights.rank, candidate.features)) for candidate in candidates]
        first = sorted(scored, key=lambda item: -item.score)
        shown = [
            put_in_context(item.candidate.analysis, item.candidate.sentence) for item in first[: count_judged(first)]
        ]
        odds = self._source.judge(question.text, shown)
        ranked = choose(first, odds, self._weights.choose)
        confidence = logistic(self._weights.answer, answer_features(ranked))
        if ranked[0].candidate.feature("constraint_unmet_in_article") >= UNMET:
            confidence *= DOUBT
        return Reading(ranked, confidence, self._weights.threshold)


def find_candidates(question: Question, found: Sequence[Retrieved], source: Source) -> list[Candidate]:
    """Score the sentences of the articles whose passages were found, for a question."""
    analyses = [
        analyse_article(source.article(article_id)) for article_id in dict.fromkeys(p.passage.article_id for p in found)
    ]
    if not analyses:
        return []
    cosines = [_near_sentences(question, analysis, source) for analysis in analyses]
    nearness = _near_words(question, analyses, source)
    return score_articles(question, analyses, cosines, [_retrieval(analysis, found) for analysis in analyses], nearness)


def _near_sentences(question: Question, analysis: Analysis, source: Source) -> list[float]:
    """How near each sentence of an article is to the question: its cosine, or its best part's if it was cut."""
    starts = [sentence.start for sentence in analysis.sentences]
    near = [-1.0] * len(starts)
    for start, cosine in source.sentence_similarity(question.text, analysis.article.id).items():
        at = bisect_right(starts, start) - 1
        near[at] = max(near[at], cosine)
    return [max(cosine, 0.0) for cosine in near]


def _near_words(question: Question, analyses: Sequence[Analysis], source: Source) -> list[npt.NDArray[np.float32]]:
    """For each analysis, how near the nearest word of each sentence is to each term: cosines (sentences, terms)."""
    if not question.terms:
        return [np.zeros((len(analysis.sentences), 0), dtype=np.float32) for analysis in analyses]
    terms = source.embed_words([term.text.lower() for term in question.terms])
    near = []
    for analysis in analyses:
        cosines = _word_vectors(analysis, source) @ terms.T
        rows = [
            cosines[list(numbers)].max(axis=0) if numbers else np.zeros(len(terms), dtype=np.float32)
            for numbers in analysis.words_of_sentences
        ]
        near.append(np.array(rows, dtype=np.float32).reshape(len(rows), len(terms)))
    return near


_WORD_VECTORS: WeakKeyDictionary[Analysis, tuple[ref[Source], npt.NDArray[np.float32]]] = WeakKeyDictionary()
"""Kept as long as the analysis is: the words of an article are embedded once, not once a question. The index that did
it is not kept for that: a later generation takes its place."""


def _word_vectors(analysis: Analysis, source: Source) -> npt.NDArray[np.float32]:
    held = _WORD_VECTORS.get(analysis)
    if held is None or held[0]() is not source:
        held = _WORD_VECTORS[analysis] = (ref(source), source.embed_words(analysis.vocabulary))
    return held[1]


def _retrieval(analysis: Analysis, found: Sequence[Retrieved]) -> list[float]:
    """For each sentence, the score of its best passage between that of the worst and the best one found."""
    top, low = found[0].score, min(hit.score for hit in found)
    scale = (top - low) or 1.0
    passages = [hit for hit in found if hit.passage.article_id == analysis.article.id]
    return [
        max(
            ((hit.score - low) / scale for hit in passages if hit.passage.start <= s.start < hit.passage.end),
            default=0.0,
        )
        for s in analysis.sentences
    ]


def count_judged(first: Sequence[Ranked]) -> int:
    """How many of the candidates, best first, the judge is shown."""
    if not first:
        return 0
    least = _log_odds(first[0].score) - BEHIND
    return sum(_log_odds(item.score) >= least for item in first[:JUDGED])


def _log_odds(probability: float) -> float:
    kept = min(1 - 1e-9, max(1e-9, probability))
    return log(kept / (1 - kept))


def choose(first: Sequence[Ranked], odds: Sequence[float], weights: Sequence[float]) -> tuple[Ranked, ...]:
    """Rank the candidates anew, those that were judged before the rest.

    `first` is the first ranking, `odds` the judge's log-odds for its beginning. Returns: all, best first.
    """
    judged = [clip_odds(value) for value in odds]
    chosen = [
        Ranked(item.candidate, logistic(weights, features), value)
        for item, value, features in zip(first, judged, choice_features(first, judged), strict=False)
    ]
    chosen.sort(key=lambda item: -item.score)
    least = chosen[-1].score if chosen else 1.0
    return (*chosen, *(Ranked(item.candidate, min(least, item.score)) for item in first[len(odds) :]))


def choice_features(first: Sequence[Ranked], judged: Sequence[float]) -> list[tuple[float, float, float]]:
    """The values of CHOICE_FEATURES for each judged candidate."""
    odds = [clip_odds(_log_odds(item.score)) for item in first[: len(judged)]]
    return list(zip(odds, judged, leads(judged), strict=True))


def clip_odds(odds: float) -> float:
    """Log-odds in units of SURE, from -1 to 1."""
    return max(-1.0, min(1.0, odds / SURE))


def answer_features(ranked: Sequence[Ranked]) -> tuple[float, ...]:
    """The values of ANSWER_FEATURES for the best of the ranked candidates."""
    best = ranked[0]
    lead = best.score - ranked[1].score if len(ranked) > 1 else best.score
    others = max((item.judged for item in ranked[1:]), default=-1.0)
    return (*(best.candidate.features[i] for i in _EVIDENCE), lead, best.judged, best.judged - others)


def logistic(weights: Sequence[float], features: Sequence[float]) -> float:
    """Probability by a logistic regression; the last weight is the bias."""
    total = weights[-1] + sum(w * f for w, f in zip(weights, features, strict=False))
    return 1.0 / (1.0 + exp(-max(-60.0, min(60.0, total))))
