"""Words of a text with their places, and which of them carry no content."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

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
    return word.casefold().replace("’", "'") in function_words("stop", lang)


def is_question_word(word: str, lang: Lang) -> bool:
    """Tell whether a word, in any case, asks: кім, не, қай, қанша; who, what, how."""
    return word.casefold().replace("’", "'") in function_words("question", lang)


@cache
def function_words(kind: Literal["stop", "question"], lang: Literal["kk", "en", "ru"]) -> frozenset[str]:
    """Give the function words of a kind, in lower case. Russian ones serve only to tell Russian from Kazakh."""
    rows = (line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return frozenset(word for row in rows if row[:2] == [kind, lang] for word in row[2].split())
