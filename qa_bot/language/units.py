"""What a quantity is, and the units that Kazakh and English text counts in."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

QuantityKind: TypeAlias = Literal["money", "percent", "count", "measure", "date", "year", "time", "duration", "ordinal"]
PartialDate: TypeAlias = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount, a share, a date or a number that stands in a text.

    `start` and `end` are code points of the text and cover the words as they stand; `text` is the same stretch in
    its base form, without the case ending of the last word. `unit` is the key of a unit ("tenge", "km", "person"),
    empty for a bare number; "USD" only where the text says US dollars, "dollar" otherwise. `date` is
    (year, month, day), each possibly unknown. `upper` is the far end of a range, `bound` says how exact the value is.
    """

    kind: QuantityKind
    value: Decimal | None
    unit: str
    text: str
    start: int
    end: int
    date: PartialDate | None = None
    upper: Decimal | None = None
    bound: Literal["", "over", "under", "about", "least"] = ""
