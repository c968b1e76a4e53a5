"""Units: the table is sound, and names are found in their forms."""

from collections import Counter

import pytest

from qa_bot.language.tokens import find_tokens
from qa_bot.language.units import TABLE, UnitMatch, find_unit, match_unit
from qa_bot.records import Lang

ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def read(text: str, lang: Lang) -> UnitMatch | None:
    return match_unit(find_tokens(text), 0, lang)


def test_every_unit_stands_once_in_the_table() -> None:
    assert [key for key, count in Counter(row[0] for row in ROWS).items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_name_of_a_unit_is_found_as_that_unit(row: list[str]) -> None:
    key, _, one, many, more_english, kazakh, more_kazakh = row
    for name in (one, many, *filter(None, more_english.split(";"))):
        match = read(name, "en")
        assert match is not None
        assert match.unit.key in (key, "time")  # "3 times" is both рет and есе
    for name in (kazakh, *filter(None, more_kazakh.split(";"))):
        match = read(name, "kk")
        assert match is not None
        assert match.unit.key == key


@pytest.mark.parametrize(
    ("text", "key", "base", "ending"),
    [
        ("долларға", "dollar", "доллар", "ға"),
        ("АҚШ долларына", "USD", "АҚШ доллары", "на"),
        ("пайыздық", "%", "пайыз", "дық"),
        ("пайыздық тармаққа", "pp", "пайыздық тармақ", "қа"),
        ("мектебі", "school", "мектеп", "і"),
        ("км-ден", "km", "км", "ден"),
        ("елді мекенде", "settlement", "елді мекен", "де"),
        ("мегаваттық", "MW", "мегават", "тық"),
    ],
)
def test_kazakh_unit_is_found_in_its_forms(text: str, key: str, base: str, ending: str) -> None:
    match = read(text, "kk")
    assert match is not None
    assert (match.unit.key, match.ending) == (key, ending)
    assert match.base.startswith(base)


@pytest.mark.parametrize("word", ["айна", "елу", "күнтізбе", "метро", "халқы"])
def test_word_that_begins_like_a_unit_is_none(word: str) -> None:
    assert read(word, "kk") is None


def test_us_dollars_are_told_from_dollars() -> None:
    us, plain = read("US dollars", "en"), read("dollars", "en")
    assert us is not None
    assert plain is not None
    assert (us.unit.key, plain.unit.key) == ("USD", "dollar")


def test_unknown_key_has_no_unit() -> None:
    assert find_unit("furlong") is None
