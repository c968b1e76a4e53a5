"""Amounts, shares, counts, dates and times in Kazakh and English text: found, compared, and said in either language."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from qa_bot.language.amounts import match_amount
from qa_bot.language.clock import match_time
from qa_bot.language.dates import match_date
from qa_bot.language.phrasing import render_quantity
from qa_bot.language.tokens import find_tokens
from qa_bot.language.units import Bound, PartialDate, Quantity, QuantityKind
from qa_bot.records import Lang

__all__ = [
    "Bound",
    "PartialDate",
    "Quantity",
    "QuantityKind",
    "bears_out",
    "find_quantities",
    "render_quantity",
    "same_quantity",
]

_LIKE_UNITS: Final = {"USD": "dollar", "fold": "time", "share": "%"}  # told apart in wording, equal in meaning


def find_quantities(text: str, lang: Lang) -> list[Quantity]:
    """Find the quantities of the text, in order and without overlap."""
    return list(_find(text, lang))


@lru_cache(maxsize=4096)
def _find(text: str, lang: Lang) -> tuple[Quantity, ...]:
    tokens = find_tokens(text)
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        match = match_time(tokens, at, lang) or match_date(tokens, at, lang) or match_amount(tokens, at, lang)
        if match is None:
            at += 1
        else:
            found.append(match.quantity)
            at = match.stop
    return tuple(found)


def same_quantity(a: Quantity, b: Quantity) -> bool:
    """Tell whether two quantities say the same, in whatever language and words.

    Dollars and US dollars agree, and so do "3 times" and "3 есе", "half" and "50 percent"; a bare count agrees with
    a count of anything, and with an age. How exact a number is ("more than") makes no difference.
    """
    if a.date is not None or b.date is not None:
        return a.date == b.date and a.upper == b.upper
    if a.upper != b.upper or a.value != b.value:
        return False
    units = {_LIKE_UNITS.get(quantity.unit, quantity.unit) for quantity in (a, b)}
    if a.kind != b.kind:
        return units == {"", "age"} and "count" in (a.kind, b.kind)  # "Smith, 54," and "54 жастағы Смит"
    return len(units) == 1 or (a.kind == "count" and "" in units)


def bears_out(evidence: Quantity, claim: Quantity) -> bool:
    """Tell whether a quantity in a quote proves a claimed one. Unlike `same_quantity`, this has a direction.

    A day proves its year, a year the bare number, which seldom looks like one (1465), and an end of a range proves
    itself; plain dollars do not prove US dollars, nor does a plain number prove "more than" it.
    """
    if claim.bound not in ("", evidence.bound) or (claim.unit == "USD" and evidence.unit != "USD"):
        return False
    if claim.date is not None and evidence.date is not None and claim.upper is None:
        ends = {evidence.date}
        if evidence.upper is not None:
            year, month, day = evidence.date
            last = int(evidence.upper)
            ends.add((last, None, None) if day is None else (year, month, last))
        return any(all(said in (None, shown) for said, shown in zip(claim.date, end, strict=True)) for end in ends)
    if same_quantity(claim, evidence):
        return True
    if claim.kind == "count" and evidence.kind == "year":
        return not claim.unit and (claim.value, claim.upper) == (evidence.value, evidence.upper)
    if evidence.upper is None or claim.upper is not None:
        return False
    ends_alone = (replace(evidence, upper=None), replace(evidence, value=evidence.upper, upper=None))
    return any(same_quantity(claim, end) for end in ends_alone)
