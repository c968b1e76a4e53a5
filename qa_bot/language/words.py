"""Words of a text with their places, and which of them carry no content."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qa_bot.records import Lang

# A letter may carry combining marks (a text from outside may not be NFC); an apostrophe joins only between letters.
_LETTER = r"[^\W\d_][\u0300-\u036f]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['’ʼ`](?:{_LETTER})+)*|\d+(?:[.,]\d+)*")

_TABLE = Path(__file__).with_name("function_words.tsv")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: `text == whole[start:end]`, offsets in code points, end exclusive."""

    text: str
    start: int
    end: int


def find_words(text: str) -> list[Word]:
    """Find the words of a text in order.

    A word is a run of letters, with apostrophes inside (`Iran's`), or of digits, with points and commas
    inside (`3,5`, `1.200`). A hyphen separates, so `40-қа` is two words.
    """
    return [Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


def is_stop_word(word: str, lang: Lang) -> bool:
    """Tell whether a word, in any case, only holds a sentence together. Question words are not stop words."""
    return word.casefold().replace("’", "'") in _function_words()["stop", lang]


def is_question_word(word: str, lang: Lang) -> bool:
    """Tell whether a word, in any case, asks: кім, не, қай, қанша; who, what, how."""
    return word.casefold().replace("’", "'") in _function_words()["question", lang]


def stop_words(lang: Lang) -> frozenset[str]:
    """All stop words and question words of a language, in lower case."""
    return _function_words()["stop", lang] | _function_words()["question", lang]


@cache
def _function_words() -> dict[tuple[str, Lang], frozenset[str]]:
    found: dict[tuple[str, Lang], set[str]] = {
        (kind, lang): set() for kind in ("stop", "question") for lang in ("kk", "en")
    }
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, lang, words = line.split("\t")
            found[kind, "kk" if lang == "kk" else "en"].update(words.split())
    return {key: frozenset(words) for key, words in found.items()}
