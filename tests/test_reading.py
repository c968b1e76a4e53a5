from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.records import Answer, Article, Quote, Refusal
from ui.reading import (
    Exchange,
    Shown,
    newest_article,
    read_place,
    render_article,
    render_turn,
    render_waiting,
    render_welcome,
    write_place,
)
from ui.words import ENGLISH, KAZAKH

HOSTILE = """<script>alert(1)</script> "' onload=x </p> $$x$$ **b** `c` &lt; {{x}}"""


OURS = {"class", "id", "lang", "role", "href", "type", "value", "hidden"}  # the attributes that rendering writes


class Page(HTMLParser):
    """Reads rendered HTML back: its elements, the text of each kind of element, and its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)
        self.texts.setdefault(tag, []).append("")
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def values(self, name: str) -> list[str | None]:
        return [value for attribute, value in self.attributes if attribute == name]


def make_answer(article: Article, short: str, text: str, quoted: str, marked: str = "") -> Answer:
    start = article.text.index(quoted)
    mark = article.text.index(marked, start) if marked else start
    quote = Quote(article.id, start, start + len(quoted), quoted, mark, mark + len(marked))
    return Answer("?", "en", text, short, (quote,), None, 0.9)


def test_an_answer_stands_above_its_context_and_its_quote(visit: Article) -> None:
    quoted = "Біз өткен кездесуімізде сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
    answer = make_answer(
        visit, "3 billion dollars", "3 billion dollars\nAccording to the president.", quoted, "3 млрд долларға"
    )
    page = render_turn(Exchange("What is the target?", answer), {visit.id: visit}, ENGLISH)
    parts = ["What is the target?", "3 billion dollars", "According to the president.", "«Біз өткен", "Kazinform —"]
    assert sorted(parts, key=page.index) == parts
    read = Page(page)
    assert read.texts["blockquote"] == [f"«{quoted}»"]
    assert read.texts["strong"] == ["3 млрд долларға"]
    assert read.values("href") == [write_place(visit.id, answer.quotes[0].start, answer.quotes[0].end)]
    # Said in English, quoted in Kazakh: a screen reader has to know which is which.
    assert '<p class="short large" lang="en">' in page
    assert '<blockquote lang="kk">' in page


def test_an_answer_unfolds_in_stages(visit: Article) -> None:
    answer = make_answer(visit, "Astana", "Astana\nSaid by Kazinform.", "АСТАНА. KAZINFORM")
    articles = {visit.id: visit}
    exchange = Exchange("Where?", answer)
    short, context, quotes = (
        render_turn(exchange, articles, ENGLISH, stage) for stage in ("short", "context", "quotes")
    )
    assert "Astana" in short
    assert "Said by" not in short
    assert "Said by" in context
    assert "АСТАНА" not in context
    assert "АСТАНА" in quotes
    assert quotes.startswith(context.removesuffix("</section>"))


def test_a_sentence_that_is_itself_the_answer_is_shown_once(visit: Article) -> None:
    sentence = "Оны да жақын арада шешеміз деп үміттенемін."
    answer = make_answer(visit, f"«{sentence.rstrip('.')}»", f"«{sentence.rstrip('.')}»", sentence)
    page = render_turn(Exchange("Неге?", answer), {visit.id: visit}, KAZAKH)
    read = Page(page)
    assert read.texts["section"][0].count("үміттенемін") == 1
    assert read.texts["blockquote"] == [f"«{sentence}»"]
    copied = read.values("value")[0]
    assert copied is not None
    assert copied.count("үміттенемін") == 1


def test_further_quotes_name_their_article_once(visit: Article) -> None:
    first = make_answer(visit, "x", "x", "Бұл өте жақсы көрсеткіш.").quotes
    second = make_answer(visit, "x", "x", "Иран президенті").quotes
    page = render_turn(Exchange("?", Answer("?", "kk", "x", "x", first + second, None, 0.9)), {visit.id: visit}, KAZAKH)
    assert page.count('class="source"') == 1
    assert page.count('class="show"') == 2


def test_what_is_copied_is_the_answer_with_its_source(visit: Article) -> None:
    answer = make_answer(visit, "Astana", "Astana\nSaid by Kazinform.", "АСТАНА. KAZINFORM")
    read = Page(render_turn(Exchange("Where?", answer), {visit.id: visit}, ENGLISH))
    assert read.values("value") == [
        f"Astana\nSaid by Kazinform.\n«АСТАНА. KAZINFORM» (Kazinform — {visit.title})",
    ]


def test_a_refusal_speaks_the_askers_language_and_quotes_what_is_near(visit: Article) -> None:
    quote = make_answer(visit, "x", "x", "Бұл өте жақсы көрсеткіш.").quotes[0]
    refused = Answer("Who won?", "en", "", "", (), Refusal("not_in_articles", quote), 0.1)
    page = render_turn(Exchange("Who won?", refused), {visit.id: visit}, KAZAKH)
    assert ENGLISH.refusals["not_in_articles"] in page
    assert ENGLISH.nearest in page
    assert Page(page).texts["blockquote"] == ["«Бұл өте жақсы көрсеткіш.»"]
    assert KAZAKH.copy not in page


def test_a_refusal_without_anything_near_is_one_sentence() -> None:
    refused = Answer("Who won?", "kk", "", "", (), Refusal("no_articles"), 0.0)
    read = Page(render_turn(Exchange("Кім жеңді?", refused), {}, KAZAKH))
    assert read.texts["p"] == [KAZAKH.refusals["no_articles"]]


@pytest.mark.parametrize("reason", KAZAKH.refusals)
def test_every_refusal_reason_has_its_words(reason: str) -> None:
    refused = Answer("?", "en", "", "", (), Refusal(reason), 0.0)  # type: ignore[arg-type]
    assert ENGLISH.refusals[reason] in render_turn(Exchange("?", refused), {}, KAZAKH)  # type: ignore[index]


def test_hostile_text_stays_text_wherever_it_is_shown() -> None:
    article = Article("<id>", HOSTILE, HOSTILE, agency=HOSTILE, place=HOSTILE, url="javascript:alert(1)")
    quote = Quote(article.id, 0, len(HOSTILE), HOSTILE, 0, 8)
    answer = Answer(HOSTILE, "en", f"{HOSTILE}\n{HOSTILE}", HOSTILE, (quote,), None, 0.9)
    shown = [
        render_turn(Exchange(HOSTILE, answer), {article.id: article}, ENGLISH),
        render_article(article, ((0, 8),), ENGLISH),
        render_waiting(HOSTILE, 1, ENGLISH),
        render_welcome([article], ENGLISH),
    ]
    for page in shown:
        read = Page(page)
        assert "script" not in read.tags
        assert {name for name, _ in read.attributes} <= {
            "class",
            "id",
            "lang",
            "role",
            "href",
            "type",
            "value",
            "hidden",
        }
        assert not any("javascript" in str(value) for value in read.values("href"))
        assert HOSTILE in "".join(read.texts[read.tags[0]])


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
    assert f'<mark id="quoted">{visit.text[300:350]}</mark>' in page
    assert page.count('id="quoted"') == 1


def test_only_web_addresses_become_links_to_the_original() -> None:
    assert 'href="https://example.org/a?b=1&amp;c=2"' in render_article(
        Article("a", "t", "x", url="https://example.org/a?b=1&c=2"), (), ENGLISH
    )
    assert "href" not in render_article(Article("a", "t", "x", url="file:///etc/passwd"), (), ENGLISH)


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_the_address_of_a_quote_leads_back_to_it(article_id: str) -> None:
    articles = {article_id: Article(article_id, "t", "Екі сөз.")}
    place = write_place(article_id, 4, 8)
    assert read_place(place, articles) == Shown(article_id, ((4, 8),))


@pytest.mark.parametrize(
    "place", ["", "#", "a", "#a:1-1", "#a:5-2", "#a:0-99", "#b:0-1", "#a:-1-2", "#a:0-1;x", "#a:٣-٤", "#a:0-9999999999"]
)
def test_an_address_that_leads_nowhere_is_ignored(place: str) -> None:
    assert read_place(place, {"a": Article("a", "t", "Екі сөз.")}) is None


def test_the_newest_article_has_the_latest_date_or_came_last() -> None:
    old, new = Article("old", "o", "x", published="2024-01-01"), Article("new", "n", "x", published="2025-01-01")
    first, last = Article("first", "f", "x"), Article("last", "l", "x")
    assert newest_article([new, old]) is new
    assert newest_article([first, last]) is last
    assert newest_article([old, first]) is old


def test_the_first_screen_tells_how_many_articles_there_are_and_which_is_newest(visit: Article) -> None:
    page = render_welcome([Article("a", "Ескі", "x"), visit], ENGLISH)
    assert "2 articles" in page
    assert visit.title in page
    assert "qa-bot index" in render_welcome([], ENGLISH)
