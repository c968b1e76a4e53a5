"""Fits the weights of the extractive reader on question sets, and tells how they do on questions not fitted.

    python -m index.training.reader --set ARTICLES QUESTIONS [--alone ARTICLES QUESTIONS] --out FILE

A set's questions are asked of all its articles together, or, with --alone, each of its own article alone; with --hard
the same, for questions written to mislead, which count less. Of the questions of --strays, which are about something
else, some are put to each article of --alone. The judge must not have been trained on any. What ships:

    python -m index.training.reader \\
        --alone tests/questions/news_a/articles.jsonl tests/questions/news_a/questions.jsonl \\
        --alone tests/questions/news_c/articles.jsonl tests/questions/news_c/questions.jsonl \\
        --hard index/training/reading/mixed/articles.jsonl index/training/reading/mixed/questions.jsonl \\
        --strays index/training/reading/science/questions.jsonl \\
        --strays index/training/reading/nature/questions.jsonl \\
        --strays index/training/reading/lives/questions.jsonl \\
        --strays index/training/reading/culture/questions.jsonl \\
        --strays index/training/reading/curious/questions.jsonl \\
        --held-out seeds tests/questions/visit.jsonl \\
        --threshold 0.36 --out qa_bot/reader_weights.json

Each set is cut by article: what measures one fold was never fitted on that fold's articles. Printed for each
set, from the folds: sentence found first, and at several thresholds how many answerable questions are refused
and how many others are answered. The weights written are fitted on all of it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index.training.examples import FOLDS, STRAY, Example, place_of, read_passages, read_rows, read_set
from qa_bot.features import FEATURES, SIGNS
from qa_bot.reader import (
    ANSWER_FEATURES,
    ANSWER_SIGNS,
    CHOICE_FEATURES,
    CHOICE_SIGNS,
    SURE,
    Ranked,
    answer_features,
    choice_features,
    choose,
    clip_odds,
    count_judged,
    logistic,
)

RIDGE = 5.0
HARD = "hard"
# Questions that people ask of the news are what the bot is for. Encyclopaedia passages only keep it from leaning on
# that register; near-misses that share every word with the article keep it from trusting shared words alone.
# So do questions of something else altogether.
SET_WEIGHTS = {"passages": 0.35, HARD: 0.25, STRAY: 0.5}


def main() -> int:
    """Fit, print the cross-validated figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--alone", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--hard", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--strays", action="append", default=[], metavar="QUESTIONS", help="about something else")
    parser.add_argument("--passages", nargs=2, action="append", default=[], metavar=("PASSAGES", "QUESTIONS"))
    parser.add_argument("--held-out", nargs=2, action="append", default=[], metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--limit", type=int, default=0, help="read at most so many questions of each --passages")
    parser.add_argument("--threshold", type=float, help="default: the one with the most right decisions")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    strays = [row for questions in given.strays for row in read_rows(Path(questions))]
    examples: list[Example] = []
    held_out: list[Example] = []
    for articles, questions in given.set:
        examples += read_set(Path(articles), Path(questions))
    for articles, questions in given.alone:
        examples += read_set(Path(articles), Path(questions), alone=True, rendered=True, strays=strays)
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
        judged = [clip_odds(odds) for odds in _judge(example, ranked)]
        of_judged = gold[: len(judged)]
        right = sum(of_judged)
        if right and right < len(of_judged):
            rows += choice_features(ranked, judged)
            labels += of_judged
            wrong = len(of_judged) - right
            weights += [_set_weight(example) / (right if it else wrong) for it in of_judged]
    return _regress(np.array(rows), np.array(labels), np.array(weights), list(CHOICE_SIGNS.values()))


def _judge(example: Example, ranked: Sequence[Ranked]) -> list[float]:
    """What the judge says of the candidates that it would be shown."""
    return [example.odds.get(place_of(item.candidate), -SURE) for item in ranked[: count_judged(ranked)]]


def _choose(example: Example, ranked: Sequence[Ranked], weights: Sequence[float]) -> tuple[list[Ranked], list[bool]]:
    chosen = choose(ranked, _judge(example, ranked), weights)
    is_gold = dict(zip(map(place_of, example.candidates), example.gold, strict=True))
    return list(chosen), [is_gold[place_of(item.candidate)] for item in chosen]


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
