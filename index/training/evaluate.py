"""Measures an encoder: is the right translation found first, is the passage with the answer found.

    python -m index.training.evaluate --translations ntrex.tsv --questions kazqad_dev bundled

Prints one table. `--translations` are tab-separated files with columns kk and en; `--questions` is a folder with
passages.jsonl ({id, text}) and questions.jsonl ({question, answers: [{passage_id}]}).
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embed import Encoder, open_encoder
from index.training.pairs import read_lines, read_pairs
from qa_bot.language.sentences import split_sentences

K = 10  # ranks that count in nDCG@10 and recall@10


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured on which set, from 0 to 1."""

    measure: str
    of: str
    value: float


def measure_translations(encoder: Encoder, file: Path) -> Figure:
    """Share of texts whose own translation is the nearest of all, mean of both directions."""
    pairs = read_pairs(file)
    kazakh = encoder.embed_passages([pair.kazakh for pair in pairs])
    english = encoder.embed_passages([pair.english for pair in pairs])
    scores = kazakh @ english.T
    own = np.arange(len(pairs))
    share = ((scores.argmax(1) == own).mean() + (scores.argmax(0) == own).mean()) / 2
    return Figure("right translation first", file.stem, float(share))


def measure_questions(encoder: Encoder, folder: Path) -> list[Figure]:
    """nDCG@10 and recall@10 of passages for questions; a passage scores as a whole, or as its best sentence does."""
    passages, questions = (
        [json.loads(line) for line in read_lines([folder / name])] for name in ("passages.jsonl", "questions.jsonl")
    )
    row_of = {passage["id"]: row for row, passage in enumerate(passages)}
    wanted = [{row_of[answer["passage_id"]] for answer in question["answers"]} for question in questions]
    asked = encoder.embed_queries([question["question"] for question in questions])
    whole = asked @ encoder.embed_passages([passage["text"] for passage in passages]).T
    sentences: list[str] = []
    starts: list[int] = []
    for passage in passages:
        starts.append(len(sentences))
        sentences += [passage["text"][start:end] for start, end in split_sentences(passage["text"])]
    best = np.maximum.reduceat(asked @ encoder.embed_passages(sentences).T, starts, axis=1)
    figures = []
    for name, scores in (("passage", whole), ("best sentence", best), ("both", whole + best)):
        gains = [rank_gains(row, gold) for row, gold in zip(scores, wanted, strict=True)]
        figures.append(Figure(f"nDCG@{K}, {name}", folder.name, float(np.mean([gain for gain, _ in gains]))))
        figures.append(Figure(f"recall@{K}, {name}", folder.name, float(np.mean([share for _, share in gains]))))
    return figures


def rank_gains(scores: npt.NDArray[np.float32], gold: set[int]) -> tuple[float, float]:
    """nDCG@10 with gain 1 for each wanted passage, and recall@10: their share found."""
    discounts = 1 / np.log2(np.arange(2, K + 2))
    hits = np.array([row in gold for row in np.argsort(-scores, kind="stable")[:K]], dtype=np.float64)
    gain = float(hits @ discounts[: len(hits)]) / float(discounts[: min(len(gold), K)].sum())
    return gain, float(hits.sum()) / len(gold)


def main(arguments: list[str] | None = None) -> None:
    """Print the figures of each named encoder as a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m index.training.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("encoders", nargs="+", help="`bundled`, a folder or a hub name")
    parser.add_argument("--translations", type=Path, action="append", default=[], help="pairs to find; repeatable")
    parser.add_argument("--questions", type=Path, action="append", default=[], help="questions folder; repeatable")
    given = parser.parse_args(arguments)
    columns = []
    for name in given.encoders:
        encoder = open_encoder(name)
        figures = [measure_translations(encoder, file) for file in given.translations]
        columns.append(
            figures + [figure for folder in given.questions for figure in measure_questions(encoder, folder)]
        )
    print("| measure | set |", " | ".join(given.encoders), "|")
    print("|---|---|" + "---|" * len(columns))
    for row in zip(*columns, strict=True):
        print(f"| {row[0].measure} | {row[0].of} |", " | ".join(f"{figure.value:.3f}" for figure in row), "|")


if __name__ == "__main__":
    main()
