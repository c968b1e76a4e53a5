"""Fits the weights of the extractive reader on question sets, and tells how they do on questions not fitted.

    python -m index.training.reader --set ARTICLES QUESTIONS [--alone ARTICLES QUESTIONS] --out FILE

A set's questions are asked of all its articles together, or, with --alone, each of its own article alone; with --hard
the same, for questions written to mislead, which count less. The judge must not have been trained on any. What ships:

    python -m index.training.reader \\
        --alone tests/questions/news_a/articles.jsonl tests/questions/news_a/questions.jsonl \\
        --alone tests/questions/news_c/articles.jsonl tests/questions/news_c/questions.jsonl \\
        --hard index/training/reading/mixed/articles.jsonl index/training/reading/mixed/questions.jsonl \\
        --held-out seeds tests/questions/visit.jsonl \\
        --threshold 0.38 --out qa_bot/reader_weights.json

Each set is cut by article: what measures one fold was never fitted on that fold's articles. Printed for each
set, from the folds: sentence found first, and at several thresholds how many answerable questions are refused
and how many others are answered. The weights written are fitted on all of it.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from index.build import build_index
from index.retriever import Index, open_index
from qa_bot.context import put_in_context
from qa_bot.features import FEATURES, SIGNS, Candidate
from qa_bot.measure_reading import place_references
from qa_bot.question import Question, understand
from qa_bot.reader import (
    ANSWER_FEATURES,
    ANSWER_SIGNS,
    CHOICE_FEATURES,
    CHOICE_SIGNS,
    JUDGED,
    SURE,
    Ranked,
    answer_features,
    bundled_weights,
    choice_features,
    choose,
    clip_odds,
    find_candidates,
    logistic,
)
from qa_bot.records import Lang, Retrieved, Turn
from qa_bot.retrieval_set import Reference
from qa_bot.settings import Settings

FOLDS = 5
SEED = 20
RIDGE = 1.0
HARD = "hard"
# Questions that people ask of the news are what the bot is for. Encyclopaedia passages only keep it from leaning on
# that register; near-misses that share every word with the article keep it from trusting shared words alone.
SET_WEIGHTS = {"passages": 0.35, HARD: 0.25}
Place = tuple[str, int]
"""A sentence: the article's id and the sentence's start."""


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one question; `gold[i]` tells whether candidate `i` answers."""

    set: str
    fold: int
    lang: Lang
    question: Question
    candidates: list[Candidate]
    gold: list[bool]
    answerable: bool
    odds: Mapping[Place, float]  # of the judge, for the candidates that the shipped ranking puts first


def main() -> int:
    """Fit, print the cross-validated figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--alone", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--hard", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--passages", nargs=2, action="append", default=[], metavar=("PASSAGES", "QUESTIONS"))
    parser.add_argument("--held-out", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--limit", type=int, default=0, help="read at most so many questions of each --passages")
    parser.add_argument("--threshold", type=float, help="default: the one with the most right decisions")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    examples: list[Example] = []
    held_out: list[Example] = []
    for articles, questions in given.set:
        examples += read_set(Path(articles), Path(questions))
    for articles, questions in given.alone:
        examples += read_set(Path(articles), Path(questions), alone=True, rendered=True)
    for articles, questions in given.hard:
        hard = read_set(Path(articles), Path(questions), alone=True, rendered=True)
        examples += [replace(example, set=HARD) for example in hard]
    for articles, questions in given.held_out:
        held_out += read_set(Path(articles), Path(questions))
    for passages, questions in given.passages:
        examples += [example for example, _ in read_passages(Path(passages), Path(questions), given.limit)]
    report(cross_validate(examples))
    fitted = fit(examples)
    if held_out:
        print("\nheld out:")
        report([(example, *_apply(example, fitted)) for example in held_out])
    if given.out:
        threshold = given.threshold or choose_threshold(cross_validate(examples))
        held = {
            name: dict(zip((*features, "bias"), [round(weight, 4) for weight in weights], strict=True))
            for name, features, weights in (
                ("rank", FEATURES, fitted.rank),
                ("choose", CHOICE_FEATURES, fitted.choose),
                ("answer", ANSWER_FEATURES, fitted.answer),
            )
        } | {
            "threshold": threshold,
        }
        given.out.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
        print(f"\nthreshold {threshold}; wrote {given.out}")
    return 0


def _open(articles: Path, folder: str) -> Index:
    settings = Settings(data=Path(folder))
    build_index([articles], settings, None)
    return open_index(settings)


def _fold(article_id: str, folds: int = FOLDS) -> int:
    return random.Random(f"{SEED}{article_id}").randrange(folds)


class _Alone:
    """An index as if one article were all of it."""

    def __init__(self, index: Index, article_id: str) -> None:
        self._index = index
        self._id = article_id
        self.article, self.sentence_similarity = index.article, index.sentence_similarity
        self.embed_words, self.judge, self.mark = index.embed_words, index.judge, index.mark

    def search(self, text: str, lang: Lang, k: int) -> list[Retrieved]:
        """The passages of the one article."""
        return [hit for hit in self._index.search(text, lang, 1000) if hit.passage.article_id == self._id][:k]


def read_set(
    articles: Path, questions: Path, *, alone: bool = False, judged: bool = True, rendered: bool = False
) -> list[Example]:
    """Put the questions to an index of the articles, or each to its own article alone.

    `rendered`: put their renderings in the other language, too, if there are any beside them.
    """
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    if rendered:
        others = read_rendered_questions(questions.parent)
        rows += [
            row | {"question": others[row["id"]], "lang": "en" if row["lang"] == "kk" else "kk"}
            for row in rows
            if row["id"] in others
        ]
    with tempfile.TemporaryDirectory() as folder:
        index = _open(articles, folder)
        name = questions.parent.name + "/" + questions.stem
        return [
            _example(_Alone(index, str(row["article_id"])) if alone else index, row, name, judged=judged)
            for row in _watch(rows)
        ]


def read_rendered_questions(folder: Path) -> dict[str, str]:
    """The questions of a set in the other language, by id: lines `id<TAB>question` of its renderings.tsv."""
    path = folder / "renderings.tsv"
    return dict(line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()) if path.exists() else {}


def _watch(rows: Sequence[dict[str, object]]) -> Iterator[dict[str, object]]:
    yield from tqdm(rows, file=sys.stderr, disable=not sys.stderr.isatty())


SHOWN = 2 * JUDGED  # sentences judged for one question: any that a ranking may put among the first JUDGED


def rank_candidates(candidates: Sequence[Candidate]) -> list[int]:
    """Places of the candidates in the order in which the shipped reader ranks them."""
    weights = bundled_weights().rank
    scores = [logistic(weights, candidate.features) for candidate in candidates]
    return sorted(range(len(scores)), key=lambda place: -scores[place])


def judge_candidates(
    question: Question, candidates: Sequence[Candidate], index: "Index | _Alone"
) -> dict[Place, float]:
    """The judge's log-odds for the candidates that the shipped weights rank first."""
    best = [candidates[place] for place in rank_candidates(candidates)[:SHOWN]]
    odds = index.judge(question.text, [put_in_context(candidate.analysis, candidate.sentence) for candidate in best])
    return dict(zip(map(_place, best), odds, strict=True))


def _example(index: Index | _Alone, row: dict, name: str, *, judged: bool) -> Example:  # type: ignore[type-arg]
    history = tuple(Turn(turn["question"], turn["answer"]) for turn in row.get("history", ()))
    question = understand(row["question"], None, history)
    candidates = find_candidates(question, index.search(question.text, question.language, 10), index)
    quotes = [*([row["quote"]] if row.get("quote") else []), *row.get("quotes", [])]
    gold = [_is_gold(candidate, row.get("article_id"), quotes) for candidate in candidates]
    odds = judge_candidates(question, candidates, index) if judged else {}
    by = row.get("article_id") or row["id"]
    return Example(name, _fold(str(by)), row["lang"], question, candidates, gold, row["answerable"], odds)


def _is_gold(candidate: Candidate, article_id: str | None, quotes: Sequence[str]) -> bool:
    sentence, text = candidate.sentence, candidate.analysis.article.text
    if article_id is not None and sentence.article_id != article_id:
        return False
    return any(
        sentence.start < at.start() + len(quote) and at.start() < sentence.end
        for quote in quotes
        for at in re.finditer(re.escape(quote), text)
    )


def read_passages(
    passages: Path, questions: Path, limit: int = 0, *, judged: bool = True
) -> list[tuple[Example, list[str]]]:
    """KazQAD-like: each question twice, once as it is and once with its own passages taken away, and its answers."""
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    if limit:
        rows = random.Random(SEED).sample(rows, min(limit, len(rows)))
    examples = []
    with tempfile.TemporaryDirectory() as folder:
        index = _open(passages, folder)
        for row in _watch(rows):
            question = understand(str(row["question"]))
            hits = index.search(question.text, question.language, 14)
            given = [Reference(a["passage_id"], a["start"], a["text"]) for a in row["answers"]]  # type: ignore[attr-defined]
            answers = place_references(given, index.article)
            own = {answer.article_id for answer in answers}
            fold = _fold(str(row["question"]))
            for there in (True, False):
                found = [hit for hit in hits if there or hit.passage.article_id not in own][:10]
                candidates = find_candidates(question, found, index)
                odds = judge_candidates(question, candidates, index) if judged else {}
                gold = [
                    any(
                        c.sentence.article_id == answer.article_id and c.sentence.start <= answer.start < c.sentence.end
                        for answer in answers
                    )
                    for c in candidates
                ]
                example = Example("passages", fold, "kk", question, candidates, gold, there, odds)
                examples.append((example, [answer.text for answer in given]))
    return examples


Model = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of the three regressions; see `qa_bot.reader.Weights`."""

    rank: list[float]
    choose: list[float]
    answer: list[float]


def fit(examples: Sequence[Example]) -> Fitted:
    """Fit the regressions, one after another. The later ones see candidates ranked by a first not fitted on them."""
    first: list[tuple[Example, list[Ranked], list[bool]]] = []
    for fold in range(FOLDS):
        inner = _fit_rank([example for example in examples if example.fold != fold])
        first += [
            (example, *_rank(example, inner)) for example in examples if example.fold == fold and example.candidates
        ]
    choice = _fit_choice(first)
    rows, labels, weights = [], [], []
    for example, ranked, _ in first:
        chosen, gold = _choose(example, ranked, choice)
        rows.append(answer_features(chosen))
        labels.append(example.answerable and gold[0])
        weights.append(_set_weight(example))
    answer = _regress(np.array(rows), np.array(labels), np.array(weights), list(ANSWER_SIGNS.values()))
    return Fitted(_fit_rank(examples), choice, answer)


def _fit_choice(first: Sequence[tuple[Example, list[Ranked], list[bool]]]) -> list[float]:
    rows, labels, weights = [], [], []
    for example, ranked, gold in first:
        right = sum(gold[:JUDGED])
        if right and right < len(gold[:JUDGED]):
            judged = [clip_odds(example.odds.get(_place(item.candidate), -SURE)) for item in ranked[:JUDGED]]
            rows += choice_features(ranked, judged)
            labels += gold[:JUDGED]
            wrong = len(gold[:JUDGED]) - right
            weights += [_set_weight(example) / (right if it else wrong) for it in gold[:JUDGED]]
    return _regress(np.array(rows), np.array(labels), np.array(weights), list(CHOICE_SIGNS.values()))


def _choose(example: Example, ranked: Sequence[Ranked], weights: Sequence[float]) -> tuple[list[Ranked], list[bool]]:
    odds = [example.odds.get(_place(item.candidate), -SURE) for item in ranked[:JUDGED]]
    chosen = choose(ranked, odds, weights)
    is_gold = dict(zip(map(_place, example.candidates), example.gold, strict=True))
    return list(chosen), [is_gold[_place(item.candidate)] for item in chosen]


def _place(candidate: Candidate) -> Place:
    return candidate.sentence.article_id, candidate.sentence.start


def _set_weight(example: Example) -> float:
    return SET_WEIGHTS.get(example.set, 1.0)


def _fit_rank(examples: Sequence[Example]) -> list[float]:
    rows, labels, weights = [], [], []
    for example in examples:
        if not any(example.gold):
            continue
        share = _set_weight(example) / len(example.gold)
        positive = sum(example.gold)
        for candidate, gold in zip(example.candidates, example.gold, strict=True):
            rows.append(candidate.features)
            labels.append(gold)
            weights.append(
                share * len(example.gold) / (2 * positive)
                if gold
                else share * len(example.gold) / 2 / max(1, len(example.gold) - positive)
            )
    return _regress(np.array(rows), np.array(labels), np.array(weights), list(SIGNS.values()))


def _regress(
    rows: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64], signs: Sequence[int]
) -> list[float]:
    """Logistic regression whose weights keep their signs, ridge-penalised. Returns: the weights, then the bias."""
    scale = rows.std(axis=0)
    scale[scale == 0] = 1.0
    mean = rows.mean(axis=0)
    x = (rows - mean) / scale
    y = np.where(labels, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w, bias = parameters[:-1], parameters[-1]
        margin = y * (x @ w + bias)
        value = (weights * np.logaddexp(0.0, -margin)).sum() + RIDGE * (w @ w)
        slope = -weights * y / (1.0 + np.exp(np.clip(margin, -50, 50)))
        return float(value), np.append(x.T @ slope + 2 * RIDGE * w, slope.sum())

    bounds = [(0.0 if sign > 0 else None, 0.0 if sign < 0 else None) for sign in signs] + [(None, None)]
    fitted = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    scaled = fitted[:-1] / scale
    return [*scaled.tolist(), float(fitted[-1] - (scaled * mean).sum())]


def _rank(example: Example, rank: Sequence[float]) -> tuple[list[Ranked], list[bool]]:
    pairs = [
        (Ranked(candidate, logistic(rank, candidate.features)), gold)
        for candidate, gold in zip(example.candidates, example.gold, strict=True)
    ]
    pairs.sort(key=lambda pair: -pair[0].score)
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


Judged = tuple[Example, float, list[bool]]


def _apply(example: Example, fitted: Fitted) -> tuple[float, list[bool]]:
    if not example.candidates or not example.question.terms:
        return 0.0, []
    ranked, gold = _choose(example, _rank(example, fitted.rank)[0], fitted.choose)
    return logistic(fitted.answer, answer_features(ranked)), gold


def cross_validate(examples: Sequence[Example]) -> list[Judged]:
    """For each example its confidence and its ranked gold, by weights fitted on the other folds."""
    judged: list[Judged] = []
    for fold in range(FOLDS):
        fitted = fit([example for example in examples if example.fold != fold])
        judged += [(example, *_apply(example, fitted)) for example in examples if example.fold == fold]
    return judged


def choose_threshold(judged: Sequence[Judged]) -> float:
    """The threshold with the most right decisions on news, a wrong answer weighing as much as a wrong refusal."""
    news = [item for item in judged if item[0].set != "passages"] or list(judged)
    grid = [round(0.2 + 0.01 * step, 2) for step in range(61)]
    return max(grid, key=lambda threshold: sum(_rates(news, threshold)))


def _rates(judged: Sequence[Judged], threshold: float) -> tuple[float, float]:
    can = [item for item in judged if item[0].answerable]
    cannot = [item for item in judged if not item[0].answerable]
    right = sum(1 for _, confidence, gold in can if confidence >= threshold and gold and gold[0])
    refused = sum(1 for _, confidence, _ in cannot if confidence < threshold)
    return right / max(1, len(can)), refused / max(1, len(cannot))


def report(judged: Sequence[Judged]) -> None:
    """Print, by set and language: gold sentence first, in two; then right answers / right refusals by threshold."""
    groups = sorted({(item[0].set, item[0].lang) for item in judged})
    for name, lang in groups:
        group = [item for item in judged if (item[0].set, item[0].lang) == (name, lang)]
        can = [item for item in group if item[0].answerable]
        first = sum(1 for _, _, gold in can if gold[:1] and gold[0]) / max(1, len(can))
        two = sum(1 for _, _, gold in can if any(gold[:2])) / max(1, len(can))
        print(f"{name} {lang}: {len(can)} answerable, {len(group) - len(can)} not")
        print(f"   gold sentence first {first:.3f}, in two {two:.3f}")
        curve = [(threshold, *_rates(group, threshold)) for threshold in (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)]
        print("   " + "  ".join(f"{threshold}: {right:.2f}/{refused:.2f}" for threshold, right, refused in curve))


if __name__ == "__main__":
    sys.exit(main())
