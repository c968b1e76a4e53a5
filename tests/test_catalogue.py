import pytest

from qa_bot.records import Article
from tests.pages import Page
from ui.catalogue import LISTED, find_articles, order_articles, render_catalogue
from ui.words import ENGLISH, KAZAKH

BRIDGE = Article("bridge", "Астанада көпір ашылды", "x", published="2025-03-10", agency="Kazinform", place="Астана")
PORT = Article("port", "Ақтау порты өсті", "x", published="2025-12-01", agency="ҚазАқпарат", place="Ақтау")
OLD = Article("old", "Ескі хабар", "x")
UNDATED = Article("undated", "Тағы бір хабар", "x", lang="en")
ARTICLES = (BRIDGE, PORT, OLD, UNDATED)


def test_the_newest_article_comes_first_and_undated_ones_last() -> None:
    assert order_articles(ARTICLES) == [PORT, BRIDGE, UNDATED, OLD]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("", [PORT, BRIDGE, UNDATED, OLD]),
        ("   ", [PORT, BRIDGE, UNDATED, OLD]),
        ("көпір", [BRIDGE]),
        ("КӨПІР аста", [BRIDGE]),
        ("копир", [BRIDGE]),
        ("казакпарат", [PORT]),
        ("kazinform", [BRIDGE]),
        ("2025", [PORT, BRIDGE]),
        ("2025-12", [PORT]),
        ("желтоқсан", [PORT]),
        ("December 2025", [PORT]),
        ("хабар", [UNDATED, OLD]),
        ("көпір желтоқсан", []),
        (".*", []),
    ],
)
def test_articles_are_found_by_title_agency_place_and_date(sought: str, found: list[Article]) -> None:
    assert find_articles(ARTICLES, sought) == found


def test_each_article_is_a_link_that_tells_where_it_comes_from() -> None:
    read = Page(render_catalogue([PORT, UNDATED], 4, KAZAKH))
    assert read.values("href") == ["#port", "#undated"]
    assert read.texts["li"] == ["Ақтау порты өстіҚазАқпарат · Ақтау · 2025 жылғы 1 желтоқсан", "Тағы бір хабар"]
    assert read.texts["p"] == ["2 мақала табылды"]


@pytest.mark.parametrize(
    ("found", "said"), [(ARTICLES, "4 articles"), (ARTICLES[:1], "1 article found"), ((), ENGLISH.found_none)]
)
def test_how_many_were_found_is_said(found: tuple[Article, ...], said: str) -> None:
    assert Page(render_catalogue(found, 4, ENGLISH)).texts["p"] == [said]


def test_of_a_great_many_only_the_first_are_listed() -> None:
    many = [Article(f"{i}", f"Article {i}", "x") for i in range(LISTED + 70)]
    read = Page(render_catalogue(many, len(many), ENGLISH))
    assert read.tags.count("li") == LISTED
    assert read.texts["p"] == ["120 articles", ENGLISH.found_more.format(count=70)]
