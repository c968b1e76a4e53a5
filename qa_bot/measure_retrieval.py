"""How well a search finds the articles that answer a question, in figures with their uncertainty.

Everything here is counted in articles: a ranking of passages becomes one of articles by each one's first passage, so
that a hit on any passage of an article that answers counts. An article answers or does not; there are no degrees.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log2
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from qa_bot.records import Retrieved
from qa_bot.retrieval_set import Sought

DEPTH = 10
"""Places of a ranking that nDCG and the reciprocal rank look at."""

METRICS = ("nDCG@10", "MRR@10", "recall@1", "recall@5", "recall@10")

RESAMPLES = 1000
SEED = 0  # any will do, so long as it is the same in every run
TAILS = (2.5, 97.5)  # percentiles that bound 95 %

FUSED = "fused"


class AboutQuestion(Protocol):
    """What came of one question."""

    @property
    def sought(self) -> Sought:
        """The question."""
        ...


T = TypeVar("T", bound=AboutQuestion)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one question: for each channel, and for all of them fused, the articles found, best first."""

    sought: Sought
    channels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions, and the bounds between which 95 % of the means over resampled questions lie."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """The METRICS of one channel over the questions of one group, all of them or those of one kind."""

    group: str
    kind: str | None
    channel: str
    questions: int
    estimates: tuple[Estimate, ...]


def rank_articles(hits: Iterable[Retrieved]) -> tuple[str, ...]:
    """The articles of ranked passages, each in the place of its first passage."""
    return tuple(dict.fromkeys(hit.passage.article_id for hit in hits))


def ndcg(ranked: Sequence[str], relevant: frozenset[str], depth: int = DEPTH) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1.

    DCG = Σ over places i from 1 to `depth` of gain(i) / log2(i + 1); nDCG = DCG / DCG of the best possible ranking.
    Source: Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with the discount of
    Burges et al. 2005, "Learning to rank using gradient descent".
    """
    gained = sum(1 / log2(place + 1) for place, name in enumerate(ranked[:depth], 1) if name in relevant)
    return gained / sum(1 / log2(place + 1) for place in range(1, min(depth, len(relevant)) + 1))


def reciprocal_rank(ranked: Sequence[str], relevant: frozenset[str], depth: int = DEPTH) -> float:
    """1 / the place of the first relevant article, or 0 if none is among the first `depth`; MRR is its mean.

    Source: Voorhees 1999, "The TREC-8 question answering track report".
    """
    return next((1 / place for place, name in enumerate(ranked[:depth], 1) if name in relevant), 0.0)


def recall(ranked: Sequence[str], relevant: frozenset[str], depth: int) -> float:
    """The share of the relevant articles that is among the first `depth`: recall@1 of two can be a half at most.

    Source: Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 8.4.
    """
    return len(relevant.intersection(ranked[:depth])) / len(relevant)


def score_ranking(ranked: Sequence[str], relevant: frozenset[str]) -> tuple[float, ...]:
    """The METRICS of one ranking, in their order."""
    recalls = (recall(ranked, relevant, depth) for depth in (1, 5, 10))
    return (ndcg(ranked, relevant), reciprocal_rank(ranked, relevant), *recalls)


def estimate_means(values: npt.NDArray[np.float64]) -> list[Estimate]:
    """Mean each column, with the percentile interval of the bootstrap.

    The questions (rows) are drawn anew RESAMPLES times, as many as there are and with replacement; the bounds are the
    TAILS percentiles of the means. The draws are the same for all columns, and in every run.
    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
    `values`: float64 (questions, columns), at least one question.
    """
    draw = np.random.default_rng(SEED)
    count = len(values)
    means = np.empty((RESAMPLES, values.shape[1]))
    for resample in range(RESAMPLES):  # one at a time: all at once would take a thousand times the memory
        means[resample] = values[draw.integers(0, count, count)].mean(axis=0)
    low, high = np.percentile(means, TAILS, axis=0)
    return [
        Estimate(float(mean), float(least), float(most))
        for mean, least, most in zip(values.mean(axis=0), low, high, strict=True)
    ]


def summarise(found: Sequence[Found]) -> list[Row]:
    """Measure each group of questions, then each kind of question within it, by every channel."""
    return [row for group, kind, asked in split_groups(found) for row in _measure_group(group, kind, asked)]


def split_groups(found: Sequence[T]) -> Iterator[tuple[str, str | None, list[T]]]:
    """Each group of questions, then each kind of question within it: the group, the kind or None, the questions."""
    for group in dict.fromkeys(one.sought.group for one in found):
        asked = [one for one in found if one.sought.group == group]
        yield group, None, asked
        for kind in sorted({one.sought.kind for one in asked if one.sought.kind is not None}):
            yield group, kind, [one for one in asked if one.sought.kind == kind]


def _measure_group(group: str, kind: str | None, asked: Sequence[Found]) -> Iterator[Row]:
    # A question may leave a channel out, as one that says nothing to the encoder does.
    names = list(dict.fromkeys(chain.from_iterable(one.channels for one in asked)))
    scores = [
        list(chain.from_iterable(score_ranking(one.channels.get(name, ()), one.sought.relevant) for name in names))
        for one in asked
    ]
    estimates = iter(estimate_means(np.array(scores)))
    for name in names:
        yield Row(group, kind, name, len(asked), tuple(next(estimates) for _ in METRICS))


def tabulate_rows(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of a table: each figure with its 95 % interval."""
    kinds = any(row.kind is not None for row in rows)
    heads = ("language", *(("kind",) if kinds else ()), "channel", "questions")
    cells = [
        (
            row.group,
            *((row.kind or "all",) if kinds else ()),
            row.channel,
            str(row.questions),
            *map(show_estimate, row.estimates),
        )
        for row in rows
    ]
    yield from align_columns([(*heads, *METRICS), *cells])


def align_columns(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table whose rows are all as long as the first."""
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        yield " | ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True))


def show_estimate(estimate: Estimate) -> str:
    """The mean, then its interval in brackets."""
    return f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
