"""Passages and sentences into the vector store: embedded, or taken over from an older generation when unchanged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from index.contextual import unit_rows
from index.embed import Encoder
from index.generation import CHROMA, Manifest, read_texts
from index.split import passage_sentences
from index.store import Channel, Vectors, VectorStore
from qa_bot.records import Article, Passage

Placed = tuple[Article, int, Passage]
"""A passage with its article and its place among that article's passages."""


SAMPLE = 500
"""Sentences between which cosines are measured, or a few more."""

SPREADS = (0.05, 0.5)
"""What a spread can be: a handful of sentences may be alike by chance."""


@dataclass(frozen=True, slots=True)
class OldVectors:
    """The vectors of an older generation that was made with the same encoder and split in the same way."""

    store: VectorStore
    hashes: Mapping[str, str]
    firsts: Mapping[str, int]  # article id → number of its first passage there

    @classmethod
    def open(cls, folder: Path, manifest: Manifest) -> Self:
        """Open the vectors of a finished generation. Raises: IndexDamaged."""
        articles, rows = read_texts(folder, manifest)
        owners, firsts = np.unique(rows[:, 0], return_index=True)
        places = {articles[owner].id: int(first) for owner, first in zip(owners, firsts, strict=True)}
        return cls(VectorStore.open(folder / CHROMA, manifest.vectors, manifest.generation), manifest.articles, places)

    def find_number(self, article: Article, place: int, digest: str) -> int | None:
        """The number that a passage had in the older generation, or None if its article was another."""
        return self.firsts[article.id] + place if self.hashes.get(article.id) == digest else None


def add_vectors(
    store: VectorStore,
    start: int,
    batch: Sequence[Placed],
    hashes: Mapping[str, str],
    encoder: Encoder,
    old: OldVectors | None,
) -> int:
    """Store the vectors of the passages numbered from `start`, and of their sentences. Returns: how many sentences."""
    texts: dict[Channel, dict[str, str]] = {"passage": {}, "sentence": {}}
    sources: dict[str, str] = {}  # id here → id in the older generation
    for number, (article, place, passage) in enumerate(batch, start):
        old_number = old.find_number(article, place, hashes[article.id]) if old else None
        # A title names what the text then only calls "the president" or "the two countries".
        texts["passage"][str(number)] = f"{article.title}\n{passage.text}"
        texts["sentence"].update(
            (f"{number}.{count}", f"{article.title}\n{sentence.text}")
            for count, sentence in enumerate(passage_sentences(passage))
        )
        if old_number is not None:
            sources[str(number)] = str(old_number)
    for channel, by_id in texts.items():
        store.add(channel, list(by_id), _find_vectors(channel, by_id, sources, encoder, old))
    return len(texts["sentence"])


def measure_spread(store: VectorStore, placed: Sequence[Placed]) -> float:
    """How much the encoder's cosines vary between sentences that have nothing to do with one another.

    Returns: the standard deviation of the cosines between sentences of different articles (of any, if there is but
    one), over a sample, and within SPREADS.
    """
    step = max(1, len(placed) // SAMPLE)
    owners = {
        f"{number}.{count}": placed[number][0].id
        for number in range(0, len(placed), step)
        for count in range(len(passage_sentences(placed[number][2])))
    }
    found = store.get("sentence", list(owners)[:: max(1, len(owners) // SAMPLE)])
    if len(found) < 2:
        return SPREADS[0]
    rows = unit_rows(np.stack(list(found.values())))
    articles = np.array([owners[name] for name in found])
    pairs = np.triu(articles[:, np.newaxis] != articles, 1)
    if not pairs.any():
        pairs = np.triu(np.ones_like(pairs), 1)
    return min(max(float((rows @ rows.T)[pairs].std()), SPREADS[0]), SPREADS[1])


def _find_vectors(
    channel: Channel, texts: Mapping[str, str], sources: Mapping[str, str], encoder: Encoder, old: OldVectors | None
) -> Vectors:
    taken: dict[str, Vectors] = {}
    if old:
        origins = {name: _move(name, sources) for name in texts if name.partition(".")[0] in sources}
        held = old.store.get(channel, list(origins.values()))
        taken = {name: held[origin] for name, origin in origins.items() if origin in held}
    missing = [name for name in texts if name not in taken]
    taken.update(zip(missing, encoder.embed_passages([texts[name] for name in missing]), strict=True))
    return np.stack([taken[name] for name in texts])


def _move(name: str, sources: Mapping[str, str]) -> str:
    number, point, count = name.partition(".")
    return f"{sources[number]}{point}{count}"
