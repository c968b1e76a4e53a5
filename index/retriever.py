"""Searches the current generation: terms and vectors, fused into one ranking."""

import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import Lock, Thread
from typing import Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt

from index.contextual import Judge
from index.embed import STATIC, Encoder, Vectors, open_encoder
from index.fusion import fuse_channels, trust
from index.generation import CHROMA, LEXICAL, Generation, Manifest, find_current, hold_current, read_texts, recipe
from index.lexical import LexicalIndex
from index.split import passage_sentences
from index.store import Channel, VectorStore
from qa_bot.errors import ArticleUnknown, IndexDamaged, IndexMismatch
from qa_bot.records import Article, Lang, Mark, Passage, Retrieved
from qa_bot.settings import Settings

log = logging.getLogger(__name__)

DEPTH: dict[Channel, int] = {"passage": 100, "sentence": 200}
"""How many of the nearest vectors of a channel are ranked; of sentences more, for several fall in one passage. Three
times as many changed nDCG@10 by less than 0.001 in a thousand passages."""

KNOWN = 4096  # texts whose vectors are remembered: 10 MB with the bundled encoder
READ = 512  # articles whose sentences' vectors are: 20 MB, or a few times that for long ones

T = TypeVar("T")


def open_index(settings: Settings) -> "Index":
    """Open the current generation; what a search needs is loaded by the first that needs it.

    Raises: IndexMissing, IndexMismatch if the settings ask for other vectors than were built, IndexDamaged,
    DataFolderUnusable.
    """
    generation = hold_current(settings.data)
    try:
        _check_settings(generation.manifest, settings)
    except BaseException:
        generation.release()
        raise
    if generation.manifest.recipe != recipe():
        log.warning("%s was indexed by another version of this program. Run: qa-bot index PATH", settings.data)
    log.debug("Reading generation %s of %s", generation.manifest.generation, settings.data)
    return Index(generation, settings)


def current_generation_id(settings: Settings) -> str | None:
    """The id of the generation that a build made current, or None if nothing was indexed; costs one small read.

    An Index whose `generation_id` is another goes on serving its own until it is opened anew.
    """
    folder = find_current(settings.data)
    return folder.name if folder else None


def _check_settings(manifest: Manifest, settings: Settings) -> None:
    if manifest.encoder != settings.embedding_model:
        raise IndexMismatch(
            f"{settings.data} was built with the encoder {manifest.encoder} ({manifest.dim}), settings ask for "
            f"{settings.embedding_model}. Run: qa-bot index --rebuild PATH"
        )
    if manifest.vectors != settings.chroma_url:
        places = [f"on the server {url}" if url else "in the folder" for url in (manifest.vectors, settings.chroma_url)]
        raise IndexMismatch(
            f"{settings.data} was built with its vectors {places[0]}, settings look for them {places[1]}. "
            "Run: qa-bot index --rebuild PATH"
        )


class _Lazy(Generic[T]):
    """A value made once, by the first thread that needs it."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._lock = Lock()

    def get(self) -> T:
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def made(self) -> list[T]:
        """The value, if it was ever needed."""
        return self._made


class _Texts:
    """The articles of a generation and the spans of its passages."""

    def __init__(self, generation: Generation) -> None:
        articles, rows = read_texts(generation.folder, generation.manifest)
        self.articles = tuple(articles)
        self.rows = rows
        self.by_id = {article.id: article for article in articles}

        self._owners = {article.id: number for number, article in enumerate(articles)}

    def passage(self, number: int) -> Passage:
        owner, start, end = (int(value) for value in self.rows[number])
        article = self.articles[owner]
        return Passage(article.id, start, end, article.text[start:end])

    def sentences_of(self, article_id: str) -> dict[str, int]:
        """Where each sentence of an article starts, by the id of its vector."""
        first, last = np.searchsorted(self.rows[:, 0], [self._owners[article_id], self._owners[article_id] + 1])
        return {
            f"{number}.{count}": sentence.start
            for number in range(int(first), int(last))
            for count, sentence in enumerate(passage_sentences(self.passage(number)))
        }


class Index:
    """A generation held open for reading. Threads may share it. Implements `qa_bot.ports.Retriever`."""

    def __init__(self, generation: Generation, settings: Settings) -> None:
        self.generation_id = generation.manifest.generation
        self.created = generation.manifest.created  # ISO 8601, UTC
        self._generation = generation
        self._settings = settings
        self._texts = _Lazy(lambda: _Texts(generation))
        self._lexical = _Lazy(self._open_lexical)
        self._store = _Lazy(self._open_store)
        self._encoder = _Lazy(self._open_encoder)
        self._word_encoder = _Lazy(lambda: open_encoder(STATIC))
        self._judge = _Lazy(Judge)
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._knowing = Lock()
        # A question's vector is needed to search and again to read; an article is asked about more than once.
        self._embed_question = lru_cache(maxsize=KNOWN)(lambda text: self._encoder.get().embed_queries([text])[0])
        self._read_article = lru_cache(maxsize=READ)(self._read_sentences)

    def search(self, text: str, lang: Lang, k: int) -> list[Retrieved]:
        """Rank the passages for a question or phrase in `lang`.

        Returns: the best `k`, or all if there are fewer; scores compare within one search only.
        """
        if k < 1 or not self._generation.manifest.passages:
            return []
        channels = self._score_channels(text, lang)
        texts = self._texts.get()
        fused = fuse_channels(channels, k, trust(self._generation.manifest.encoder))
        return [Retrieved(texts.passage(number), score, ranks) for number, score, ranks in fused]

    def search_by_channel(self, text: str, lang: Lang, k: int) -> dict[str, list[Retrieved]]:
        """Rank the passages by each channel alone, to see what it contributes.

        Returns: for each channel the best `k` of the passages that it found, with their scores and ranks in it.
        """
        if k < 1 or not self._generation.manifest.passages:
            return {}
        channels = self._score_channels(text, lang)
        texts = self._texts.get()
        found = {}
        for name, scores in channels.items():
            best = np.argsort(-scores, kind="stable")[: min(k, np.count_nonzero(~np.isnan(scores)))]  # NaN comes last
            found[name] = [
                Retrieved(texts.passage(number), float(scores[number]), {name: rank})
                for rank, number in enumerate(best.tolist(), 1)
            ]
        return found

    def article(self, article_id: str) -> Article:
        """Raises: ArticleUnknown if the index does not hold it."""
        try:
            return self._texts.get().by_id[article_id]
        except KeyError:
            raise ArticleUnknown(f"The index holds no article '{article_id}'. Run: qa-bot articles") from None

    def articles(self) -> Sequence[Article]:
        """All indexed articles, in the order in which they were given."""
        return self._texts.get().articles

    def similarity(self, text: str, others: Sequence[str]) -> list[float]:
        """Cosine between the encoder's vector of `text` and that of each other text, from -1 to 1."""
        if not others:
            return []
        cosines = self._embed_known(others) @ self._embed_question(text)
        return [float(cosine) for cosine in np.clip(cosines, -1.0, 1.0)]

    def sentence_similarity(self, text: str, article_id: str) -> dict[int, float]:
        """Cosine between the encoder's vector of `text` and that of each sentence of an article, read under its title.

        Returns: the cosines, from -1 to 1, by where in the article's text the sentence starts.
        Raises: ArticleUnknown.
        """
        starts, rows = self._read_article(self.article(article_id).id)
        cosines = np.clip(rows @ self._embed_question(text), -1.0, 1.0)
        return dict(zip(starts, cosines.tolist(), strict=True))

    def _read_sentences(self, article_id: str) -> tuple[list[int], Vectors]:
        starts = self._texts.get().sentences_of(article_id)
        held = self._store.get().get("sentence", list(starts))
        rows = [held[name] for name in starts if name in held]
        empty = np.zeros((0, self._generation.manifest.dim), dtype=np.float32)
        return [start for name, start in starts.items() if name in held], np.stack(rows) if rows else empty

    def _embed_known(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts; what is weighed beside one refusal is weighed beside the next, and is remembered."""
        encoder = self._encoder.get()
        with self._knowing:
            known = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known |= dict(zip(new, encoder.embed_passages(new), strict=True))
        with self._knowing:
            for text in known:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > KNOWN:
                self._known.popitem(last=False)
        return np.stack([known[text] for text in texts])

    def embed_words(self, words: Sequence[str]) -> Vectors:
        """Vectors of single words by the bundled encoder, whichever one ranks the passages.

        It was trained on words as well as sentences, and embeds thousands a second.
        Returns: float32 (len(words), dim), rows of L2 norm 1, or 0 for a word without any known token.
        """
        return self._word_encoder.get().embed_queries(words)

    def judge(self, question: str, sentences: Sequence[str]) -> list[float]:
        """Log-odds that each sentence answers the question, by the bundled judge, whichever encoder ranks."""
        return self._judge.get().judge(question, sentences)

    def mark(self, question: str, text: str, end: int) -> Mark | None:
        """Where the judge takes the answer to stand before the place `end` of a text; None if it cannot tell."""
        return self._judge.get().mark(question, text, end)

    def prepare(self) -> None:
        """Begin to load, in a thread of its own, the models that a question needs.

        What fails to load fails again, and is told, when it is asked for.
        """

        def load() -> None:
            with contextlib.suppress(Exception):
                self._encoder.get()
                self._judge.get()

        Thread(target=load, name="prepare", daemon=True).start()

    def close(self) -> None:
        """Let go of the generation, so that later builds may delete it. Nothing may be asked afterwards."""
        for store in self._store.made():
            store.close()
        self._generation.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _score_channels(self, text: str, lang: Lang) -> dict[str, npt.NDArray[np.float32]]:
        """Score every passage in every channel, as `fuse_channels` takes it."""
        lexical = self._lexical.get().score(text, lang)
        channels = {"lexical": np.where(lexical > 0, lexical, np.float32(np.nan))}
        vector = self._embed_question(text)
        if vector.any():
            channels["passage"] = self._find_nearest("passage", vector)
            channels["sentence"] = self._find_nearest("sentence", vector)
        return channels

    def _find_nearest(self, channel: Channel, vector: Vectors) -> npt.NDArray[np.float32]:
        """Cosine of each passage, or of its nearest sentence, in units of the spread; NaN if it is not found."""
        manifest = self._generation.manifest
        scores = np.full(manifest.passages, np.nan, dtype=np.float32)
        held = manifest.passages if channel == "passage" else manifest.sentences
        for name, cosine in reversed(self._store.get().find_nearest(channel, vector, min(held, DEPTH[channel]))):
            scores[int(name.partition(".")[0])] = cosine  # the nearest sentence comes last and stays
        return scores / np.float32(manifest.spread)

    def _open_lexical(self) -> LexicalIndex:
        folder = self._generation.folder / LEXICAL
        try:
            return LexicalIndex(folder, self._generation.manifest.passages)
        except (OSError, ValueError, KeyError) as error:
            raise IndexDamaged(f"{folder} cannot be read ({error}). Run: qa-bot index --rebuild PATH") from error

    def _open_store(self) -> VectorStore:
        manifest = self._generation.manifest
        return VectorStore.open(self._generation.folder / CHROMA, manifest.vectors, manifest.generation)

    def _open_encoder(self) -> Encoder:
        manifest = self._generation.manifest
        encoder = open_encoder(self._settings.embedding_model)
        if (encoder.fingerprint, encoder.dim) != (manifest.fingerprint, manifest.dim):
            raise IndexMismatch(
                f"{self._settings.data} was built with another state of the encoder {manifest.encoder} "
                f"({manifest.dim}, {manifest.fingerprint[:19]}) than it has now ({encoder.dim}, "
                f"{encoder.fingerprint[:19]}). Run: qa-bot index --rebuild PATH"
            )
        return encoder
