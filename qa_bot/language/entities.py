"""Names in Kazakh and English text: persons, organisations, places, countries and posts."""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from qa_bot.records import Lang

EntityKind: TypeAlias = Literal["person", "organisation", "place", "country", "post"]

_CAPITALISED: Final = re.compile(
    r"[^\W\d_a-zа-яәғқңөұүһіё][^\W\d_]+(?:[-’'][^\W\d_]+)*(?: [^\W\d_a-zа-яәғқңөұүһіё][^\W\d_]+(?:[-’'][^\W\d_]+)*)+"
)
_ABBREVIATION: Final = re.compile(r"\b[A-ZА-ЯӘҒҚҢӨҰҮҺІЁ]{2,7}\b")


@dataclass(frozen=True, slots=True)
class Entity:
    """A name found in a text: `text == whole[start:end]`, offsets in code points."""

    kind: EntityKind
    text: str
    start: int
    end: int


def find_entities(text: str, lang: Lang) -> list[Entity]:
    """Find the names in the text, in order and without overlap."""
    found = [Entity("person", m.group(), m.start(), m.end()) for m in _CAPITALISED.finditer(text)]
    taken = [(e.start, e.end) for e in found]
    for m in _ABBREVIATION.finditer(text):
        if not any(start < m.end() and m.start() < end for start, end in taken):
            found.append(Entity("organisation", m.group(), m.start(), m.end()))
    return sorted(found, key=lambda entity: entity.start)
