"""Names in Kazakh and English text: persons, organisations, places, countries and posts.

Listed names come first, then (in Kazakh) those that a trained tagger finds, then names that their last word or their
capitals give away. A longer name wins over a
shorter one that it overlaps; a country beside a post (Иран президенті) stands for itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from qa_bot.language.capitals import OPENING, SENTENCE_ENDS, begins_sentence, is_capitalised, is_common, is_name_part
from qa_bot.language.headed_names import find_abbreviations, find_headed
from qa_bot.language.listed_names import EntityKind, Span, find_listed
from qa_bot.language.numerals import read_roman
from qa_bot.language.person_names import cut_after_surname, find_persons
from qa_bot.language.suffix import noun_endings
from qa_bot.language.tagger import TaggedName, tag_names
from qa_bot.language.tokens import DASHES, Token, find_tokens, is_tight
from qa_bot.records import Lang

__all__ = ["Entity", "EntityKind", "find_entities"]

_KINDS: Final[dict[str, EntityKind]] = {
    "PERSON": "person",
    "ORGANISATION": "organisation",
    "GPE": "place",
    "LOCATION": "place",
    "FACILITY": "place",
    "POSITION": "post",
}
_JOINERS: Final = frozenset({"мен", "бен", "пен"})
_NO_PERSONS: Final = frozenset({"ислам"})  # a given name, and the faith far more often
_GENITIVES: Final = ("ның", "нің", "дың", "дің", "тың", "тің")


@dataclass(frozen=True, slots=True)
class Entity:
    """A name found in a text: `text == whole[start:end]`, offsets in code points."""

    kind: EntityKind
    text: str
    start: int
    end: int


def find_entities(text: str, lang: Lang) -> list[Entity]:
    """Find the names in the text, in order and without overlap. A Kazakh name keeps its case ending."""
    return list(_find(text, lang))


@lru_cache(maxsize=4096)
def _find(text: str, lang: Lang) -> tuple[Entity, ...]:
    tokens = find_tokens(text)
    listed = find_listed(tokens, lang)
    tagged = _place_tagged(text, tokens, listed) if lang == "kk" else []
    if lang == "kk" and any(token.is_word and token.text.isascii() for token in tokens):
        listed += find_listed(tokens, "en")  # KAZINFORM, Air Astana
    spans = _choose([*listed, *tagged, *find_headed(tokens, lang), *find_abbreviations(tokens, lang)])
    spans = _join_posts(_choose([*spans, *find_persons(tokens, lang, spans)]), tokens, lang)
    return tuple(
        Entity(span.kind, text[tokens[span.first].start : span.end], tokens[span.first].start, span.end)
        for span in sorted(spans, key=lambda span: span.first)
    )


def _place_tagged(text: str, tokens: Sequence[Token], listed: Sequence[Span]) -> list[Span]:
    """The names that the trained tagger finds, as spans of tokens, put right where it strays."""
    countries = {span.first: span.stop for span in listed if span.kind == "country"}
    spans = []
    for name in tag_names(text, [TaggedName(span.kind, tokens[span.first].start, span.end) for span in listed]):
        inside = [at for at, token in enumerate(tokens) if token.start < name.end and name.start < token.end]
        kind = _KINDS[name.label]
        first, stop = _trim(tokens, inside[0], inside[-1] + 1, kind)
        if kind in ("post", "person") and first in countries:  # Иран президенті: the country is found for itself
            first = countries[first]
            first += 2 * (stop - first > 2 and tokens[first].text in DASHES)
        if first < stop and _is_credible(tokens, first, stop, kind):
            spans.append(Span(kind, first, stop, tokens[stop - 1].end))
    return spans


def _trim(tokens: Sequence[Token], first: int, stop: int, kind: EntityKind) -> tuple[int, int]:
    """Cut off what belongs to another sentence, words before the first capital, and an ending behind a hyphen."""
    for at in range(first + 1, stop):
        ended = tokens[at].text in SENTENCE_ENDS and not (tokens[at].text in DASHES and is_tight(tokens, at))
        if ended and not (tokens[at].text == "." and len(tokens[at - 1].text) <= 2):
            first = at + 1
    while kind != "post" and first < stop and not (is_capitalised(tokens[first]) or tokens[first].text in OPENING):
        first += 1
    if stop - first > 2 and tokens[stop - 2].text in DASHES and tokens[stop - 1].lower in noun_endings():
        stop -= 2
    if kind != "post":
        stop = next((at for at in range(first, stop) if tokens[at].lower in _JOINERS), stop)
    if kind == "person":
        stop = cut_after_surname(tokens, first, stop)
    return first, stop


def _is_credible(tokens: Sequence[Token], first: int, stop: int, kind: EntityKind) -> bool:
    """Whether a tagged name may stand: not one everyday word that merely begins its sentence."""
    if kind == "post" or stop > first + 1:
        return True
    token = tokens[first]
    if read_roman(token.text) is not None:
        return False
    if token.lower in _NO_PERSONS:
        return kind != "person"
    return is_name_part(token, "kk") or not (begins_sentence(tokens, first) and is_common(token.lower, "kk"))


def _join_posts(spans: Iterable[Span], tokens: Sequence[Token], lang: Lang) -> list[Span]:
    """Make one of two posts of which the first owns the second: "Президенттің" + "баспасөз хатшысы"."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.first):
        before = joined[-1] if joined else None
        owned = before and lang == "kk" and before.kind == span.kind == "post" and before.stop == span.first
        if before and owned and tokens[before.stop - 1].lower.endswith(_GENITIVES):
            joined[-1] = replace(span, first=before.first)
        else:
            joined.append(span)
    return joined


def _choose(spans: Iterable[Span]) -> list[Span]:
    """Keep the longest spans that do not overlap; of equally long ones the first given."""
    chosen: list[Span] = []
    taken: set[int] = set()
    for span in sorted(spans, key=lambda span: span.first - span.stop):
        places = range(span.first, span.stop)
        if taken.isdisjoint(places):
            chosen.append(span)
            taken.update(places)
    return chosen
