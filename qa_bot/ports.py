"""What the conversation needs from the outside, as Protocols."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qa_bot.question import Question
from qa_bot.records import Article, Draft, Lang, Mark, Retrieved


class Retriever(Protocol):
    """Finds passages of the indexed articles."""

    def search(self, text: str, lang: Lang, k: int) -> list[Retrieved]:
        """Rank the passages for a question or phrase. Returns: at most `k`, best first."""
        ...

    def article(self, article_id: str) -> Article:
        """Raises: ArticleUnknown if the index does not hold it."""
        ...

    def articles(self) -> Sequence[Article]:
        """All indexed articles, in the order in which they were given."""
        ...

    def similarity(self, text: str, others: Sequence[str]) -> list[float]:
        """Cosine between the encoder's vector of `text` and that of each other text, from -1 to 1."""
        ...

    def sentence_similarity(self, text: str, article_id: str) -> Mapping[int, float]:
        """Cosine between the vector of `text` and that of each sentence of an article, by where the sentence starts."""
        ...

    def embed_words(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of single words, in which a word and its translation are near.

        Returns: float32 (len(words), dim), rows of L2 norm 1, or 0 for a word without any known token.
        """
        ...

    def judge(self, question: str, sentences: Sequence[str]) -> list[float]:
        """Log-odds that each sentence answers the question, by a model that reads the two together."""
        ...

    def mark(self, question: str, text: str, end: int) -> Mark | None:
        """Where that model takes the answer to stand before the place `end` of a text; None if it cannot tell."""
        ...


class Reader(Protocol):
    """Turns retrieved passages into a claim; the extractive reader and the language model are both one."""

    def read(self, question: Question, found: Sequence[Retrieved]) -> Draft | None:
        """Returns: a Draft with citations, or None if the passages do not hold the answer."""
        ...
