"""Reads translation pairs and says how much each of them counts."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Interface strings are fragments full of placeholders and shortcuts; they teach words, not meaning.
SET_WEIGHT = {
    "gnome_ui": 0.4,
    "android_aosp": 0.4,
    "focus_android": 0.4,
    "wordpress": 0.4,
    "signal_desktop": 0.4,
    "mediawiki": 0.4,
    "openstreetmap": 0.4,
    "scratch": 0.5,
    "lichess": 0.5,
    "creative_commons": 0.5,
}
SENTENCE_WORDS = 4  # English words from which a pair counts as a sentence
SENTENCE_WEIGHT = 2.0
LESSER_SENSE = 0.5  # a glossary row's Kazakh words after the first


@dataclass(frozen=True, slots=True)
class Pair:
    """One text in both languages; `weight` is its expected number of uses in one pass over the data."""

    kazakh: str
    english: str
    weight: float


def read_pairs(path: Path) -> list[Pair]:
    """Distinct pairs of a tab-separated file with the columns kk, en and, when known, set.

    Raises: ValueError if a column is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"kk", "en"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}. The first line must name kk and en.")
        weights: dict[tuple[str, str], float] = {}
        for row in rows:
            kazakh, english = row["kk"].strip(), row["en"].strip()
            if kazakh and english:
                weights.setdefault((kazakh, english), weigh(english, row.get("set") or ""))
    return [Pair(kazakh, english, weight) for (kazakh, english), weight in weights.items()]


def read_glossary(folder: Path) -> list[Pair]:
    """The project's glossary as pairs: files of lines `english<TAB>kazakh; kazakh`, the commonest sense first.

    irregular.tsv maps English to English and is left out.
    """
    pairs = []
    for file in sorted(folder.glob("*.tsv")):
        if file.name == "irregular.tsv":
            continue
        for line in read_lines([file]):
            english, tab, senses = line.partition("\t")
            if tab and not line.startswith("#"):
                kazakh = [sense.strip() for sense in senses.split(";") if sense.strip()]
                pairs += [Pair(sense, english, 1.0 if sense == kazakh[0] else LESSER_SENSE) for sense in kazakh]
    return pairs


def weigh(english: str, source: str) -> float:
    """How often a pair is drawn in one pass: sentences more, interface strings less."""
    sentence = len(english.split()) >= SENTENCE_WORDS
    return (SENTENCE_WEIGHT if sentence else 1.0) * SET_WEIGHT.get(source, 1.0)


def read_lines(paths: Iterable[Path]) -> list[str]:
    """Lines of text files without their margins; blank ones are left out."""
    lines: list[str] = []
    for path in paths:
        with path.open(encoding="utf-8") as file:
            lines += filter(None, map(str.strip, file))
    return lines
