"""Where a text says the terms of a question: in their own words, in the other language, or nearly so."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import get_args

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa_bot.language.glossary import gazetteer
from qa_bot.language.keys import key
from qa_bot.language.names import name_similarity
from qa_bot.language.quantities import Quantity, same_quantity
from qa_bot.records import Lang
from qa_bot.terms import Form, Role, Term

ROLE_WEIGHT: dict[Role, float] = {
    "content": 1.0,
    "action": 0.5,
    "name": 1.0,
    "number": 1.2,
    "time": 1.0,
    "frame": 0.1,
    "vague": 0.15,
}
SAME_NAME = 0.72  # name_similarity of one name in two scripts; see names.py for what reaches it
PREFIX = 0.7  # one stem begins the other: дамыт- and дамы-, мүдде and мүдделі
SLIP = 0.8  # a word that differs by one slip of the pen
PARTIAL = 0.75  # a phrase of which only some words are there
PARTS = 0.9  # a phrase whose words are there, each by itself
_SHORTEST_PREFIX, _LONGEST_REST, _SHORTEST_SLIP = 4, 3, 5  # in letters


@cache
def _country_keys() -> frozenset[str]:
    """The folded stems of the countries that are one word, in both languages."""
    return frozenset(
        key(name, lang) for lang in get_args(Lang) for name in gazetteer("country", lang) if len(name.split()) == 1
    )


class Units:
    """The units of one text, such as its sentences, each a set of stems, looked up by stem rather than read through.

    Values are between 0, not said, and 1, said in so many words.
    """

    def __init__(
        self,
        lang: Lang,
        stems: Sequence[Iterable[str]],
        capitals: Sequence[Iterable[str]],
        quantities: Sequence[Sequence[Quantity]],
    ) -> None:
        self._lang = lang
        self._size = len(stems)
        self._quantities = quantities
        self._units_of: dict[str, list[int]] = {}
        for unit, held in enumerate(stems):
            for stem in set(held):
                self._units_of.setdefault(stem, []).append(unit)
        self._capitals: dict[str, list[int]] = {}
        for unit, names in enumerate(capitals):
            for name in set(names):
                self._capitals.setdefault(name, []).append(unit)

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._units_of)

    def match(self, term: Term) -> list[float]:
        """How well each unit says a term. Returns: one value per unit."""
        values = [0.0] * self._size
        if term.quantity is not None:
            for unit, quantities in enumerate(self._quantities):
                if any(same_quantity(term.quantity, other) for other in quantities):
                    values[unit] = 1.0
        for form in term.forms[self._lang]:
            for unit, value in self._match_form(form).items():
                values[unit] = max(values[unit], form.weight * value)
        if term.parts:
            self._match_parts(term.parts, values)
        if term.role == "name" or (len(term.forms[self._lang]) == 1 and not term.parts):
            self._match_name(term.text, values)
        if term.role in {"content", "action"} and not any(values):
            self._match_slip(term, values)
        return values

    def _match_form(self, form: Form) -> dict[int, float]:
        found: dict[int, float] = {}
        for stem in form.stems:
            of_stem: dict[int, float] = {}
            for other, value in self._near_stems(stem):
                for unit in self._units_of[other]:
                    of_stem[unit] = max(of_stem.get(unit, 0.0), value)
            for unit, value in of_stem.items():
                found[unit] = found.get(unit, 0.0) + value
        count = len(form.stems)
        if count == 1:
            return found
        return {unit: (total if total == count else PARTIAL * total) / count for unit, total in found.items()}

    def _near_stems(self, stem: str) -> Iterable[tuple[str, float]]:
        if stem in self._units_of:
            yield stem, 1.0
        if len(stem) < _SHORTEST_PREFIX:
            return
        for length in range(max(_SHORTEST_PREFIX, len(stem) - _LONGEST_REST), len(stem)):
            if stem[:length] in self._units_of:
                yield stem[:length], PREFIX
        at = bisect_left(self._vocabulary, stem)
        while at < len(self._vocabulary) and self._vocabulary[at].startswith(stem):
            if 0 < len(self._vocabulary[at]) - len(stem) <= _LONGEST_REST:
                yield self._vocabulary[at], PREFIX
            at += 1

    def _match_parts(self, parts: Sequence[Term], values: list[float]) -> None:
        weights = [ROLE_WEIGHT[part.role] for part in parts]
        columns = [self.match(part) for part in parts]
        total = sum(weights) or 1.0
        for unit in range(self._size):
            said = sum(weight * column[unit] for weight, column in zip(weights, columns, strict=True))
            values[unit] = max(values[unit], PARTS * said / total)

    def _match_name(self, name: str, values: list[float]) -> None:
        if _country_keys() & {key(name, "kk"), key(name, "en")}:
            return  # the glossary has all its forms, and Өзбекстан sounds like Қазақстан
        for capital, units in self._capitals.items():
            if all(values[unit] >= SAME_NAME for unit in units):
                continue
            likeness = name_similarity(name, capital, SAME_NAME)
            if likeness >= SAME_NAME:
                for unit in units:
                    values[unit] = max(values[unit], likeness)

    def _match_slip(self, term: Term, values: list[float]) -> None:
        for stem in term.forms[self._lang][0].stems:
            if len(stem) >= _SHORTEST_SLIP:
                near = process.extractOne(stem, self._vocabulary, scorer=OSA.distance, score_cutoff=1)
                for unit in self._units_of[near[0]] if near else ():
                    values[unit] = max(values[unit], SLIP)
