"""How well the answer is read in a passage that holds it, and how well it is told that none does.

A question has references: the words of articles that answer it. What is not marked as a reference counts as wrong, even
where it answers as well; with a set that does not mark every answer, such as KazQAD, the figures are bounds from below,
and those of what is answered without its passages one from above.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa_bot.errors import RetrievalSetUnreadable
from qa_bot.measure_retrieval import Estimate, align_columns, estimate_means, show_estimate, split_groups
from qa_bot.records import Answer, Article
from qa_bot.retrieval_set import Reference, Sought

ALONE = ("first sentence", "first two", "token F1", "exact match")
TOGETHER = ("found", "right quote", "refused", "answered without")

THRESHOLDS = tuple(step / 20 for step in range(1, 20))

Place = tuple[str, int, int]
"""A stretch of an article: its id, start and end."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What came of asking a passage that answers, and no other: shares from 0 to 1, over all such passages.

    `first` and `in_two`: a reference is in the sentence ranked first, or in one of the first two. `f1` and `exact` are
    of the short answer, taken however unlikely it was held to be.
    """

    first: float
    in_two: float
    f1: float
    exact: float


@dataclass(frozen=True, slots=True)
class Tried:
    """What is answered if the best candidate is believed however unlikely, and its probability.

    `answered` is false if verification refuses it nevertheless; `right`, if no quote holds a reference.
    """

    confidence: float
    answered: bool
    right: bool
    short: str = ""

    def answered_at(self, threshold: float) -> bool:
        """Whether it is answered by whom less than that probability is too little, as by `reader.Reading.answers`."""
        return self.answered and self.confidence >= threshold

    def right_at(self, threshold: float) -> bool:
        """Whether it is answered, and with a right quote."""
        return self.right and self.answered_at(threshold)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one question: asked of its passages alone, of all passages, and of all others.

    `found`: one of its passages was among those that were read.
    """

    sought: Sought
    alone: Alone
    found: bool
    together: Tried
    without: Tried


@dataclass(frozen=True, slots=True)
class Curve:
    """What each threshold costs and buys for the questions of one group, as shares of them all.

    At `thresholds[i]`, `right[i]` is answered with a right quote and `refused[i]` not at all; `without[i]` is answered
    though the passages that answer were taken away.
    """

    group: str
    thresholds: tuple[float, ...]
    right: tuple[Estimate, ...]
    refused: tuple[Estimate, ...]
    without: tuple[Estimate, ...]


def place_references(references: Iterable[Reference], article: Callable[[str], Article]) -> tuple[Reference, ...]:
    """Find references where they stand in the articles as they are indexed.

    A build leaves out blank lines before a text and composes letters (NFC), so that offsets of the file may be some
    code points off: the occurrence nearest to the offset is the one.
    """
    return tuple(_place(reference, article(reference.article_id).text) for reference in references)


def _place(reference: Reference, text: str) -> Reference:
    # Blanks at its ends may have been those at the ends of the text.
    words = unicodedata.normalize("NFC", reference.text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    starts = []
    at = text.find(words)
    while at >= 0:
        starts.append(at)
        at = text.find(words, at + 1)
    if not starts:
        raise RetrievalSetUnreadable(
            f"The passage '{reference.article_id}' does not hold '{reference.text}' once letters are composed (NFC). "
            "Let the answer begin and end with whole ones."
        )
    return replace(reference, start=min(starts, key=lambda start: abs(start - reference.start)), text=words)


def holds_reference(places: Iterable[Place], references: Sequence[Reference]) -> bool:
    """Whether any of the places shares a code point with any of the references."""
    return any(
        name == one.article_id and start < one.end and one.start < end
        for name, start, end in places
        for one in references
    )


def split_tokens(text: str) -> list[str]:
    """The words by which answers are compared.

    As in SQuAD 1.1 the text is put in lower case, loses its punctuation and is split at blanks. Adapted to Kazakh:
    punctuation is what Unicode calls so, with «» and dashes, and no articles are left out, for there are none.
    Source: Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", section 6.1.
    """
    kept = (char for char in text.lower() if not unicodedata.category(char).startswith("P"))
    return "".join(kept).split()


def match_exactly(said: str, references: Iterable[Reference]) -> bool:
    """Whether an answer has the same tokens as a reference, in their order; source as for `split_tokens`."""
    return any(split_tokens(said) == split_tokens(reference.text) for reference in references)


def token_f1(said: str, references: Iterable[Reference]) -> float:
    """The best F1 of an answer's tokens and a reference's, from 0 to 1; source as for `split_tokens`.

    F1 = 2 · shared / (tokens of the one + of the other); a token that stands in both several times is shared as often
    as in the one that has it less often.
    """
    tokens = Counter(split_tokens(said))
    return max((_f1(tokens, Counter(split_tokens(reference.text))) for reference in references), default=0.0)


def _f1(said: Counter[str], wanted: Counter[str]) -> float:
    return 2 * (said & wanted).total() / max(1, said.total() + wanted.total())


def score_alone(asked: Iterable[tuple[Sequence[Place], str, str]], references: Sequence[Reference]) -> Alone:
    """Mean over the passages that answer a question.

    `asked`: for each of them the sentences as they were ranked, best first, the short answer, and the article's id. A
    sentence is right by the references of its own passage, a short answer by any of the question's.
    """
    scores = []
    for ranked, short, article_id in asked:
        own = [reference for reference in references if reference.article_id == article_id]
        scores.append(
            (
                holds_reference(ranked[:1], own),
                holds_reference(ranked[:2], own),
                token_f1(short, references),
                match_exactly(short, references),
            )
        )
    return Alone(*(float(mean) for mean in np.mean(scores, axis=0)))


def score_answer(answer: Answer, confidence: float, references: Sequence[Reference]) -> Tried:
    """Compare the quotes of an answer with the references."""
    quotes = [(quote.article_id, quote.start, quote.end) for quote in answer.quotes]
    return Tried(confidence, answer.refusal is None, holds_reference(quotes, references), answer.short)


def tabulate_alone(reads: Sequence[Read]) -> Iterator[str]:
    """The lines of a table of ALONE, each figure with its 95 % interval."""
    return _tabulate(ALONE, reads, lambda read: (read.alone.first, read.alone.in_two, read.alone.f1, read.alone.exact))


def tabulate_together(reads: Sequence[Read], threshold: float) -> Iterator[str]:
    """The lines of a table of TOGETHER at a threshold, each figure with its 95 % interval."""
    return _tabulate(
        TOGETHER,
        reads,
        lambda read: (
            read.found,
            read.together.right_at(threshold),
            not read.together.answered_at(threshold),
            read.without.answered_at(threshold),
        ),
    )


def _tabulate(names: Sequence[str], reads: Sequence[Read], score: Callable[[Read], tuple[float, ...]]) -> Iterator[str]:
    kinds = any(read.sought.kind is not None for read in reads)
    rows: list[tuple[str, ...]] = [("language", *(("kind",) if kinds else ()), "questions", *names)]
    for group, kind, asked in split_groups(reads):
        estimates = estimate_means(np.array([score(read) for read in asked], dtype=np.float64))
        rows.append(
            (group, *((kind or "all",) if kinds else ()), str(len(asked)), *(show_estimate(one) for one in estimates))
        )
    return align_columns(rows)


def draw_curves(reads: Sequence[Read], thresholds: Sequence[float]) -> list[Curve]:
    """For each group of questions, how the shares change with the threshold.

    Source: the risk and coverage of El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective
    Classification".
    """
    curves = []
    for group, kind, asked in split_groups(reads):
        if kind is not None:
            continue
        scores = [
            [read.together.right_at(threshold) for threshold in thresholds]
            + [not read.together.answered_at(threshold) for threshold in thresholds]
            + [read.without.answered_at(threshold) for threshold in thresholds]
            for read in asked
        ]
        estimates, count = estimate_means(np.array(scores, dtype=np.float64)), len(thresholds)
        right, refused, without = (tuple(estimates[at : at + count]) for at in (0, count, 2 * count))
        curves.append(Curve(group, tuple(thresholds), right, refused, without))
    return curves


def tabulate_curves(curves: Sequence[Curve]) -> Iterator[str]:
    """The lines of a table: a row for each group and threshold, each figure with its 95 % interval."""
    rows: list[tuple[str, ...]] = [("language", "threshold", *TOGETHER[1:])]
    for curve in curves:
        for threshold, *estimates in zip(curve.thresholds, curve.right, curve.refused, curve.without, strict=True):
            rows.append((curve.group, f"{threshold:.2f}", *map(show_estimate, estimates)))
    return align_columns(rows)
