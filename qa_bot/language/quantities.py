"""Amounts, shares, counts, dates and times in Kazakh and English text: found, compared, and said in either language."""

import re
from decimal import Decimal
from typing import Final

from qa_bot.language.units import PartialDate, Quantity, QuantityKind
from qa_bot.records import Lang

__all__ = ["PartialDate", "Quantity", "QuantityKind", "find_quantities", "render_quantity", "same_quantity"]

_SCALES: Final = {"мың": 3, "млн": 6, "миллион": 6, "млрд": 9, "миллиард": 9, "трлн": 12, "триллион": 12,
                  "thousand": 3, "million": 6, "billion": 9, "bn": 9, "trillion": 12}  # fmt: skip
_UNITS: Final[dict[str, tuple[QuantityKind, str]]] = {
    "доллар": ("money", "dollar"), "dollar": ("money", "dollar"), "теңге": ("money", "tenge"), "tenge": ("money", "tenge"),
    "еуро": ("money", "euro"), "euro": ("money", "euro"), "пайыз": ("percent", "%"), "процент": ("percent", "%"),
    "%": ("percent", "%"), "percent": ("percent", "%"), "per cent": ("percent", "%"),
}  # fmt: skip
_AMOUNT: Final = re.compile(
    r"(?P<sign>[$€₸])?(?P<number>\d+(?:[.,]\d+)?)\s*(?P<scale>" + "|".join(_SCALES) + r")?\s*(?P<unit>"
    + "|".join(_UNITS) + r")?",
    re.IGNORECASE,
)  # fmt: skip
_SIGNS: Final = {"$": "dollar", "€": "euro", "₸": "tenge"}


def find_quantities(text: str, lang: Lang) -> list[Quantity]:  # noqa: ARG001
    """Find the quantities of the text, in order and without overlap."""
    found = []
    for match in _AMOUNT.finditer(text):
        value = Decimal(match["number"].replace(",", ".")) * 10 ** _SCALES.get((match["scale"] or "").lower(), 0)
        kind, unit = _UNITS.get((match["unit"] or "").lower(), ("count", ""))
        if match["sign"]:
            kind, unit = "money", _SIGNS[match["sign"]]
        stretch = match.group().rstrip()
        found.append(Quantity(kind, value, unit, stretch, match.start(), match.start() + len(stretch)))
    return found


def render_quantity(quantity: Quantity, target: Lang) -> str:  # noqa: ARG001
    """Say the quantity in the language."""
    return quantity.text


def same_quantity(a: Quantity, b: Quantity) -> bool:
    """Tell whether two quantities say the same: equal kind, value and unit."""
    return (a.kind, a.value, a.unit, a.date) == (b.kind, b.value, b.unit, b.date)
