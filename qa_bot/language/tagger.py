"""A trained tagger of names in Kazakh text: a linear-chain conditional random field (Lafferty et al. 2001).

The weights, `entities.crfsuite`, are read on the first call. `index/training/entities.py` made them from KazNERD
(Yeshpanov et al. 2022, CC BY 4.0). A sentence is described to the model word by word: how it is written, how it
begins and ends, what stands around it, and which listed names it belongs to.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from qa_bot.language.listed_names import find_listed
from qa_bot.language.tokens import find_tokens

WEIGHTS: Final = Path(__file__).with_name("entities.crfsuite")

_WORD: Final = re.compile(r"\w+(?:[-’'ʼ.]\w+)*|[^\w\s]")
_QUOTES: Final = {"«": 1, "“": 1, "»": -1, "”": -1}
_LONGEST_AFFIX: Final = 5


@dataclass(frozen=True, slots=True)
class TaggedName:
    """A name that the model found: its label and its place in code points."""

    label: str
    start: int
    end: int


class _Tagger(Protocol):
    def tag(self, words: Sequence[Sequence[str]]) -> list[str]: ...


def tag_names(text: str, listed: Sequence[TaggedName] | None = None) -> list[TaggedName]:
    """Find the names of a Kazakh text, in order. `listed`: what `list_names` finds in it, if that is at hand."""
    if not any(letter.isupper() for letter in text):
        return []
    words = split_words(text)
    features = describe(text, words, list_names(text) if listed is None else listed)
    found: list[TaggedName] = []
    for (start, end), tag in zip(words, _model().tag(features), strict=True):
        if tag.startswith("I-") and found and found[-1].label == tag[2:]:
            found[-1] = TaggedName(tag[2:], found[-1].start, end)
        elif tag != "O":
            found.append(TaggedName(tag[2:], start, end))
    return found


def split_words(text: str) -> list[tuple[int, int]]:
    """Cut a text into the words and signs that are tagged; words tied by hyphens stay whole."""
    return [match.span() for match in _WORD.finditer(text)]


def list_names(text: str) -> list[TaggedName]:
    """Find the listed names of a Kazakh text; they may overlap."""
    tokens = find_tokens(text)
    return [TaggedName(span.kind, tokens[span.first].start, span.end) for span in find_listed(tokens, "kk")]


def describe(text: str, words: Sequence[tuple[int, int]], listed_names: Sequence[TaggedName]) -> list[list[str]]:
    """Give each word its features, as the model was trained on them; the listed names of the text are among them."""
    written = [text[start:end] for start, end in words]
    lower = [word.lower() for word in written]
    shapes = [_shape(word) for word in written]
    listed = _mark_listed(words, listed_names)
    features = []
    depth = 0
    for at, word in enumerate(lower):
        depth = max(0, depth + _QUOTES.get(word, 0))
        found = ["bias", f"w={word}", f"s={shapes[at]}", f"q={depth}", f"l={listed[at]}"]
        for size in range(1, min(_LONGEST_AFFIX, len(word) - 1) + 1):
            found.append(f"p{size}={word[:size]}")
            found.append(f"e{size}={word[-size:]}")
        for step in (-2, -1, 1, 2):
            near = at + step
            if not 0 <= near < len(lower):
                found.append(f"{step}:edge")
                continue
            found += [f"{step}:w={lower[near]}", f"{step}:s={shapes[near]}", f"{step}:l={listed[near]}"]
            if abs(step) == 1:
                found += [
                    f"{step}:e3={lower[near][-3:]}",
                    f"{step}:e4={lower[near][-4:]}",
                    f"{step}:p4={lower[near][:4]}",
                ]
                found.append(f"{step}:ss={shapes[at]}|{shapes[near]}")
        features.append(found)
    return features


def _shape(word: str) -> str:
    """How a word is written: Xx, XX, Xx-Xx, x, 9, or the sign itself."""
    if not (word[0].isalnum()):
        return word
    kinds = ["9" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word]
    shape = "".join(kind for kind, before in zip(kinds, ["", *kinds], strict=False) if kind != before)
    return shape + ("L" if word.isascii() and word.isalpha() else "")


def _mark_listed(words: Sequence[tuple[int, int]], names: Sequence[TaggedName]) -> list[str]:
    """For each word, the kind of the longest listed name that it belongs to, with a plus if it does not begin it."""
    marks = ["-"] * len(words)
    for name in sorted(names, key=lambda name: name.end - name.start):
        for at, (start, end) in enumerate(words):
            if start < name.end and name.start < end:
                marks[at] = name.label if start <= name.start else f"{name.label}+"
    return marks


@cache
def _model() -> _Tagger:
    import pycrfsuite  # type: ignore[import-untyped]

    tagger = pycrfsuite.Tagger()
    tagger.open(str(WEIGHTS))
    loaded: _Tagger = tagger
    return loaded
