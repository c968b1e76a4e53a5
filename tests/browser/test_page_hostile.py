"""Whatever articles and askers write, the page shows it as it is, runs none of it and fetches nothing for it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from qa_bot.chain import Ask
from qa_bot.records import Answer, Article, Quote
from qa_bot.settings import Settings
from tests.hostile import HOSTILE_TEXTS
from ui.server import create_app
from ui.words import ENGLISH

Open = Callable[..., Any]

# The one character that no HTML can hold, a browser leaves out.
SHOWN = tuple(text.replace("\u0000", "") for text in HOSTILE_TEXTS)

FOREIGN = "#masthead, #desk"
ELEMENTS = "script, img, svg, math, iframe, object, embed, video, link, style, base, meta, template, form, details"


@pytest.fixture
def site(shelf_of: Any, run_app: Any) -> Iterator[str]:
    """A server that holds every hostile text as an article's line, and in each thing that is said about articles."""
    lines = Article(
        "lines", HOSTILE_TEXTS[0], "\n".join(HOSTILE_TEXTS), agency=HOSTILE_TEXTS[3], place=HOSTILE_TEXTS[4]
    )
    front = [
        Article(text, text, "Мәтін.", agency=text, place=text, published=text, url=text) for text in HOSTILE_TEXTS[::5]
    ]
    quotes, at = [], 0
    for text in HOSTILE_TEXTS:
        quotes.append(Quote("lines", at, at + len(text), text, at + 1, at + min(5, len(text))))
        at += len(text) + 1

    def _answer(ask: Ask) -> Answer:
        said = "\n".join(("Жауап", *HOSTILE_TEXTS))
        return Answer(
            ask.question, "kk", said, "Жауап", tuple(quotes), None, 0.9, "answer", HOSTILE_TEXTS[:4], HOSTILE_TEXTS[1]
        )

    shelf = shelf_of(_answer, [*front, lines], {"en": HOSTILE_TEXTS[:4]})
    with run_app(lambda: create_app(shelf, Settings())) as address:
        yield address


def test_two_hundred_hostile_texts_are_text(site: str, visit_page: Open) -> None:
    assert len(HOSTILE_TEXTS) >= 200
    visit = visit_page()
    visit.open(site)
    page = visit.page
    expect(page.locator("#suggestions button:visible").first).to_have_text(SHOWN[0])
    visit.ask(HOSTILE_TEXTS[5])
    texts = "elements => elements.map(element => element.textContent)"
    assert page.eval_on_selector_all("#now .context", texts)[: len(SHOWN)] == list(SHOWN)
    assert page.eval_on_selector_all("#now blockquote", texts) == [f"«{text}»" for text in SHOWN]
    expect(page.locator("#article .headline")).to_have_text(SHOWN[0])
    assert page.eval_on_selector_all("#article .byline ~ p", texts) == list(SHOWN)
    page.locator("#now a.show").nth(7).click()
    expect(page.locator("#quoted")).to_have_text(SHOWN[7])
    page.get_by_role("button", name=ENGLISH.articles).click()
    expect(page.locator("#catalogue li")).to_have_count(len(HOSTILE_TEXTS[::5]) + 1)
    names = page.eval_on_selector_all("#catalogue .name", texts)
    assert set(names) == {SHOWN[0], *SHOWN[::5]}
    page.locator("#catalogue a").nth(3).click()
    expect(page.locator("#article .headline")).to_have_text(names[3])
    for place in range(6, len(HOSTILE_TEXTS), 100):
        page.fill("#question textarea", HOSTILE_TEXTS[place])
        visit.send()
        expect(page.locator("#now .question")).to_contain_text(SHOWN[place].strip())
    with page.expect_download():
        page.get_by_role("button", name=ENGLISH.save).click()
    page.reload()
    page.wait_for_selector("#now .whole")
    assert page.evaluate("window.hacked") is None
    assert page.locator(FOREIGN).locator(ELEMENTS).count() == 0
    strange = """() => [...document.querySelectorAll("#masthead *, #desk *")].flatMap(element =>
      element.getAttributeNames().filter(name => name.startsWith("on") || name === "srcdoc"))"""
    assert page.evaluate(strange) == []
    links = page.eval_on_selector_all("#desk a", "links => links.map(link => link.getAttribute('href')[0])")
    assert set(links) == {"#"}
