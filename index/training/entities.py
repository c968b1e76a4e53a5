"""Trains the tagger of Kazakh names and measures it.

    python -m index.training.entities train VALID [--weights FILE]
    python -m index.training.entities measure TEST [--weights FILE]

VALID and TEST are files of KazNERD (Yeshpanov et al. 2022, CC BY 4.0): a word and its IOB2 tag per line, a blank line
after each sentence. Six of its kinds of names are learnt; the rest count as no name.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from qa_bot.language.tagger import WEIGHTS, TaggedName, describe, list_names, split_words

LABELS: Final = ("PERSON", "ORGANISATION", "GPE", "LOCATION", "FACILITY", "POSITION")
PARAMETERS: Final = {
    "c1": 0.1,  # the L1 penalty: keeps the file small
    "c2": 0.02,
    "max_iterations": 150,
    "feature.possible_transitions": True,
    "feature.minfreq": 1,
}
_CLOSING: Final = frozenset(".,!?:;)»”…")
_OPENING: Final = frozenset("(«“")


def read_sentences(path: Path) -> Iterator[tuple[str, list[TaggedName]]]:
    """Read an IOB2 file as texts with the usual spaces, and the names in them."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.rsplit(" ", 1) for line in block.splitlines() if line.strip()]
        if rows:
            yield _join(rows)


def _join(rows: list[list[str]]) -> tuple[str, list[TaggedName]]:
    text = ""
    names: list[TaggedName] = []
    for at, (word, tag) in enumerate(rows):
        before = rows[at - 1][0] if at else ""
        decimal = before in {",", ":"} and at > 1 and word[0].isdigit() and rows[at - 2][0].isdigit()
        if text and word not in _CLOSING and before not in _OPENING and not decimal:
            text += " "
        start = len(text)
        text += word
        label = tag[2:]
        if label not in LABELS:
            continue
        if tag[0] == "I" and names and names[-1].label == label:
            names[-1] = TaggedName(label, names[-1].start, len(text))
        else:
            names.append(TaggedName(label, start, len(text)))
    return text, names


def tag_words(text: str, names: list[TaggedName]) -> list[str]:
    """Give each word that the tagger cuts the text into its IOB2 tag."""
    tags = []
    for start, end in split_words(text):
        name = next((name for name in names if start < name.end and name.start < end), None)
        tags.append("O" if name is None else f"{'B' if start <= name.start else 'I'}-{name.label}")
    return tags


def train(path: Path, weights: Path) -> None:
    """Train on a file and write the weights."""
    import pycrfsuite  # type: ignore[import-untyped]

    trainer = pycrfsuite.Trainer(verbose=False)
    for text, names in read_sentences(path):
        trainer.append(describe(text, split_words(text), list_names(text)), tag_words(text, names))
    trainer.set_params(PARAMETERS)
    trainer.train(str(weights))


def measure(path: Path, weights: Path) -> dict[str, tuple[float, float, float, int]]:
    """Measure weights on a file. Returns: per kind, and for all as "micro": precision, recall, F1, number of names."""
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(str(weights))
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for text, names in read_sentences(path):
        words = split_words(text)
        found = _collect(words, tagger.tag(describe(text, words, list_names(text))))
        truth = set(_collect(words, tag_words(text, names)))
        for counter, some in ((said, found), (wanted, truth), (right, truth.intersection(found))):
            counter.update(name.label for name in some)
            counter["micro"] += len(some)
    return {label: _score(right[label], said[label], wanted[label]) for label in (*LABELS, "micro")}


def _collect(words: list[tuple[int, int]], tags: list[str]) -> list[TaggedName]:
    found: list[TaggedName] = []
    for (start, end), tag in zip(words, tags, strict=True):
        if tag.startswith("I-") and found and found[-1].label == tag[2:]:
            found[-1] = TaggedName(tag[2:], found[-1].start, end)
        elif tag != "O":
            found.append(TaggedName(tag[2:], start, end))
    return found


def _score(right: int, said: int, wanted: int) -> tuple[float, float, float, int]:
    precision = right / said if said else 0.0
    recall = right / wanted if wanted else 0.0
    f1 = 2 * right / (said + wanted) if said + wanted else 0.0
    return precision, recall, f1, wanted


def main() -> None:
    """Run one of the two verbs."""
    parser = argparse.ArgumentParser(description="Train or measure the tagger of Kazakh names.")
    parser.add_argument("verb", choices=("train", "measure"))
    parser.add_argument("file", type=Path, help="a file of KazNERD in IOB2")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where the weights are, or go")
    options = parser.parse_args()
    if options.verb == "train":
        train(options.file, options.weights)
        print(f"{options.weights}: {options.weights.stat().st_size / 1e6:.2f} MB")
        return
    print(f"{'kind':14}{'precision':>10}{'recall':>8}{'F1':>8}{'names':>7}")
    for label, (precision, recall, f1, wanted) in measure(options.file, options.weights).items():
        print(f"{label:14}{precision:10.3f}{recall:8.3f}{f1:8.3f}{wanted:7}")


if __name__ == "__main__":
    main()
