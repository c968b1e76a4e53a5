"""BM25 over stems and the character 4-grams of stems (bm25s), in a memory-mapped index.

A question in another language than an article's becomes a probabilistic structured query (Darwish and Oard 2003): each
of its words stands as all its translations, which share the weight of that one word.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_bot.language.glossary import Sense, translate
from qa_bot.language.letters import fold
from qa_bot.language.names import cyrillise, romanise
from qa_bot.language.numerals import read_roman, write_roman
from qa_bot.language.stem import stem
from qa_bot.language.words import find_words, is_question_word, is_stop_word
from qa_bot.records import Lang

GRAM = 4
"""Length of the character grams of a stem, its two bounds included. Among all sets of 3 to 6, stems with 4-grams
ranked passages best (KazQAD validation) and need a third of the postings of 3- to 6-grams."""

K1 = 1.2  # term saturation, Robertson and Zaragoza 2009
B = 0.75  # length normalisation, ibidem

_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
"""What `find_words` leaves of 15th beside the number."""

_POSSESSIVE = re.compile("['’]s?$")

LANGUAGES: tuple[Lang, ...] = ("kk", "en")

ARRAYS = ("hashes", "columns", "starts", "passages", "scores", "languages")


def build_lexical(folder: Path, passages: Sequence[tuple[str, str, Lang]]) -> None:
    """Index passages, given as title, text and language, by their place in the list.

    Writes the arrays described at `LexicalIndex` into `folder`; nothing if no passage holds a word.
    """
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to debug on import
    vocabulary: dict[str, int] = {}
    known: dict[tuple[str, Lang], list[int]] = {}  # a word's terms by number: words recur, and the list is long

    def number_terms(word: str, lang: Lang) -> list[int]:
        if (word, lang) not in known:
            known[word, lang] = [vocabulary.setdefault(term, len(vocabulary)) for term, _ in word_terms(word, lang)]
        return known[word, lang]

    documents = [
        [term for part in (title, text) for word in _content_words(part, lang) for term in number_terms(word, lang)]
        for title, text, lang in passages
    ]
    if not vocabulary:
        return
    index = bm25s.BM25(k1=K1, b=B, method="lucene")
    index.index((documents, vocabulary), create_empty_token=False, show_progress=False)
    hashes = np.array([_hash(term) for term in vocabulary], dtype=np.uint64)
    order = np.argsort(hashes)
    arrays: dict[str, npt.NDArray[Any]] = {
        "hashes": hashes[order],
        "columns": order.astype(np.int32),
        "starts": np.asarray(index.scores["indptr"], dtype=np.int64),
        "passages": np.asarray(index.scores["indices"], dtype=np.int32),
        "scores": np.asarray(index.scores["data"], dtype=np.float32),
        "languages": np.array([LANGUAGES.index(lang) for _, _, lang in passages], dtype=np.int8),
    }
    folder.mkdir(parents=True)
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", arrays[name], allow_pickle=False)


class LexicalIndex:
    """The passages that hold a term, with the term's BM25 score in each. Threads may share it.

    `hashes` (terms,) are sorted; term i's column is `columns[i]`, and that column's passages and scores are
    `passages[starts[column]:starts[column + 1]]` and likewise. `languages` (passages,) are places in LANGUAGES.
    The files are mapped into memory, not read.
    """

    def __init__(self, folder: Path, passages: int) -> None:
        """Open what `build_lexical` wrote for that many passages.

        Raises: OSError or ValueError if a file is missing or is not what was written.
        """
        self._count = passages
        self._arrays: dict[str, npt.NDArray[Any]] = {}
        if folder.is_dir():
            # np.asarray leaves a plain view of the mapped file: slices of np.memmap itself cost ten times as much.
            self._arrays = {
                name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)) for name in ARRAYS
            }

    def score(self, text: str, lang: Lang) -> npt.NDArray[np.float32]:
        """Score every passage for a question in `lang`.

        Returns: float32 (passages,): the share of the question's BM25 mass that the passage covers, from 0 (no term
        in common) to below 1. A passage in another language than the question's is scored through translation.
        """
        scores = np.zeros(self._count, dtype=np.float32)
        for place, target in enumerate(LANGUAGES):
            if self._arrays and (written := self._arrays["languages"] == place).any():
                scores[written] = self._cover(make_query(text, lang, target, self.holds))[written]
        return scores

    def holds(self, term: str) -> bool:
        """Tell whether any passage holds a term."""
        start, end = self._find(term)
        return start < end

    def _cover(self, query: Mapping[str, float]) -> npt.NDArray[np.float32]:
        scores = np.zeros(self._count, dtype=np.float32)
        mass = 0.0
        for term, weight in query.items():
            start, end = self._find(term)
            # The idf that bm25s multiplied into the scores (its method "lucene").
            mass += weight * float(np.log1p((self._count - (end - start) + 0.5) / (end - start + 0.5)))
            # Safe without np.add.at: a passage stands once in the postings of a term.
            scores[self._arrays["passages"][start:end]] += np.float32(weight) * self._arrays["scores"][start:end]
        return scores / np.float32(mass) if mass else scores

    def _find(self, term: str) -> tuple[int, int]:
        """Where the postings of a term start and end; the same place twice if no passage holds it."""
        hashes, wanted = self._arrays["hashes"], _hash(term)
        place = int(np.searchsorted(hashes, wanted))
        if place == len(hashes) or hashes[place] != wanted:
            return 0, 0
        column = int(self._arrays["columns"][place])
        return int(self._arrays["starts"][column]), int(self._arrays["starts"][column + 1])


def make_query(text: str, source: Lang, target: Lang, knows: Callable[[str], bool]) -> dict[str, float]:
    """The terms to look for in passages written in `target`, each with its weight.

    `knows` tells whether the index holds a term: a name is only looked for in its foreign spelling as well if some
    passage has it so. Empty if the text holds no word.
    """
    query: dict[str, float] = {}
    for mass, senses in _find_senses(text, source, target, knows):
        total = sum(sense.weight for sense in senses)
        for sense in senses:
            words = _content_words(sense.text, target)
            for word in words:
                for term, weight in word_terms(word, target):
                    share = mass * sense.weight / total / len(words) * weight
                    query[term] = query.get(term, 0.0) + share
    return query


def _find_senses(
    text: str, source: Lang, target: Lang, knows: Callable[[str], bool]
) -> list[tuple[float, list[Sense]]]:
    """What each word or phrase of the question may stand as, with the number of content words it covers."""
    words = [word.text for word in find_words(text)]
    content = {place for place, word in enumerate(words) if _asks_for(word, source)} or set(range(len(words)))
    found: list[tuple[float, list[Sense]]] = []
    taken: set[int] = set()
    for match in translate(words, source) if source != target else ():
        places = set(range(match.start, match.end))
        if places & content and not places & taken:  # the longest come first: "foreign minister" before "minister"
            taken |= places
            found.append((float(len(places & content)), list(match.senses)))
    for place in sorted(content - taken):
        if words[place].isdigit() and words[place + 1 : place + 2] and words[place + 1] in _ORDINAL_ENDINGS:
            found.append((1.0, _spell_ordinal(int(words[place]))))
        else:
            found.append((1.0, _spell(words[place], source, target, knows)))
    return found


def _spell_ordinal(value: int) -> list[Sense]:
    """15th: Kazakh writes XV ғасыр, but 15-сұрақ."""
    roman = [Sense(write_roman(value), 1.0)] if 0 < value < 40 else []
    return [Sense(str(value), 1.0), *roman]


def _spell(word: str, source: Lang, target: Lang, knows: Callable[[str], bool]) -> list[Sense]:
    """A word that no glossary entry holds, mostly a name or a loan word: its spellings in the target's letters."""
    if source == "en":
        word = _POSSESSIVE.sub("", word)
    as_written = [Sense(word, 1.0)]
    value = _read_roman(word)
    if value:
        return as_written if target == "kk" else [*as_written, Sense(str(value), 1.0)]
    if not word.isalpha():
        return as_written
    if word.isascii():
        spellings = cyrillise(word) if target == "kk" else []
    else:
        spellings = [romanise(stem(word, "kk"))] if target == "en" else []
    foreign = [Sense(spelling, 1.0 / place) for place, spelling in enumerate(spellings, start=1)]
    return foreign if foreign and not knows(_whole(fold(stem(word, target)))) else as_written + foreign


def _content_words(text: str, lang: Lang) -> list[str]:
    words = [word.text for word in find_words(text)]
    return [word for word in words if not is_stop_word(word, lang)] or words


def _asks_for(word: str, lang: Lang) -> bool:
    return not (is_stop_word(word, lang) or is_question_word(word, lang) or word in _ORDINAL_ENDINGS)


@lru_cache(maxsize=1 << 17)
def word_terms(word: str, lang: Lang) -> tuple[tuple[str, float], ...]:
    """The terms that stand for a word: its folded stem, and the character grams of that, with their weights in a query.

    The grams of a stem weigh one over the root of their number each, so that a long word does not outweigh the rest.
    """
    value = _read_roman(word)
    folded = write_roman(value).lower() if value else fold(stem(word, lang))  # XV is also typed with a Cyrillic Х
    bounded = f"_{folded}_"
    grams = [bounded[start : start + GRAM] for start in range(len(bounded) - GRAM + 1)]
    return ((_whole(folded), 1.0), *((gram, len(grams) ** -0.5) for gram in grams))


def _read_roman(word: str) -> int | None:
    return read_roman(word) if len(word) > 1 else None  # a single letter is mostly an initial


def _whole(folded: str) -> str:
    return f"={folded}"


def _hash(term: str) -> np.uint64:
    """64 bits stand for a term: among a million, two share one with a chance of one in forty million."""
    return np.uint64(int.from_bytes(hashlib.blake2b(term.encode("utf-8"), digest_size=8).digest(), "little"))
