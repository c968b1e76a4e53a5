"""Names that a telling word gives away: "… министрлігі", "Каспий теңізі", "Ministry of …"; and abbreviations."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from qa_bot.language.capitals import (
    CLOSING,
    OPENING,
    begins_sentence,
    ends_name,
    entity_words,
    is_capitalised,
    is_common,
    is_name_part,
    is_shouted,
    is_surname,
    ties_names,
)
from qa_bot.language.glossary import NameKind, gazetteer
from qa_bot.language.listed_names import EntityKind, Span, name_end
from qa_bot.language.numerals import read_roman
from qa_bot.language.suffix import noun_forms
from qa_bot.language.tokens import DASHES, Token, is_tight
from qa_bot.records import Lang

_HEADED: Final[tuple[EntityKind, ...]] = ("organisation", "place", "country")
_OWNERS: Final[tuple[NameKind, ...]] = ("country", "nationality")
_REACH: Final = 6  # words before the head that a name may begin at
_LONGEST_ABBREVIATION: Final = 8
_MAKER_NAME: Final = 4  # words at most in a name after "the firm"
_CASES: Final = (
    "ның", "нің", "дың", "дің", "тың", "тің", "ға", "ге", "қа", "ке", "да", "де", "та", "те",
    "дан", "ден", "тан", "тен", "нан", "нен", "мен", "бен", "пен", "ды", "ді", "ты", "ті",
)  # fmt: skip


def find_headed(tokens: Sequence[Token], lang: Lang) -> Iterator[Span]:
    """Find names by the telling word that they end with or, in English, follow or begin with."""
    for at, token in enumerate(tokens):
        kind = _head_kind(token, lang)
        if kind is None:
            continue
        found = _find_kazakh(tokens, at, kind) if lang == "kk" else _find_english(tokens, at, kind)
        if found is not None:
            first, stop = found
            yield Span(kind, first, stop, name_end(tokens[stop - 1], lang))
    if lang == "en":
        yield from _find_made(tokens)
        yield from _find_posts(tokens)


def find_abbreviations(tokens: Sequence[Token], lang: Lang) -> Iterator[Span]:
    """Find what is written in capitals throughout and is no numeral: names of organisations."""
    for at, token in enumerate(tokens):
        shouted = any(0 <= near < len(tokens) and is_shouted(tokens[near]) for near in (at - 1, at + 1))
        known = token.text in entity_words("not_organisation", lang) or read_roman(token.text) is not None
        if is_shouted(token) and not shouted and not known and len(token.text) <= _LONGEST_ABBREVIATION:
            yield Span("organisation", at, at + 1, token.end)


def _head_kind(token: Token, lang: Lang) -> EntityKind | None:
    if not token.is_word:
        return None
    return next((kind for kind in _HEADED if token.lower in _head_forms(kind, lang)), None)


@cache
def _head_forms(kind: str, lang: Lang) -> frozenset[str]:
    heads = entity_words(kind, lang)
    if lang == "en":
        return heads
    return frozenset(form for head in heads for form in noun_forms(head, possessed=True))


def _find_kazakh(tokens: Sequence[Token], head: int, kind: EntityKind) -> tuple[int, int] | None:
    """Where the name that ends with a head begins: at quotation marks, or at the capitals before it."""
    near = tokens[head].lower in _head_forms("near_head", "kk")
    at = head - 1
    while at >= 0 and head - at <= _REACH:
        token = tokens[at]
        if token.text in CLOSING:
            opening = next((back for back in range(at - 1, -1, -1) if tokens[back].text in OPENING), None)
            return None if opening is None else (opening, head + 1)
        if token.text in DASHES and is_tight(tokens, at):
            at -= 1
            continue
        if not token.is_word or _is_clause_word(token):
            return None
        if is_capitalised(token):
            first = _first_capital(tokens, at, near=near)
            is_head_noun = first == at == head - 1 and begins_sentence(tokens, at) and is_common(token.lower, "kk")
            return None if is_head_noun else (first, head + 1)
        if kind != "organisation":
            return None
        at -= 1
    return None


def _first_capital(tokens: Sequence[Token], at: int, *, near: bool) -> int:
    """The first of the capitalised words that belong to a name. `near`: only one does, and words like "Шығыс"."""
    while at > 0:
        before = tokens[at - 1]
        if at > 1 and ties_names(tokens, at - 1) and is_capitalised(tokens[at - 2]):
            at -= 2
            continue
        if not is_capitalised(before) or _is_other_name(before, near=near):
            break
        opener = begins_sentence(tokens, at - 1) and is_common(before.lower, "kk")
        if before.lower not in entity_words("direction", "kk") and (near or opener):
            break
        at -= 1
    return at


def _is_other_name(token: Token, *, near: bool) -> bool:
    """Whether the word before a name is of another one: in a case, or a person's who gives no street their name."""
    in_case = token.lower.endswith(_CASES) and token.lower not in _listed_words()
    return in_case or (near and (is_name_part(token, "kk") or is_surname(token)))


@cache
def _listed_words() -> frozenset[str]:
    """The words of listed countries and places, some of which look like words in a case: Канада, Қазақстан."""
    kinds: tuple[EntityKind, ...] = ("country", "place")
    return frozenset(word for kind in kinds for name in gazetteer(kind, "kk") for word in name.lower().split())


def _is_clause_word(token: Token) -> bool:
    return token.lower in entity_words("speech", "kk") or token.lower in ("мен", "пен", "бен") or ends_name(token, "kk")


def _find_english(tokens: Sequence[Token], head: int, kind: EntityKind) -> tuple[int, int] | None:
    """Where the name around a capitalised head begins and stops: "World Bank", "Ministry of Trade and Integration"."""
    if not is_capitalised(tokens[head]):
        return None
    first = head
    while first > 0 and not ends_name(tokens[first - 1], "en"):
        if is_capitalised(tokens[first - 1]):
            first -= 1
        elif first > 1 and ties_names(tokens, first - 1) and is_capitalised(tokens[first - 2]):
            first -= 2
        else:
            break
    while first < head and (
        tokens[first].lower in entity_words("opener", "en") or is_common(tokens[first].lower, "en")
    ):
        if not begins_sentence(tokens, first):
            break
        first += 1
    stop = head + 1 if kind == "place" else _reach_on(tokens, head)
    return (first, stop) if stop > first + 1 else None


def _reach_on(tokens: Sequence[Token], head: int) -> int:
    """Where an English name goes on to behind its head."""
    stop = at = head + 1
    if at + 1 >= len(tokens) or tokens[at].lower not in ("of", "for"):
        return stop
    several = tokens[head].lower in ("ministry", "department", "agency", "committee")  # of Trade and Integration
    while at < len(tokens) and tokens[at].is_word:
        if is_capitalised(tokens[at]):
            stop = at + 1
        elif tokens[at].lower not in entity_words("joiner", "en") or (tokens[at].lower == "and" and not several):
            break
        at += 1
    return stop


def _find_made(tokens: Sequence[Token]) -> Iterator[Span]:
    """Find English names after the word for what they are: "the engineering firm Duna Consult"."""
    for at, token in enumerate(tokens):
        stop = at + 1
        while stop < len(tokens) and is_capitalised(tokens[stop]) and stop - at <= _MAKER_NAME:
            stop += 1
            if ends_name(tokens[stop - 1], "en"):
                break
        if stop > at + 1 and token.lower in entity_words("maker", "en") and token.text.islower():
            yield Span("organisation", at + 1, stop, name_end(tokens[stop - 1], "en"))


def _find_posts(tokens: Sequence[Token]) -> Iterator[Span]:
    """Find English posts with their field: "Infrastructure Minister"."""
    for at, token in enumerate(tokens):
        if token.text not in ("Minister", "Secretary") or at == 0:
            continue
        field = tokens[at - 1]
        owner = any(field.text in gazetteer(kind, "en") for kind in _OWNERS) or ends_name(field, "en")
        if is_capitalised(field) and not owner and not begins_sentence(tokens, at - 1):
            yield Span("post", at - 1, at + 1, token.end)
