"""The widget on pages of two other origins, in a real browser before a real server behind a path prefix."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ui.widget.words import BUTTON, PANEL, write_panel_words
from ui.words import ENGLISH, KAZAKH

expect.set_options(timeout=15_000)

ROOT = Path(__file__).parents[2]
DESK, PHONE = (1280, 800), (390, 844)
PREFIX = "/bot"
TARGET = "сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
MOST = 20_000  # bytes on the wire

TURNS = {
    "kk": (
        ("Сауда айналымын қанша долларға жеткізбек?", "3 млрд"),
        ("Тауар айналымы биыл неше пайызға өсті?", "40"),
        ("Иран президенті кім?", "Масуд Пезешкиан"),
    ),
    "en": (
        ("What is the trade target?", "3 billion"),
        ("By how many percent did trade grow?", "40"),
        ("Who is the president of Iran?", "Masoud Pezeshkian"),
    ),
}
BEYOND = {"kk": "1998 жылғы футбол чемпионы кім?", "en": "Who won the football world cup in 1998?"}

PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Портал</title>
<style>body {{ font: 16px/1.6 serif; max-width: 680px; margin: 40px auto; padding: 0 20px }} {css}</style></head>
<body><main><h1>Портал</h1><p>{text}</p><p><a id="next" href="/next">→</a></p></main>
<script src="{bot}/embed.js" {attributes} defer></script></body></html>"""

HOSTILE = """
* { all: unset !important; display: none !important; font-size: 40px !important; opacity: .1 !important;
  position: static !important; transform: scale(3) !important; pointer-events: none !important }
*::backdrop { display: block !important; background: red !important; pointer-events: auto !important }
html, body { display: block !important; transform: rotate(3deg) !important; overflow: hidden !important }
button, iframe, div, span { visibility: hidden !important; width: 1px !important; color: red !important }
"""

SHADOW = "document.querySelector('qa-bot').shadowRoot"


class Portal:
    """Pages of somebody else, at two origins that may embed the bot and at one that may not.

    `near` is the bot's own site on another port; `far` is another site, in whose pages this browser lets the bot's
    frame keep nothing.
    """

    def __init__(self, port: int, other: int) -> None:
        self.near = f"http://127.0.0.1:{port}"
        self.far = f"http://localhost:{port}"
        self.other = f"http://localhost:{other}"
        self.bot = ""
        self.pages: dict[str, tuple[str, str]] = {}

    def put(
        self, path: str, *, css: str = "", policy: str = "", html: str = "", spoken: str = "kk", **given: str
    ) -> str:
        """Keep a page with the widget, whose data- attributes are given, or another. Returns: its path."""
        attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in given.items())
        text = "Бұл бетте қызметкерлерге арналған жаңалықтар жарияланады. " * 30
        page = html or PAGE.format(lang=spoken, css=css, text=text, bot=self.bot, attributes=attributes)
        self.pages[path] = (page, policy)
        return path


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    class _Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page, policy = pages.get(self.path.partition("?")[0], ("", ""))
            self.send_response(200 if page else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            if policy:
                self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Handler) for _ in range(2)]
    built = Portal(*(server.server_address[1] for server in servers))
    pages = built.pages
    pages["/favicon.ico"] = (" ", "")
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield built
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def bot(serve: Callable[..., str], portal: Portal) -> str:
    """The address of a bot that two of the portal's origins may embed."""
    portal.bot = serve(ROOT / "seeds", embed_origins=f"{portal.near} {portal.far}", root_path=PREFIX) + PREFIX
    portal.put("/kk")
    portal.put("/en", spoken="en")
    portal.put("/next", html="<!doctype html><title>next</title><p>next</p>")
    return portal.bot


class Guest:
    """A person before a page of the portal: what is on it of the bot, what was fetched, and what went wrong."""

    def __init__(self, page: Any, portal: Portal) -> None:
        self.page = page
        self.portal = portal
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.asked: list[dict[str, Any]] = []
        page.on("request", self._note)
        page.on("console", lambda said: said.type in {"error", "warning"} and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, request: Any) -> None:
        self.requests.append(request.url)
        if request.url.endswith("/ask/stream"):
            self.asked.append(json.loads(request.post_data))

    @property
    def button(self) -> Any:
        return self.page.locator("qa-bot .toggle")

    @property
    def panel(self) -> Any:
        return self.page.frame_locator("qa-bot iframe")

    @property
    def frame(self) -> Any:
        return next(frame for frame in self.page.frames if "/widget" in frame.url)

    @property
    def input(self) -> Any:
        return self.panel.locator("textarea")

    def visit(self, path: str, site: str = "") -> None:
        self.page.goto((site or self.portal.near) + path)
        self.button.wait_for()

    def open(self, path: str, site: str = "") -> None:
        """Visit a page and open the panel by its button."""
        self.visit(path, site)
        self.button.click()
        self.panel.locator("main > *").first.wait_for()

    def ask(self, question: str) -> Any:
        """Ask and wait for the whole answer. Returns: where it stands."""
        turns = self.panel.locator(".turn")
        before = turns.count()
        self.input.fill(question)
        self.input.press("Enter")
        expect(turns).to_have_count(before + 1)
        expect(turns.last).not_to_have_attribute("aria-busy", "true")
        return turns.last

    def focused(self) -> str:
        """What has the focus: the button, the frame, or a tag of the page's own."""
        found: str = self.page.evaluate(
            f"document.activeElement.tagName === 'QA-BOT' ? {SHADOW}.activeElement.tagName.toLowerCase()"
            " : document.activeElement.tagName.toLowerCase()"
        )
        return found


@pytest.fixture
def guest(chromium: Any, portal: Portal, bot: str) -> Iterator[Callable[..., Guest]]:
    """Let somebody come: `guest(lang="en", size=PHONE)`, on a browser of their own or in another's new tab."""
    contexts: list[Any] = []
    guests: list[Guest] = []

    def _come(lang: str = "kk", size: tuple[int, int] = DESK, beside: Guest | None = None, **options: Any) -> Guest:
        if beside:
            context = beside.page.context
        else:
            locale = "kk-KZ" if lang == "kk" else "en-US"
            context = chromium.new_context(
                locale=locale,
                viewport={"width": size[0], "height": size[1]},
                reduced_motion="reduce",
                has_touch=size == PHONE,
                **options,
            )
            contexts.append(context)
        come = Guest(context.new_page(), portal)
        guests.append(come)
        return come

    yield _come
    cookies = [context.cookies() for context in contexts]
    for context in contexts:
        context.close()
    near = (portal.near, portal.far, portal.other, bot.removesuffix(PREFIX))
    assert [url for come in guests for url in come.requests if not url.startswith(near)] == []
    assert [come.complaints for come in guests if come.complaints] == []
    assert not any(cookies)


@pytest.mark.parametrize("site", ["near", "far"])
@pytest.mark.parametrize("lang", ["kk", "en"])
def test_a_listed_site_converses_over_three_turns(lang: str, site: str, guest: Callable[..., Guest]) -> None:
    come = guest(lang)
    come.open(f"/{lang}", getattr(come.portal, site))
    for question, short in TURNS[lang]:
        turn = come.ask(question)
        expect(turn.locator("h2")).to_contain_text(question)
        expect(turn.locator(".short")).to_contain_text(short)
        expect(turn.locator("blockquote").first).to_contain_text("«")
    # One conversation, whose name the server gave.
    first, *later = [asked.get("conversation") for asked in come.asked]
    assert first is None
    assert len(set(later)) == 1
    assert re.fullmatch(r"[\w-]{20,}", later[0])


@pytest.mark.parametrize(("lang", "words"), [("kk", KAZAKH), ("en", ENGLISH)])
def test_a_quote_opens_its_article_at_the_sentence(lang: str, words: Any, guest: Callable[..., Guest]) -> None:
    come = guest(lang)
    come.open(f"/{lang}")
    turn = come.ask(TURNS[lang][0][0])
    expect(turn.locator("blockquote").first).to_contain_text(TARGET)
    expect(turn.locator("strong").first).to_contain_text("3 млрд")
    source = turn.locator("a.source").first
    expect(source).to_contain_text("Kazinform")
    expect(source.locator("u")).to_have_text(words.show_in_article)
    source.click()
    expect(come.panel.locator("mark")).to_contain_text(TARGET)
    expect(come.panel.locator("mark")).to_be_in_viewport(ratio=1)
    expect(come.panel.locator("#return")).to_be_focused()
    expect(come.panel.locator("#return")).to_have_text(words.back)
    come.panel.locator("#return").click()
    expect(come.panel.locator("#reading")).to_be_hidden()
    expect(source).to_be_focused()


@pytest.mark.parametrize(("lang", "words"), [("kk", KAZAKH), ("en", ENGLISH)])
def test_a_refusal_offers_questions_that_are_answered(lang: str, words: Any, guest: Callable[..., Guest]) -> None:
    come = guest(lang)
    come.open(f"/{lang}")
    turn = come.ask(BEYOND[lang])
    expect(turn.locator(".short")).to_have_text(words.refusals["not_in_articles"])
    offered = turn.locator("button.ask")
    assert 1 <= offered.count() <= 3
    offered.first.click()
    expect(come.panel.locator(".turn")).to_have_count(2)
    expect(come.panel.locator(".turn").last.locator("blockquote").first).to_be_visible()


@pytest.mark.parametrize("lang", ["kk", "en"])
def test_a_site_that_is_not_listed_is_told_so_in_its_language(lang: str, guest: Callable[..., Guest]) -> None:
    come = guest(lang)
    come.visit(f"/{lang}", come.portal.other)
    come.button.click()
    note = come.page.locator("qa-bot .note")
    expect(note).to_contain_text(BUTTON[lang].unlisted)  # type: ignore[index]
    expect(note).to_contain_text(come.portal.other)
    expect(note).to_be_focused()
    assert come.page.locator("qa-bot iframe").count() == 0
    assert come.asked == []
    come.page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(come.button).to_be_focused()
    # The browser says why, and so does the script, to whoever looks after the page.
    assert any("frame-ancestors" in said or "Framing" in said for said in come.complaints)
    assert any(f"{come.portal.other} is not among the QA_BOT_EMBED_ORIGINS" in said for said in come.complaints)
    come.complaints.clear()


def test_a_bot_that_does_not_answer_is_not_called_a_refusal(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.visit("/en")
    come.page.route("**/widget**", lambda route: route.abort())
    come.button.click()
    note = come.page.locator("qa-bot .note")
    expect(note).to_contain_text(BUTTON["en"].silent)
    come.page.unroute("**/widget**")
    note.get_by_role("button", name=BUTTON["en"].close).click()
    # What could not be had is asked for again.
    come.button.click()
    expect(come.panel.locator("main .ask").first).to_be_visible()
    assert all("ERR_FAILED" in said for said in come.complaints)
    come.complaints.clear()


def test_two_lines_are_enough_for_the_strictest_policy_of_a_page(guest: Callable[..., Guest], bot: str) -> None:
    come = guest("en")
    origin = bot.removesuffix(PREFIX)
    policy = f"default-src 'none'; script-src {origin}; frame-src {origin}; require-trusted-types-for 'script'"
    html = PAGE.format(lang="en", css="", text="", bot=bot, attributes='data-color="#7a1fa2"').replace(
        "<style>", "<!--"
    )
    html = html.replace("</style>", "-->")
    come.portal.put("/strict", html=html, policy=policy)
    come.open("/strict", come.portal.far)
    assert come.page.evaluate(f"getComputedStyle({SHADOW}.querySelector('.layer')).position") == "fixed"
    expect(come.ask("What is the trade target?").locator(".short")).to_contain_text("3 billion")


def test_the_style_of_the_page_does_not_reach_the_widget(guest: Callable[..., Guest]) -> None:
    come = guest()
    come.portal.put("/hostile", css=HOSTILE)
    looks: list[Any] = []
    for path in ("/kk", "/hostile"):
        come.open(path, come.portal.far)
        expect(come.panel.locator("main .ask").first).to_be_visible()
        looks.append(
            come.page.evaluate(
                f"""[...{SHADOW}.querySelectorAll("button, button *, .panel, iframe")].map(part => {{
                  const {{ x, y, width, height }} = part.getBoundingClientRect();
                  const {{ color, backgroundColor, font, opacity, cursor, visibility }} = getComputedStyle(part);
                  return [part.tagName, x, y, width, height, color, backgroundColor, font, opacity, cursor, visibility];
                }})"""
            )
        )
    assert looks[0] == looks[1]
    expect(come.ask(TURNS["kk"][0][0]).locator(".short")).to_contain_text("3 млрд")


def test_the_page_stays_as_it_was(guest: Callable[..., Guest]) -> None:
    come = guest()
    look = """() => {
      const rest = document.documentElement.cloneNode(true);
      rest.querySelector("qa-bot")?.remove();
      const styles = [...document.querySelectorAll("html, body, body *")].map(part => {
        const style = getComputedStyle(part);
        return [...style].map(name => style.getPropertyValue(name)).join();
      });
      return [rest.outerHTML, styles.join(), document.adoptedStyleSheets.length, scrollX, scrollY];
    }"""
    names = "Object.getOwnPropertyNames(window).filter(name => isNaN(name))"
    come.page.route("**/embed.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    come.page.goto(come.portal.near + "/kk")
    bare, bare_names = come.page.evaluate(look), set(come.page.evaluate(names))
    come.page.unroute("**/embed.js")
    come.open("/kk")
    come.ask(TURNS["kk"][0][0])
    assert come.page.evaluate(look) == bare
    assert set(come.page.evaluate(names)) - bare_names == {"qaBot"}
    assert come.page.evaluate("Object.keys(qaBot).sort().join()") == "close,open"
    assert come.page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_escape_closes_step_by_step_and_the_focus_returns(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.visit("/en")
    keys = come.page.keyboard
    come.button.focus()
    keys.press("Enter")
    expect(come.button).to_have_attribute("aria-expanded", "true")
    expect(come.input).to_be_focused()
    keys.type("What is the trade target?")
    keys.press("Enter")
    source = come.panel.locator("a.source").first
    source.wait_for()
    source.focus()
    keys.press("Enter")
    expect(come.panel.locator("#return")).to_be_focused()
    keys.press("Escape")
    expect(source).to_be_focused()
    keys.press("Escape")
    expect(come.page.locator("qa-bot .panel")).to_be_hidden()
    expect(come.button).to_be_focused()
    expect(come.button).to_have_attribute("aria-expanded", "false")
    # What was said is still there.
    keys.press("Enter")
    expect(come.panel.locator(".turn")).to_have_count(1)
    expect(come.input).to_be_focused()


def test_the_focus_goes_round_within_the_panel(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.ask("What is the trade target?")
    for key in ("Tab", "Shift+Tab"):
        seen: list[str] = []
        for _ in range(30):
            come.page.keyboard.press(key)
            assert come.focused() == "iframe"
            seen.append(come.frame.evaluate("document.activeElement.outerHTML"))
        assert len(set(seen)) > 8
        assert seen.index(seen[-1]) < 29  # it came round
        assert all(part.startswith(("<a", "<button", "<textarea")) for part in seen)


def test_every_function_works_by_keyboard(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    keys = come.page.keyboard

    def _press(name: str) -> None:
        for _ in range(30):
            keys.press("Tab")
            if come.frame.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent") == name:
                keys.press("Enter")
                return
        pytest.fail(f"No Tab leads to {name!r}.")

    expect(come.panel.locator("main .ask")).to_have_count(4)
    question = come.panel.locator("main .ask").first.inner_text()
    _press(question)
    expect(come.panel.locator(".turn h2")).to_contain_text(question)
    come.panel.locator(".actions").wait_for()
    _press(ENGLISH.useful)
    useful = come.panel.get_by_role("button", name=ENGLISH.useful, exact=True)
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(come.panel.locator(".actions [role=status]")).to_have_text(ENGLISH.thanks)
    _press(ENGLISH.copy)
    expect(come.panel.locator(".actions [role=status]")).to_have_text(ENGLISH.copied)
    _press("Қазақша")
    expect(come.panel.locator("html")).to_have_attribute("lang", "kk")
    expect(come.panel.get_by_role("button", name=KAZAKH.useful, exact=True)).to_have_attribute("aria-pressed", "true")
    _press("English")
    keys.press("/")
    expect(come.input).to_be_focused()
    keys.type("one")
    keys.press("Shift+Enter")
    keys.type("two")
    assert come.input.input_value() == "one\ntwo"
    _press(ENGLISH.renew)
    expect(come.panel.locator(".welcome")).to_be_visible()
    _press(PANEL["en"].close)
    expect(come.button).to_be_focused()


def test_what_is_copied_holds_the_answer_the_quote_and_its_source(guest: Callable[..., Guest]) -> None:
    come = guest("en", permissions=["clipboard-read", "clipboard-write"])
    come.open("/en")
    come.ask("What is the trade target?")
    come.panel.get_by_role("button", name=ENGLISH.copy).click()
    expect(come.panel.locator(".actions [role=status]")).to_have_text(ENGLISH.copied)
    come.page.locator("h1").first.click()
    copied = come.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("3 billion dollars\n")
    assert f"{TARGET}" in copied
    assert "(Kazinform — " in copied


def test_two_tabs_and_two_people_never_mix(guest: Callable[..., Guest]) -> None:
    first, stranger = guest("en"), guest("en")
    beside = guest(beside=first)
    for come, question in (
        (first, "What is the trade target?"),
        (beside, "Who is the president of Iran?"),
        (stranger, "By how many percent did trade grow?"),
    ):
        come.open("/en")
        expect(come.panel.locator(".welcome")).to_be_visible()
        come.ask(question)
        come.ask(question)
    names = {come.asked[1]["conversation"] for come in (first, beside, stranger)}
    assert len(names) == 3
    for come in (first, beside, stranger):
        expect(come.panel.locator(".turn")).to_have_count(2)


def test_a_copied_tab_starts_anew_while_the_first_goes_on(guest: Callable[..., Guest]) -> None:
    first = guest("en")
    first.open("/en")
    first.ask("What is the trade target?")
    kept = first.frame.evaluate("sessionStorage.getItem('qa-bot')")
    copy = guest(beside=first)
    copy.open("/en")
    # What a browser does when a tab is duplicated.
    copy.frame.evaluate("kept => sessionStorage.setItem('qa-bot', kept)", kept)
    copy.open("/en")
    expect(copy.panel.locator(".welcome")).to_be_visible()
    expect(copy.panel.locator(".turn")).to_have_count(0)
    copy.ask("Who is the president of Iran?")
    first.ask("Who is the president of Iran?")
    assert "conversation" not in copy.asked[0]
    assert first.asked[1]["conversation"] == json.loads(kept)["conversation"]


def test_a_new_chat_forgets_the_old_one_here_and_at_the_server(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.ask("What is the trade target?")
    old = json.loads(come.frame.evaluate("sessionStorage.getItem('qa-bot')"))["conversation"]
    with come.page.expect_response(lambda got: got.request.method == "DELETE") as deleted:
        come.panel.get_by_role("button", name=ENGLISH.renew).click()
    assert deleted.value.status == 204
    assert deleted.value.url.endswith(f"/conversations/{old}")
    expect(come.panel.locator(".welcome")).to_be_visible()
    come.ask("Who is the president of Iran?")
    assert "conversation" not in come.asked[1]
    assert old not in come.frame.evaluate("sessionStorage.getItem('qa-bot')")


def test_a_reload_goes_on_with_the_conversation(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.ask("What is the trade target?")
    come.page.reload()
    come.button.click()
    expect(come.panel.locator(".turn .short")).to_contain_text("3 billion")
    come.ask("Who is the president of Iran?")
    assert come.asked[1]["conversation"]
    expect(come.panel.locator(".turn")).to_have_count(2)


def test_a_conversation_that_the_server_forgot_is_said_to_be_new(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.ask("What is the trade target?")
    come.frame.evaluate(
        "fetch('api/v1/conversations/' + JSON.parse(sessionStorage.getItem('qa-bot')).conversation, {method: 'DELETE'})"
    )
    expect(come.ask("Who is the president of Iran?").locator(".soft").first).to_have_text(ENGLISH.lost)


def test_what_was_kept_too_long_is_not_shown(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.ask("What is the trade target?")
    come.frame.evaluate(
        """() => {
          const kept = JSON.parse(sessionStorage.getItem("qa-bot"));
          sessionStorage.setItem("qa-bot", JSON.stringify({ ...kept, at: kept.at - 61 * 60000 }));
        }"""
    )
    come.open("/en")
    expect(come.panel.locator(".welcome")).to_be_visible()
    expect(come.panel.locator(".turn")).to_have_count(0)


def test_the_back_button_knows_nothing_of_the_widget(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.page.goto(come.portal.near + "/next")
    come.visit("/en")
    length = come.page.evaluate("history.length")
    come.button.click()
    come.ask("What is the trade target?")
    come.panel.locator("a.source").first.click()
    expect(come.panel.locator("mark")).to_be_visible()
    come.panel.locator("#return").click()
    come.panel.locator("#language").click()
    come.panel.locator("#shut").click()
    assert come.page.evaluate("history.length") == length
    come.page.go_back()
    assert come.page.url == come.portal.near + "/next"
    come.page.go_forward()
    come.button.click()
    expect(come.panel.locator(".turn")).to_have_count(1)


def test_on_a_phone_the_panel_takes_the_whole_screen(guest: Callable[..., Guest]) -> None:
    come = guest("kk", PHONE)
    come.open("/kk")
    dialog = come.page.locator("qa-bot [role=dialog]")
    expect(dialog).to_have_attribute("aria-modal", "true")
    box = dialog.bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    # No keyboard rises over the first screen.
    expect(come.panel.locator("h1")).to_be_focused()
    turn = come.ask(TURNS["kk"][0][0])
    turn.locator("a.source").first.click()
    expect(come.panel.locator("mark")).to_be_in_viewport(ratio=1)
    assert come.frame.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    come.panel.locator("#return").click()
    come.panel.get_by_role("button", name=PANEL["kk"].close).click()
    expect(dialog).to_be_hidden()
    expect(come.button).to_be_focused()


def test_an_answer_that_comes_while_the_panel_is_closed_leaves_a_dot(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.input.fill("What is the trade target?")
    come.frame.evaluate(
        """() => {
          document.querySelector("form").requestSubmit();
          document.querySelector("#shut").click();
        }"""
    )
    expect(come.page.locator("qa-bot .dot")).to_be_visible()
    expect(come.button).to_have_accessible_name(f"{ENGLISH.title}: {BUTTON['en'].unread}")
    come.button.click()
    expect(come.page.locator("qa-bot .dot")).to_be_hidden()
    expect(come.panel.locator(".turn .short")).to_contain_text("3 billion")


def test_the_attributes_of_the_script_are_followed(guest: Callable[..., Guest]) -> None:
    come = guest("kk")
    come.portal.put("/given", lang="en", title="Ask <b>us</b>", position="left", greeting="Good day & <i>welcome</i>.")
    come.open("/given")
    box = come.page.locator("qa-bot .panel").bounding_box()
    assert box["x"] == 20
    expect(come.button).to_have_text("Ask <b>us</b>")
    expect(come.panel.locator("h1")).to_have_text("Ask <b>us</b>")
    expect(come.panel.locator(".purpose")).to_have_text("Good day & <i>welcome</i>.")
    expect(come.panel.locator("html")).to_have_attribute("lang", "en")
    assert (box["width"], box["height"]) == (380, 560)


def test_a_page_can_begin_with_a_question_and_an_open_panel(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.portal.put("/begun", lang="en", open="", question="What is the trade target?")
    come.visit("/begun")
    expect(come.panel.locator(".turn .short")).to_contain_text("3 billion")
    # Nobody asked for it, so nobody's focus is taken.
    assert come.focused() == "body"
    assert [asked["question"] for asked in come.asked] == ["What is the trade target?"]
    come.page.evaluate("qaBot.close()")
    expect(come.page.locator("qa-bot .panel")).to_be_hidden()
    come.page.evaluate("qaBot.open('Who is the president of Iran?')")
    expect(come.panel.locator(".turn .short").last).to_contain_text("Masoud Pezeshkian")


def test_a_pages_own_question_begins_a_conversation_and_does_not_go_on_with_one(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.portal.put("/begun", lang="en", open="", question="What is the trade target?")
    for _ in range(2):
        come.visit("/begun")
        expect(come.panel.locator(".turn .short")).to_contain_text("3 billion")
    assert len(come.asked) == 1


def test_what_the_page_asks_while_something_is_answered_waits(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.page.evaluate("qaBot.open('What is the trade target?'); qaBot.open('Who is the president of Iran?')")
    expect(come.panel.locator(".turn .short").first).to_contain_text("3 billion")
    expect(come.panel.locator(".turn .short").last).to_contain_text("Masoud Pezeshkian")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["#ffd400", "#0b0b0b", "#d33"])
def test_whatever_the_colour_its_text_can_be_read(colour: str, scheme: str, guest: Callable[..., Guest]) -> None:
    come = guest("en", color_scheme=scheme)
    come.portal.put("/coloured", lang="en", color=colour)
    come.open("/coloured")
    expect(come.panel.locator("#language")).to_be_visible()
    measure = """([ink, paper]) => {
      const shine = colour => {
        const [r, g, b] = colour.match(/\\d+(\\.\\d+)?/g).slice(0, 3).map(part => {
          const share = part / 255;
          return share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4;
        });
        return .2126 * r + .7152 * g + .0722 * b + .05;
      };
      const [dim, bright] = [shine(ink), shine(paper)].sort((a, b) => a - b);
      return bright / dim;
    }"""
    pairs = [
        come.page.evaluate(
            f"(() => {{ const s = getComputedStyle({SHADOW}.querySelector('.toggle'));"
            " return [s.color, s.backgroundColor]; })()"
        ),
        come.frame.evaluate(
            "[getComputedStyle(document.querySelector('#language')).color,"
            " getComputedStyle(document.body).backgroundColor]"
        ),
        come.frame.evaluate(
            "(() => { const s = getComputedStyle(document.querySelector('form button'));"
            " return [s.color, s.backgroundColor]; })()"
        ),
    ]
    ratios = [come.page.evaluate(measure, pair) for pair in pairs]
    assert min(ratios) >= 4.5, list(zip(pairs, ratios, strict=True))


def test_messages_of_others_are_not_listened_to(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    rogue = "<script>parent.postMessage({qaBot: 'close'}, '*'); parent.postMessage({qaBot: 'here'}, '*')</script>"
    come.portal.put("/rogue", html=rogue)
    come.open("/en")
    expect(come.panel.locator("main .ask").first).to_be_visible()
    # To the page: from itself, and from another frame in it.
    come.page.evaluate(
        """site => new Promise(done => {
          postMessage({ qaBot: "close" }, "*");
          const frame = document.createElement("iframe");
          frame.onload = () => setTimeout(done, 200);
          frame.src = site + "/rogue";
          document.body.append(frame);
        })""",
        come.portal.other,
    )
    expect(come.page.locator("qa-bot .panel")).to_be_visible()
    expect(come.page.locator("qa-bot .note")).to_have_count(0)
    # To the panel: from itself, and from a frame beside it.
    come.frame.evaluate("postMessage({ qaBot: 'open', question: 'Who?' }, '*')")
    come.page.evaluate(
        f"""() => new Promise(done => {{
          const frame = document.createElement("iframe");
          document.body.append(frame);
          const panel = {SHADOW}.querySelector("iframe").contentWindow;
          frame.contentWindow.Function("panel", "panel.postMessage({{ qaBot: 'open', question: 'Who?' }}, '*')")(panel);
          setTimeout(done, 300);
        }})"""
    )
    assert come.asked == []
    expect(come.panel.locator(".turn")).to_have_count(0)


def test_an_answer_can_be_stopped(guest: Callable[..., Guest]) -> None:
    come = guest("en")
    come.open("/en")
    come.page.route("**/ask/stream", lambda _: None)
    come.input.fill("What is the trade target?")
    come.input.press("Enter")
    stop = come.panel.get_by_role("button", name=ENGLISH.stop)
    expect(stop).to_be_visible()
    expect(come.panel.locator(".wait")).to_have_text("Searching 1 article…")
    expect(come.panel.locator(".wait")).to_be_visible()
    stop.click()
    expect(come.panel.locator(".turn .soft")).to_have_text(PANEL["en"].stopped)
    come.page.unroute("**/ask/stream")
    come.panel.get_by_role("button", name=PANEL["en"].again).click()
    expect(come.panel.locator(".turn .short")).to_contain_text("3 billion")
    expect(come.panel.locator(".turn")).to_have_count(1)
    come.complaints.clear()


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (503, "busy", PANEL["kk"].busy),
        (429, "too-many", PANEL["kk"].often),
        (500, "failed", KAZAKH.failed),
        (422, "question-invalid", KAZAKH.question_wordless),
        (0, "", PANEL["kk"].silent),
    ],
    ids=["busy", "too many", "failed", "no words", "offline"],
)
def test_what_went_wrong_is_said_calmly_and_can_be_tried_again(
    status: int, kind: str, said: str, guest: Callable[..., Guest]
) -> None:
    come = guest("kk")
    come.open("/kk")
    problem = json.dumps({"type": f"/api/docs#{kind}", "status": status})
    come.page.route(
        "**/ask/stream",
        lambda route: (
            route.fulfill(status=status, body=problem, content_type="application/problem+json")
            if status
            else route.abort()
        ),
    )
    come.input.fill("Иран президенті кім?")
    come.input.press("Enter")
    expect(come.panel.locator(".turn .soft")).to_have_text(said)
    # Not lost, and said in the language chosen then.
    come.panel.locator("#language").click()
    expect(come.panel.locator(".turn .soft")).not_to_have_text(said)
    come.panel.locator("#language").click()
    expect(come.panel.locator(".turn .soft")).to_have_text(said)
    come.page.unroute("**/ask/stream")
    come.panel.get_by_role("button", name=PANEL["kk"].again).click()
    expect(come.panel.locator(".turn .short")).to_contain_text("Масуд Пезешкиан")
    come.complaints.clear()


def test_a_plain_frame_needs_no_script_and_traps_nobody(guest: Callable[..., Guest], bot: str) -> None:
    come = guest("en")
    html = (
        f'<!doctype html><title>frame</title><iframe src="{bot}/widget?lang=en" title="Bot"></iframe><a href="#">x</a>'
    )
    come.portal.put("/frame", html=html)
    come.page.goto(come.portal.near + "/frame")
    panel = come.page.frame_locator("iframe")
    expect(panel.locator("main .ask").first).to_be_visible()
    expect(panel.locator("#shut")).to_be_hidden()
    panel.locator("textarea").fill("What is the trade target?")
    panel.locator("textarea").press("Enter")
    expect(panel.locator(".turn .short")).to_contain_text("3 billion")
    panel.locator("form button").focus()
    come.page.keyboard.press("Tab")
    assert come.focused() == "a"


def test_markup_in_articles_is_shown_as_text(hostile_site: str, chromium: Any) -> None:
    context = chromium.new_context(locale="kk-KZ")
    page = context.new_page()
    page.goto(f"{hostile_site}/widget?lang=kk")
    expect(page.locator(".welcome cite")).to_have_text("Алма бағасы <img src=x onerror=window.hacked=1> $$x$$")
    page.fill("textarea", "Алма қанша теңге болды? <img src=x onerror=window.hacked=1>")
    page.press("textarea", "Enter")
    expect(page.locator(".turn h2")).to_contain_text("<img src=x onerror=window.hacked=1>")
    page.locator(".turn .source").first.click()
    expect(page.locator("article mark")).to_contain_text("<script>window.hacked=1</script>")
    expect(page.locator("article")).to_contain_text('{{x}} ${x} &lt;b&gt; <a href="javascript:window.hacked=1">')
    assert page.evaluate("window.hacked") is None
    context.close()


def visible_text(come: Guest) -> str:
    """What can be read or heard in the panel: its text, labels and hints; not what articles and questions say."""
    heard: str = come.frame.evaluate(
        """() => {
          const own = document.body.cloneNode(true);
          const theirs = "script, noscript, cite, blockquote, article, h2, [lang]:not(.soft)";
          for (const other of own.querySelectorAll(theirs))
            if (other.id !== "language") other.remove();
          const labels = [...own.querySelectorAll("*")].flatMap(part =>
            ["aria-label", "title", "placeholder"].map(name => part.getAttribute(name) ?? ""));
          own.querySelector("#language").remove();
          return [own.textContent, ...labels].join(" ");
        }"""
    )
    return heard


@pytest.mark.parametrize("lang", ["kk", "en"])
def test_each_interface_speaks_one_language_in_every_state(lang: str, guest: Callable[..., Guest]) -> None:
    come = guest(lang)
    come.open(f"/{lang}")
    come.panel.locator("main .ask").first.wait_for()
    foreign = "[A-Za-z]{2,}" if lang == "kk" else "[А-Яа-яӘ-ӿ]{2,}"
    heard = [visible_text(come)]
    for question in (TURNS[lang][0][0], BEYOND[lang]):
        come.ask(question)
        heard.append(visible_text(come))
    come.panel.locator("a.source").first.click()
    come.panel.locator("mark").wait_for()
    heard.append(visible_text(come))
    assert [re.findall(foreign, text) for text in heard] == [[]] * len(heard)
    # Every word of the panel was there to be heard, or is said only when something is wrong.
    assert len(" ".join(heard)) > 300
    assert write_panel_words([])[lang]["conversation"] in heard[0]


AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def check_access(come: Guest, state: str) -> None:
    for frame in (come.page.main_frame, *([come.frame] if len(come.page.frames) > 1 else [])):
        frame.evaluate(AXE)
        # The page around is somebody else's; a frame is checked by itself.
        found = frame.evaluate(
            "top => axe.run(top ? 'qa-bot' : document, {iframes: false})", frame.parent_frame is None
        )
        faults = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]]
        assert faults == [], f"{state}: {faults}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_state_shuts_anybody_out(size: tuple[int, int], scheme: str, guest: Callable[..., Guest]) -> None:
    come = guest("kk", size, color_scheme=scheme)
    come.visit("/kk")
    check_access(come, "closed")
    come.button.click()
    come.panel.locator("main .ask").first.wait_for()
    check_access(come, "first screen")
    come.ask(TURNS["kk"][0][0])
    check_access(come, "answer")
    come.ask(BEYOND["kk"])
    check_access(come, "refusal")
    come.panel.locator("a.source").first.click()
    come.panel.locator("mark").wait_for()
    check_access(come, "article")
    come.page.keyboard.press("Escape")
    come.page.route("**/ask/stream", lambda route: route.abort())
    come.input.fill("Кім?")
    come.input.press("Enter")
    come.panel.locator(".turn").last.get_by_role("button").wait_for()
    check_access(come, "error")
    come.complaints.clear()


def test_a_refused_site_is_told_in_a_way_that_shuts_nobody_out(guest: Callable[..., Guest]) -> None:
    come = guest("kk")
    come.visit("/kk", come.portal.other)
    come.button.click()
    come.page.locator("qa-bot .note").wait_for()
    check_access(come, "refused")
    come.complaints.clear()


def test_what_comes_over_the_wire_until_the_panel_is_ready_stays_small(guest: Callable[..., Guest]) -> None:
    come = guest("kk")
    done: list[Any] = []

    def _note(request: Any) -> None:
        done.append(request)

    come.page.on("requestfinished", _note)
    come.visit("/kk")
    come.button.click()
    expect(come.panel.locator("main .ask").first).to_be_visible()
    ours: dict[str, int] = {}
    for request in done:
        if request.url.startswith(come.portal.bot):
            sizes = request.sizes()
            ours[request.url] = sizes["responseHeadersSize"] + sizes["responseBodySize"]
    assert {url.partition("?")[0].rpartition("/")[2] for url in ours} == {
        "embed.js",
        "widget",
        "panel.js",
        "panel.css",
        "suggestions",
    }
    assert 0 < sum(ours.values()) <= MOST, ours
