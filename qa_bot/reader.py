"""The reader without a language model: weighs every sentence, picks the one that answers, knows when none does."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import Protocol

from qa_bot.analysis import Analysis, analyse_article
from qa_bot.features import FEATURES, SIGNS, Candidate, score_articles
from qa_bot.question import Question
from qa_bot.records import Article, Draft, Retrieved
from qa_bot.wording import word_answer

_OPEN_KINDS = ("yes_no", "statement", "definition", "reason")
_WEIGHTS = Path(__file__).with_name("reader_weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """Two logistic regressions, fitted by `index.training.reader`.

    `rank` tells whether a sentence is the one that answers; `answer` whether the best sentence does answer,
    from its features and its lead. Each has a weight per feature and, last, a bias. Below `threshold` the
    reader says nothing.
    """

    rank: tuple[float, ...]
    answer: tuple[float, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate and the probability that it is the sentence that answers, compared with the others."""

    candidate: Candidate
    score: float


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

    def similarity(self, text: str, others: Sequence[str]) -> list[float]:
        """Cosine of the encoder's vectors."""
        ...


@cache
def bundled_weights() -> Weights:
    """The weights that ship with the project, in the order of `features.FEATURES`."""
    held = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return Weights(
        rank=tuple(held["rank"][name] for name in (*FEATURES, "bias")),
        answer=tuple(held["answer"][name] for name in (*ANSWER_FEATURES, "bias")),
        threshold=held["threshold"],
    )


ANSWER_SIGNS: dict[str, int] = {**SIGNS, "score": 1, "lead": 1} | {f"asks_{kind}": 0 for kind in _OPEN_KINDS}
"""What tells whether the best candidate answers: its features, score and lead, and the kind asked for; see SIGNS."""

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
        return word_answer(question, reading.ranked[0].candidate, reading.confidence)

    def weigh(self, question: Question, found: Sequence[Retrieved]) -> Reading:
        """Weigh every sentence of the articles that were found."""
        candidates = find_candidates(question, found, self._source)
        if not candidates or not question.terms:
            return Reading((), 0.0, self._weights.threshold)
        scored = [Ranked(candidate, logistic(self._weights.rank, candidate.features)) for candidate in candidates]
        ranked = tuple(sorted(scored, key=lambda item: -item.score))
        confidence = logistic(self._weights.answer, answer_features(question, ranked))
        return Reading(ranked, confidence, self._weights.threshold)


def find_candidates(question: Question, found: Sequence[Retrieved], source: Source) -> list[Candidate]:
    """Score the sentences of the articles whose passages were found, for a question."""
    analyses = [
        analyse_article(source.article(article_id)) for article_id in dict.fromkeys(p.passage.article_id for p in found)
    ]
    if not analyses:
        return []
    texts = [sentence.text for analysis in analyses for sentence in analysis.sentences]
    flat = iter(source.similarity(question.text, texts))
    cosines = [[next(flat) for _ in analysis.sentences] for analysis in analyses]
    return score_articles(question, analyses, cosines, [_retrieval(analysis, found) for analysis in analyses])


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


def answer_features(question: Question, ranked: Sequence[Ranked]) -> tuple[float, ...]:
    """The values of ANSWER_FEATURES for the best of the ranked candidates."""
    best = ranked[0]
    lead = best.score - ranked[1].score if len(ranked) > 1 else best.score
    kinds = tuple(float(question.kinds[0] == kind) for kind in _OPEN_KINDS)
    return (*best.candidate.features, best.score, lead, *kinds)


def logistic(weights: Sequence[float], features: Sequence[float]) -> float:
    """Probability by a logistic regression; the last weight is the bias."""
    total = weights[-1] + sum(w * f for w, f in zip(weights, features, strict=False))
    return 1.0 / (1.0 + exp(-max(-60.0, min(60.0, total))))
