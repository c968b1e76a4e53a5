"""Quantities: the table tells what is found in a text and how the other language says it."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.quantities import Quantity, bears_out, find_quantities, render_quantity, same_quantity
from qa_bot.records import Lang

TABLE = Path(__file__).parent / "tables" / "quantities.tsv"
OTHER: dict[Lang, Lang] = {"kk": "en", "en": "kk"}
SIGNED = st.sampled_from(["dollar", "USD", "tenge", "euro", "%", "km", "person", "country", "year", "day", ""])


def read_rows() -> list[tuple[Lang, str, list[str]]]:
    lines = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    rows = (line.split("\t") for line in lines)
    return [("kk" if lang == "kk" else "en", text, rest) for lang, text, *rest in rows]


def find_one(text: str, lang: Lang) -> Quantity:
    found = find_quantities(text, lang)
    assert len(found) == 1, found
    return found[0]


def describe(quantity: Quantity, text: str, lang: Lang) -> list[str]:
    numbers = ["" if n is None else f"{n.normalize():f}" for n in (quantity.value, quantity.upper)]
    date = "-".join("?" if part is None else str(part) for part in quantity.date) if quantity.date else ""
    return [
        text[quantity.start : quantity.end],
        quantity.kind,
        *numbers,
        quantity.unit,
        quantity.bound,
        date,
        quantity.text,
        render_quantity(quantity, OTHER[lang]),
    ]


@pytest.mark.parametrize(
    ("lang", "text", "row"), read_rows(), ids=lambda value: value if isinstance(value, str) else value[0]
)
def test_quantity_is_found_and_said_as_the_table_tells(lang: Lang, text: str, row: list[str]) -> None:
    assert row in [describe(quantity, text, lang) for quantity in find_quantities(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "row"), read_rows(), ids=lambda value: value if isinstance(value, str) else value[0]
)
def test_what_is_said_in_the_other_language_is_the_same_quantity(lang: Lang, text: str, row: list[str]) -> None:
    quantity = next(q for q in find_quantities(text, lang) if describe(q, text, lang) == row)
    assert same_quantity(quantity, find_one(render_quantity(quantity, OTHER[lang]), OTHER[lang]))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Бұл туралы онда оның бірге барғаны айтылған, үшін алтын", "kk"),
        ("Мемлекеттер бір-бірімен жүздеген келісім жасады", "kk"),
        ("COVID-19 бен Ту-154, 5G желісі", "kk"),
        ("Біріншіден, бұл маңызды", "kk"),
        ("One of the leaders may march in a 5G network", "en"),
    ],
)
def test_words_that_only_look_like_numbers_are_none(text: str, lang: Lang) -> None:
    assert find_quantities(text, lang) == []


@pytest.mark.parametrize(
    ("kazakh", "english"),
    [
        ("3 млрд долларға", "three billion dollars"),
        ("3 млрд АҚШ доллары", "$3bn"),
        ("40 пайызға", "forty percent"),
        ("40%-ға", "40 per cent"),
        ("жартысы", "50 percent"),
        ("3 есе", "threefold"),
        ("2025 жылғы 12 желтоқсанда", "December 12, 2025"),
        ("ХХ ғасырда", "20th century"),
        ("он бес компания", "fifteen companies"),
        ("5 адам", "5"),
        ("сағат 15:00-де", "3 pm"),
    ],
)
def test_same_quantity_is_known_across_languages_and_spellings(kazakh: str, english: str) -> None:
    a, b = find_one(kazakh, "kk"), find_one(english, "en")
    assert same_quantity(a, b)
    assert same_quantity(b, a)


@pytest.mark.parametrize(
    ("kazakh", "english"),
    [
        ("3 млрд доллар", "3 million dollars"),
        ("3 млрд доллар", "3 billion euros"),
        ("3 млрд доллар", "3 billion tonnes"),
        ("40 пайыз", "40 people"),
        ("2025 жылы", "12 December 2025"),
        ("5-6 млрд доллар", "5 billion dollars"),
        ("5 компания", "5 countries"),
        ("5 күн", "5 hours"),
    ],
)
def test_different_quantities_are_told_apart(kazakh: str, english: str) -> None:
    assert not same_quantity(find_one(kazakh, "kk"), find_one(english, "en"))


@pytest.mark.parametrize(
    ("quoted", "claimed", "borne_out"),
    [
        ("2025 жылғы 12 желтоқсанда", "2025", True),
        ("2025 жылғы 12 желтоқсанда", "12 December", True),
        ("2025 жылы", "12 December 2025", False),
        ("5 желтоқсан", "5 December 2025", False),
        ("3 млрд доллар", "3 billion dollars", True),
        ("3 млрд доллар", "3 billion US dollars", False),
        ("3 млрд АҚШ доллары", "3 billion dollars", True),
        ("40 пайыз", "more than 40 percent", False),
        ("40 пайыздан астам", "more than 40 percent", True),
        ("5-6 млрд доллар", "6 billion dollars", True),
        ("5-6 млрд доллар", "7 billion dollars", False),
        ("2025-2026 жылдары", "2026", True),
        ("5-7 желтоқсан", "7 December", True),
        ("5-7 желтоқсан", "6 December", False),
        ("1465 жылы", "1465", True),
        ("1465 жылы", "1466", False),
        ("1465 жылы", "1465 people", False),
        ("50 адамнан артық емес", "at most 50 people", True),
        ("50 адамнан артық емес", "more than 50 people", False),
    ],
)
def test_quote_proves_no_more_than_it_says(quoted: str, claimed: str, borne_out: bool) -> None:
    assert bears_out(find_one(quoted, "kk"), find_one(claimed, "en")) is borne_out


@given(st.text(alphabet="0123456789 ,.-–%$€:/жылпазнкодртем", max_size=40), st.sampled_from(["kk", "en"]))
def test_quantities_lie_in_order_without_overlap(text: str, lang: Lang) -> None:
    found = find_quantities(text, lang)
    ends = [0]
    for quantity in found:
        assert ends[-1] <= quantity.start < quantity.end <= len(text)
        assert quantity.text
        ends.append(quantity.end)


@given(st.integers(min_value=1, max_value=10**13), SIGNED, st.sampled_from(["kk", "en"]))
def test_amount_survives_being_said_in_either_language(value: int, unit: str, lang: Lang) -> None:
    kinds = {"%": "percent", "km": "measure", "year": "duration", "day": "duration"}
    kind = kinds.get(unit, "money" if unit in ("dollar", "USD", "tenge", "euro") else "count")
    year_like = kind in ("count", "duration") and 100 <= value <= 2100 and unit in ("", "year")
    if year_like:
        return
    text = "" if unit == "%" else "·"
    quantity = Quantity(kind, Decimal(value), unit, text or "%", 0, 1)  # type: ignore[arg-type]
    said = find_one(render_quantity(quantity, lang), lang)
    assert (said.value, said.unit, said.kind) == (quantity.value, unit, kind)


@given(st.dates(), st.sampled_from(["kk", "en"]))
def test_date_survives_being_said_in_either_language(date: object, lang: Lang) -> None:
    year, month, day = (int(part) for part in str(date).split("-"))
    quantity = Quantity("date", None, "", "·", 0, 1, (year, month, day))
    if year >= 1000:
        assert same_quantity(quantity, find_one(render_quantity(quantity, lang), lang))


def test_own_language_is_said_as_the_text_has_it_without_the_case() -> None:
    assert render_quantity(find_one("3,5 млрд АҚШ долларына", "kk"), "kk") == "3,5 млрд АҚШ доллары"
    assert render_quantity(find_one("40 пайызға", "kk"), "kk") == "40 пайыз"
    assert render_quantity(find_one("$3bn", "en"), "en") == "$3bn"
