import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.records import Article
from tests.pages import Page
from ui.paper import describe_article, read_place, render_article, render_steps, write_place
from ui.tab import Place, Shown
from ui.words import ENGLISH, KAZAKH

lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(lines, st.integers(0, 80), st.integers(1, 40))
def test_an_article_reads_exactly_as_it_is_written(text: str, start: int, length: int) -> None:
    article = Article("a", "t", text)
    span = (min(start, len(text)), min(start + length, len(text)))
    page = render_article(article, (span,), KAZAKH)
    assert "\n" not in page
    read = Page(page)
    # After the byline, each line of text is one paragraph.
    assert read.texts["p"][1:] == [line for line in text.split("\n") if line.strip()]
    wanted = [line for line in text[slice(*span)].split("\n") if line]
    marked = [mark for mark in read.texts.get("mark", []) if mark.strip()]
    assert marked == [line for line in wanted if line.strip()]


def test_overlapping_quotes_are_marked_without_repeating_text(visit: Article) -> None:
    page = render_article(visit, ((10, 60), (30, 90), (10, 60)), KAZAKH)
    read = Page(page)
    assert "".join(read.texts["mark"]) == visit.text[10:90]
    assert "\n".join(read.texts["p"][1:]) == "\n".join(line for line in visit.text.split("\n") if line.strip())


def test_the_first_quote_is_the_one_to_scroll_to(visit: Article) -> None:
    page = render_article(visit, ((300, 350), (10, 60)), KAZAKH)
    assert f'<mark class="here" id="quoted">{visit.text[300:350]}</mark>' in page
    assert page.count('id="quoted"') == 1


def test_a_quote_that_begins_inside_another_is_still_the_one_to_scroll_to(visit: Article) -> None:
    page = render_article(visit, ((30, 90), (10, 60)), KAZAKH)
    assert f'<mark>{visit.text[10:30]}</mark><mark class="here" id="quoted">{visit.text[30:90]}</mark>' in page
    assert page.count('id="quoted"') == 1


def test_one_quote_needs_no_steps() -> None:
    assert render_steps(None, KAZAKH) == ""
    assert render_steps(Shown((Place("a", 0, 5),)), KAZAKH) == ""


def test_steps_lead_to_the_quote_before_and_after_across_articles() -> None:
    places = (Place("a", 0, 5), Place("b:1", 3, 9), Place("a", 7, 9))
    read = Page(render_steps(Shown(places, 1), ENGLISH))
    assert read.texts["p"] == ["2 / 3"]
    assert read.values("value") == ["#a:0-5", "#a:7-9"]
    assert read.texts["button"] == [ENGLISH.quote_before, ENGLISH.quote_after]


@pytest.mark.parametrize(("at", "over"), [(0, "before"), (1, "after")])
def test_at_either_end_a_step_leads_nowhere(at: int, over: str) -> None:
    places = (Place("a", 0, 5), Place("a", 7, 9))
    read = Page(render_steps(Shown(places, at), ENGLISH))
    assert [kind for kind in read.values("class") if kind and kind.endswith(" over")] == [f"step {over} over"]


def test_an_article_says_where_it_comes_from_as_far_as_it_does() -> None:
    whole = Article("a", "t", "x", agency="Kazinform", place="Астана", published="2025-12-11")
    assert describe_article(whole, KAZAKH) == "Kazinform · Астана · 2025 жылғы 11 желтоқсан"
    assert describe_article(Article("a", "t", "x", published="2025-12-11"), ENGLISH) == "11 December 2025"
    assert describe_article(Article("a", "t", "x"), KAZAKH) == ""


def test_only_web_addresses_become_links_to_the_original() -> None:
    assert 'href="https://example.org/a?b=1&amp;c=2"' in render_article(
        Article("a", "t", "x", url="https://example.org/a?b=1&c=2"), (), ENGLISH
    )
    assert "href" not in render_article(Article("a", "t", "x", url="file:///etc/passwd"), (), ENGLISH)


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_the_address_of_a_quote_or_an_article_leads_back_to_it(article_id: str) -> None:
    articles = {article_id: Article(article_id, "t", "Екі сөз.")}
    place = write_place(article_id, 4, 8)
    assert read_place(place, articles) == Place(article_id, 4, 8)
    assert read_place(write_place(article_id), articles) == Place(article_id)


@pytest.mark.parametrize(
    "place",
    [
        "",
        "#",
        "#b",
        "#a:",
        "#a:1",
        "#a:1-1",
        "#a:5-2",
        "#a:0-99",
        "#b:0-1",
        "#a:-1-2",
        "#a:0-1;x",
        "#a:٣-٤",
        "#a:0-9999999999",
    ],
)
def test_an_address_that_leads_nowhere_is_ignored(place: str) -> None:
    assert read_place(place, {"a": Article("a", "t", "Екі сөз.")}) is None
