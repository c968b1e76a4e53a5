"""How each language says a quantity: "3 млрд доллар" and "3 billion dollars", "5 желтоқсан" and "5 December"."""

from decimal import Decimal
from typing import Final

from qa_bot.language.months import calendar_name
from qa_bot.language.number_words import number_table
from qa_bot.language.numerals import write_roman
from qa_bot.language.suffix import attach, read_last_word
from qa_bot.language.units import Bound, Quantity, find_unit
from qa_bot.records import Lang

_SCALES: Final[dict[Lang, tuple[tuple[int, str], ...]]] = {
    "kk": ((10**12, "трлн"), (10**9, "млрд"), (10**6, "млн"), (10**3, "мың")),
    "en": ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")),
}
_BOUNDS: Final[dict[Bound, str]] = {
    "over": "more than",
    "under": "less than",
    "near": "nearly",
    "about": "about",
    "least": "at least",
    "most": "at most",
}
_BEFORE_KAZAKH: Final[dict[Bound, str]] = {"about": "шамамен", "least": "кемінде", "most": "ең көбі"}
_AFTER_KAZAKH: Final[dict[Bound, str]] = {"over": "астам", "under": "кем", "near": "жуық"}
_SHARES: Final = {
    Decimal("50.00"): ("half", "жартысы"),
    Decimal("33.33"): ("one third", "үштен бірі"),
    Decimal("66.67"): ("two thirds", "үштен екісі"),
    Decimal("25.00"): ("one quarter", "төрттен бірі"),
    Decimal("75.00"): ("three quarters", "төрттен үші"),
    Decimal("20.00"): ("one fifth", "бестен бірі"),
    Decimal("10.00"): ("one tenth", "оннан бірі"),
}
_MOST_DECIMALS: Final = 3  # digits behind the point beside a word for million; more are written out in full
_SPELLED_ORDINALS: Final = 10
_FIRST_PLAIN_YEAR: Final = 1000  # an earlier one would pass for a count


def render_quantity(quantity: Quantity, target: Lang) -> str:
    """Say the quantity in the language: in its own as the text has it, without a case ending; else translated.

    "US dollars" is said only of unit "USD".
    """
    if _is_written_in(quantity.text, target):
        return quantity.text
    if quantity.date is not None or quantity.kind in ("date", "year", "time"):
        return _render_date(quantity, target)
    if quantity.kind == "ordinal":
        return _render_ordinal(quantity, target)
    said = _render_amount(quantity, target)
    return _render_bound(said, quantity.bound, target) if quantity.bound else said


def _is_written_in(text: str, target: Lang) -> bool:
    """Whether the text has letters, and of the script of the language."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and all(("\u0400" <= letter <= "\u04ff") == (target == "kk") for letter in letters)


def _render_amount(quantity: Quantity, target: Lang) -> str:
    value = quantity.value if quantity.value is not None else Decimal(0)
    if quantity.unit == "share" and value in _SHARES:
        return _SHARES[value][target == "kk"]
    number = _render_range(value, quantity.upper, target) if quantity.upper else _render_number(value, target)
    unit = find_unit("%" if quantity.unit == "share" else quantity.unit)
    if unit is None:
        return number
    if target == "kk":
        return f"{number} {unit.kazakh}"
    return f"{number} {unit.one if abs(value) == 1 and not quantity.upper else unit.many}"


def _render_range(low: Decimal, high: Decimal, target: Lang) -> str:
    low_text, high_text = _render_number(low, target), _render_number(high, target)
    low_number, _, low_scale = low_text.partition(" ")
    if low_scale and not low_scale[0].isdigit() and high_text.endswith(low_scale):
        low_text = low_number
    elif low_text[-1].isdigit() and not high_text[-1].isdigit():
        high_text = _render_digits(high, target)  # in «700–2 мың» the word would be read of both
    return f"{low_text}–{high_text}"


def _render_number(value: Decimal, target: Lang) -> str:
    if value < 0:
        return f"{'минус' if target == 'kk' else 'minus'} {_render_number(-value, target)}"
    for scale, word in _SCALES[target]:
        mantissa = value / scale
        whole = scale > 1000 or mantissa % 1 == 0
        if mantissa >= 1 and whole and mantissa * 10**_MOST_DECIMALS % 1 == 0:
            return f"{_render_digits(mantissa, target)} {word}"
    return _render_digits(value, target)


def _render_digits(value: Decimal, target: Lang) -> str:
    whole = int(value)
    text = f"{whole:,}" if target == "en" else f"{whole:,}".replace(",", " ")
    decimals = f"{value % 1:f}".partition(".")[2].rstrip("0")
    return f"{text}{',' if target == 'kk' else '.'}{decimals}" if decimals else text


def _render_bound(said: str, bound: Bound, target: Lang) -> str:
    if target == "en":
        return f"{_BOUNDS[bound]} {said}"
    if bound in _BEFORE_KAZAKH:
        return f"{_BEFORE_KAZAKH[bound]} {said}"
    whole = "оның "  # a share is in the possessive, which shows only in a phrase: жартысынан астам
    bent = attach(whole + said, "dative" if bound == "near" else "ablative").removeprefix(whole)
    return f"{bent} {_AFTER_KAZAKH[bound]}"


def _render_ordinal(quantity: Quantity, target: Lang) -> str:
    value = int(quantity.value or 0)
    spelled = {int(number): word for word, number in number_table(target, "ordinal").items() if word != "алғашқы"}
    if 1 <= value <= _SPELLED_ORDINALS:
        said = spelled[value]
    elif target == "en":
        said = mark_ordinal(value)
    else:
        said = f"{value}-{'шы' if attach(read_last_word(str(value)), 'plural').endswith('ар') else 'ші'}"
    if quantity.unit == "quarter":
        return f"{said} {'тоқсан' if target == 'kk' else 'quarter'}"
    return said


def mark_ordinal(value: int) -> str:
    """Write an English ordinal in digits: 1st, 12th, 23rd."""
    mark = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{mark}"


def _render_date(quantity: Quantity, target: Lang) -> str:
    """Write a date, year, decade, century, weekday or clock time as the language does."""
    value = int(quantity.value or 0)
    upper = int(quantity.upper) if quantity.upper else None
    if quantity.kind == "time":
        clock = f"{value // 60}:{value % 60:02d}"
        return f"сағат {clock}" if target == "kk" else clock
    if quantity.unit == "weekday":
        return calendar_name("weekday", value, target)
    if quantity.unit == "century":
        return _render_century(value, upper, target)
    if quantity.unit == "decade":
        return f"{value} жылдары" if target == "kk" else f"{value}s"
    year, month, day = quantity.date or (None, None, None)
    if year is not None and month is None:
        return _render_year(year, upper, target)
    days = f"{day}–{upper}" if upper else str(day or "")
    name = calendar_name("month", month, target) if month else ""
    if target == "kk" and not (year or day):
        return f"{name} айы"  # several months alone would pass for another word
    if target == "en":
        parts = (days, name, _render_year(year, None, "en") if year else "")
    else:
        parts = (_render_year_before_month(year) if year else "", days, name)
    return " ".join(part for part in parts if part)


def _render_year_before_month(year: int) -> str:
    return f"б.з.б. {-year} жылғы" if year < 0 else f"{year} жылғы"


def _render_century(value: int, upper: int | None, target: Lang) -> str:
    if value < 0:
        said = _render_century(-value, upper, target)
        return f"б.з.б. {said}" if target == "kk" else f"{said} BC"
    if target == "kk":
        return f"{write_roman(value)}–{write_roman(upper)} ғасырлар" if upper else f"{write_roman(value)} ғасыр"
    return f"{mark_ordinal(value)}–{mark_ordinal(upper)} centuries" if upper else f"{mark_ordinal(value)} century"


def _render_year(year: int, upper: int | None, target: Lang) -> str:
    if upper:
        return f"{year}–{upper} жылдар" if target == "kk" else f"{year}–{upper}"
    if year < 0:
        return f"б.з.б. {-year} жыл" if target == "kk" else f"{-year} BC"
    if year < _FIRST_PLAIN_YEAR:
        return f"б.з. {year} жылы" if target == "kk" else f"AD {year}"
    return f"{year} жыл" if target == "kk" else str(year)
