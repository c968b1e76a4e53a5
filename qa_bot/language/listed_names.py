"""The names that the glossary lists, found in a text: Kazakh ones in all their case forms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from qa_bot.language.glossary import gazetteer
from qa_bot.language.numerals import read_roman
from qa_bot.language.suffix import noun_endings, noun_forms
from qa_bot.language.tokens import Token, find_tokens
from qa_bot.records import Lang

EntityKind: TypeAlias = Literal["person", "organisation", "place", "country", "post"]

KINDS: Final[tuple[EntityKind, ...]] = ("country", "organisation", "person", "place", "post")
_ADJECTIVES: Final = ("лық", "лік", "дық", "дік", "тық", "тік", "дай", "дей", "тай", "тей")
_SHELF: Final = 4  # letters that names are shelved by; a shorter first word has a shelf of its own
_SHORTEST_SURNAME: Final = 4
_WORDS_TOO: Final = frozenset(
    {"хабар", "болашақ", "мета", "даму", "бәйтерек", "кеңес", "мир", "today", "time", "future"}
)
"""Names that are everyday words as well: taken for names only inside quotation marks."""
_PARTS_OF_POSTS: Final = frozenset({"бас", "жалпы", "general", "chief", "head", "first"})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of tokens taken for a name; `end` is its end in code points, before an English 's."""

    kind: EntityKind
    first: int
    stop: int
    end: int


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    kind: EntityKind
    written: str


def find_listed(tokens: Sequence[Token], lang: Lang) -> list[Span]:
    """Find every listed name in the tokens; they may overlap, and are ordered by kind."""
    found = []
    shelves = _shelves(lang)
    for first, token in enumerate(tokens):
        if not token.is_word:
            continue
        for size in range(1, min(_SHELF, len(token.lower)) + 1):
            for name in shelves.get(token.lower[:size], ()):
                if span := _match(tokens, first, name, lang):
                    found.append(span)
    return sorted(found, key=lambda span: KINDS.index(span.kind))


@cache
def name_parts(lang: Lang) -> frozenset[str]:
    """The given names and surnames of the listed people, in lower case."""
    people = (name.split() for name in gazetteer("person", lang))
    return frozenset(part.lower() for parts in people if len(parts) > 1 for part in parts if len(part) > 2)


def name_end(token: Token, lang: Lang) -> int:
    """Where a name ends in a token: before 's in English."""
    if lang == "en" and token.lower.endswith(("'s", "’s")):
        return token.end - 2
    return token.end


def _match(tokens: Sequence[Token], first: int, name: _Name, lang: Lang) -> Span | None:
    last = first + len(name.words) - 1
    if last >= len(tokens):
        return None
    if any(token.lower != word for token, word in zip(tokens[first:last], name.words[:-1], strict=False)):
        return None
    token, word = tokens[last], name.words[-1]
    if not _capitals_agree(tokens, first, name) or not _is_form(token, name, word, lang):
        return None
    if name.words[0] in _WORDS_TOO and len(name.words) == 1 and not (first and tokens[first - 1].text in '«"“'):
        return None
    return Span(name.kind, first, last + 1, name_end(token, lang))


def _capitals_agree(tokens: Sequence[Token], first: int, name: _Name) -> bool:
    text = tokens[first].text
    if name.written.isupper():
        return text[: len(name.words[0])].isupper()
    return text[0].isupper() or not name.written[0].isupper()


def _is_form(token: Token, name: _Name, word: str, lang: Lang) -> bool:
    if token.lower == word:
        return True
    if lang == "en":
        return token.lower in (f"{word}'s", f"{word}’s") or (name.kind == "post" and token.lower == f"{word}s")
    if not token.lower.startswith(word[:-1]) or not word.isalpha():
        return False
    ending: str | None = token.lower[len(word) :]
    if len(word) < _SHORTEST_SURNAME or not token.lower.startswith(word) or ending not in noun_endings():
        ending = noun_forms(word).get(token.lower)
    if ending is None and len(name.words) > 1 and word[-1] in "ыі":
        ending = noun_forms(word, possessed=True).get(token.lower)
    if ending is None or ending.startswith(("лар", "лер", "дар", "дер", "тар", "тер")):
        return False
    return not ending.startswith(_ADJECTIVES)


@cache
def _shelves(lang: Lang) -> dict[str, list[_Name]]:
    """The listed names by the first letters of their first word."""
    shelves: dict[str, list[_Name]] = {}
    for name in _names(lang):
        shelves.setdefault(name.words[0][:_SHELF], []).append(name)
    return shelves


def _names(lang: Lang) -> Iterator[_Name]:
    countries = {token.lower for name in gazetteer("country", lang) for token in find_tokens(name)[:1]}
    for kind in KINDS:
        for written in gazetteer(kind, lang):
            words = tuple(token.lower for token in find_tokens(written))
            if kind == "post" and _names_country(words, countries):
                continue  # the country is found for itself
            if kind != "post" and not any(letter.isupper() for letter in written):
                continue
            if read_roman(written) is not None:  # of a monarch
                continue
            if kind == "post" and words[0] in _PARTS_OF_POSTS and len(words) == 1:
                continue
            yield _Name(words, kind, written)
            if kind == "person" and len(words) > 1 and len(words[-1]) >= _SHORTEST_SURNAME:
                yield _Name(words[-1:], kind, written.split()[-1])


def _names_country(words: Sequence[str], countries: set[str]) -> bool:
    return any(word in countries or (word.endswith("ның") and word[:-3] in countries) for word in words)
