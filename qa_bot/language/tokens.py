"""Numbers, words and signs of a text with their places, as the reading of quantities needs them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"(\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    r"|((?:[A-Z]\.){2,}|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*)"
    r"|[^\w\s]"
)
DASHES: Final = frozenset("-–—−‑")


@dataclass(frozen=True, slots=True)
class Token:
    """A number in digits, a word or a sign of a text; `start` and `end` in code points."""

    text: str
    lower: str
    start: int
    end: int
    is_digits: bool
    is_word: bool


def find_tokens(text: str) -> list[Token]:
    """Cut a text into numbers (with the spaces, points and commas inside them), words and signs."""
    return [
        Token(m.group(), m.group().lower(), m.start(), m.end(), m.lastindex == 1, m.lastindex == 2)
        for m in _TOKEN.finditer(text)
    ]


def is_tight(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a token follows the one before it without a space."""
    return 0 < index < len(tokens) and tokens[index - 1].end == tokens[index].start


def is_hyphenated(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether the token at `index` is a dash that ties the word after it to what stands before."""
    return (
        index + 1 < len(tokens)
        and tokens[index].text in DASHES
        and tokens[index + 1].is_word
        and is_tight(tokens, index)
        and is_tight(tokens, index + 1)
    )


def join_tokens(tokens: Sequence[Token], first: int, stop: int) -> str:
    """The text from token `first` up to where token `stop` begins, white space made single spaces."""
    parts = []
    for index in range(first, min(stop, len(tokens))):
        token = tokens[index]
        spaced = index + 1 < len(tokens) and tokens[index + 1].start > token.end
        parts.append(token.text + (" " if spaced else ""))
    return "".join(parts)
