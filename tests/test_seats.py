"""A seat of government stands for its country, but not where it is a place."""

import pytest

from qa_bot.analysis import analyse_article
from qa_bot.language.glossary import translate
from qa_bot.language.words import find_words
from qa_bot.records import Article, Lang
from qa_bot.seats import find_country, in_kazakh
from qa_bot.terms import find_terms
from tests.conftest import ROOT

TABLE = [line.split("\t") for line in (ROOT / "qa_bot" / "seats.tsv").read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(
    ("seat", "before", "lang", "country"),
    [
        ("Tehran", "what does", "en", "Iran"),
        ("Tehran", "matter to", "en", "Iran"),
        ("New Delhi", "relations with", "en", "India"),
        ("Kremlin", "according to the", "en", "Russia"),
        ("Tehran", "in", "en", None),
        ("Tehran", "his trip to", "en", None),
        ("Tehran", "visited", "en", None),
        ("Almaty", "what does", "en", None),
        ("Тегеран", "", "kk", "Iran"),
        ("Тегеранның", "", "kk", "Iran"),
        ("Астанамен", "", "kk", "Kazakhstan"),
        ("Ақорда", "", "kk", "Kazakhstan"),
        ("Тегеранда", "", "kk", None),
        ("Астанаға", "", "kk", None),
        ("Астанадағы", "", "kk", None),
        ("Мәскеуден", "", "kk", None),
        ("Шымкент", "", "kk", None),
    ],
)
def test_a_seat_stands_for_its_country_unless_it_is_a_place(
    seat: str, before: str, lang: Lang, country: str | None
) -> None:
    assert find_country(seat, before.split(), lang) == country


@pytest.mark.parametrize("names", TABLE, ids=lambda names: names[0])
def test_the_glossary_knows_seat_and_country(names: list[str]) -> None:
    for name in names:
        words = [word.text for word in find_words(name)]
        assert any(match.end - match.start == len(words) for match in translate(words, "en"))
        assert all(kazakh[0].isupper() or kazakh == "еліміз" for kazakh in in_kazakh(name))


def test_no_seat_stands_twice() -> None:
    assert len({seat for seat, _ in TABLE}) == len(TABLE)


def test_what_the_seat_wants_is_read_where_the_country_is_named() -> None:
    units = analyse_article(Article("a", "Сауда", "Иран сауданы дамытуға мүдделі. Алматыда қар жауды.")).units
    (term,) = (term for term in find_terms("What does Tehran want?", "en") if term.text == "Tehran")
    (place,) = (term for term in find_terms("What happened in Tehran?", "en") if term.text == "Tehran")
    assert units.match(term)[:2] == [pytest.approx(0.8), 0.0]
    assert units.match(place)[:2] == [0.0, 0.0]
