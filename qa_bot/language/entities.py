"""Names in Kazakh and English text: persons, organisations, places, countries and posts.

Listed names come first, then names that their last word or their capitals give away. A longer name wins over a
shorter one that it overlaps; a country beside a post (Иран президенті) stands for itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from qa_bot.language.entity_rules import find_abbreviations, find_headed, find_persons
from qa_bot.language.listed_names import EntityKind, Span, find_listed
from qa_bot.language.tokens import Token, find_tokens
from qa_bot.records import Lang

__all__ = ["Entity", "EntityKind", "find_entities"]

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
    spans = _choose([*listed, *find_headed(tokens, lang), *find_abbreviations(tokens, lang)])
    spans = _join_posts(_choose([*spans, *find_persons(tokens, lang, spans)]), tokens, lang)
    return tuple(
        Entity(span.kind, text[tokens[span.first].start : span.end], tokens[span.first].start, span.end)
        for span in sorted(spans, key=lambda span: span.first)
    )


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
