"""The page for everybody: by keyboard alone, by screen reader as far as axe can tell, and in one language at a time."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from qa_bot.chain import Ask
from qa_bot.records import Answer, Article, Quote, Refusal
from qa_bot.settings import Settings
from ui.feedback import FILE
from ui.server import create_app
from ui.words import ENGLISH, KAZAKH, Words

expect.set_options(timeout=30_000)

DESK, PHONE = (1280, 800), (390, 844)
LOCALES = {"kk": "kk-KZ", "en": "en-US"}
ASKED = {"kk": ("Межесі қанша?", "Кім жеңді?"), "en": ("What is the target?", "Who won?")}
OFFERED = {"kk": ("Межесі қандай?",), "en": ("What is the target now?",)}
SAID = {"kk": ("3 млрд доллар", "Иран президентінің айтуынша."), "en": ("3 billion dollars", "According to him.")}

Open = Callable[..., Any]

# Words of the interface that a person meets, each with the language it is marked as. What articles say and what was
# asked or answered is not the interface's.
WORDS = """() => {
  const content = "article, blockquote, .source, .name, .about, .newest a, .question, .short, .context, .suggestion";
  const met = [];
  const add = (element, text) => {
    if (!text?.trim() || !element.checkVisibility({ visibilityProperty: true })) return;
    const words = element.closest(".unseen") && element.closest(".question");
    if (element.closest(content) && !words) return;
    met.push([element.closest("[lang]").lang, text.trim()]);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) add(walk.currentNode.parentElement, walk.currentNode.data);
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"]) add(element, element.getAttribute(name));
  return met;
}"""

FOCUSED = """() => {
  const element = document.activeElement;
  const label = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label");
  return (label ?? element.innerText ?? "").trim().replace(/\\s+/g, " ");
}"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site keeps what people say of its answers."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def site(visit: Article, shelf_of: Any, run_app: Any, data: Path) -> Iterator[str]:
    """A server whose answers are known: one with several quotes, and a refusal with something near."""

    def _quote(words: str, mark: str = "") -> Quote:
        start = visit.text.index(words)
        at = visit.text.index(mark, start) if mark else start
        return Quote(visit.id, start, start + len(words), words, at, at + len(mark))

    target = _quote("Біз өткен кездесуімізде сауда айналымын 3 млрд долларға жеткізуге келіскенбіз", "3 млрд")
    near = _quote("Бұл өте жақсы көрсеткіш.")

    def _answer(ask: Ask) -> Answer:
        lang = "kk" if re.search("[а-я]", ask.question) else "en"
        if "target" not in ask.question and "Межесі" not in ask.question:
            return Answer(
                ask.question,
                lang,
                "",
                "",
                (),
                Refusal("not_in_articles", near, OFFERED[lang]),
                0.1,  # type: ignore[arg-type]
            )
        short, context = SAID[lang]
        quotes = (target, _quote("Иран президенті"), near)
        return Answer(ask.question, lang, f"{short}\n{context}", short, quotes, None, 0.9)  # type: ignore[arg-type]

    others = [Article(f"{i}", f"Басқа хабар {i}", "Мәтін.", published="2025-01-02") for i in range(3)]
    suggestions = {lang: (*OFFERED[lang], *ASKED[lang]) for lang in OFFERED}
    with run_app(lambda: create_app(shelf_of(_answer, [*others, visit], suggestions), Settings(data=data))) as address:
        yield address


def find_faults(page: Any, *rules: str) -> list[str]:
    """What axe finds wrong, by all its rules or only some."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


def words_met(page: Any) -> list[tuple[str, str]]:
    """The words of the interface that show, each with its language."""
    return [(lang, text) for lang, text in page.evaluate(WORDS)]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("words", [KAZAKH, ENGLISH], ids=["Kazakh", "English"])
def test_every_state_is_accessible_and_in_one_language(words: Words, size: Any, site: str, visit_page: Open) -> None:
    visit = visit_page(locale=LOCALES[words.lang], size=size)
    visit.open(site)
    page = visit.page
    met: set[tuple[str, str]] = set()

    def _look(state: str) -> None:
        met.update(words_met(page))
        assert (state, find_faults(page)) == (state, [])
        page.emulate_media(color_scheme="dark")
        assert (state, find_faults(page, "color-contrast")) == (state, [])
        page.emulate_media(color_scheme="light")

    _look("empty")
    answered, refused = ASKED[words.lang]
    visit.ask(refused)
    expect(page.locator("#can-ask")).to_have_text(words.can_ask)
    _look("refusal")
    visit.ask(answered)
    page.get_by_role("button", name=words.useful).last.click()
    expect(page.get_by_label(words.word)).to_be_visible()
    _look("answer")
    if size == PHONE:
        page.get_by_role("button", name=words.menu).click()
        expect(page.get_by_role("button", name=words.save)).to_be_visible()
        _look("menu")
        page.keyboard.press("Escape")
        page.locator("#now a.show").first.click()
        expect(page.locator("#steps .at")).to_be_visible()
        _look("sheet")
        page.go_back()
        page.get_by_role("button", name=words.menu).click()
    page.get_by_role("button", name=words.articles).click()
    expect(page.locator("#catalogue li")).to_have_count(4)
    _look("list")
    page.get_by_label(words.seek).fill("жоқ")
    expect(page.locator("#catalogue .count")).to_have_text(words.found_none)
    _look("nothing found")
    foreign = {text for lang, text in met if lang != words.lang}
    assert foreign == {"English" if words.lang == "kk" else "Қазақша"}
    own = " ".join(text for lang, text in met if lang == words.lang)
    keys = r"Shift\+Enter|Enter"
    letters = "[A-Za-z]" if words.lang == "kk" else "[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]"
    assert re.findall(letters, re.sub(keys, "", own)) == [], own
    assert words.ask in own


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def focused(self) -> str:
        """The name of what has the focus; it has to be seen to have it."""
        ring = self.page.evaluate(
            """() => {
              const seen = (element) => getComputedStyle(element).outlineStyle !== "none";
              const element = document.activeElement;
              return seen(element) || (element.nextElementSibling && seen(element.nextElementSibling))
                || element.closest("#composer") !== null;
            }"""
        )
        name: str = self.page.evaluate(FOCUSED)
        assert ring, name
        return name

    def go_to(self, name: str) -> None:
        """Press Tab until something of that name is reached."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED) == name:
                self.focused()
                return
        pytest.fail(f"No way by Tab to: {name}")

    def use(self, name: str, key: str = "Enter") -> None:
        """Reach something and press a key on it."""
        self.go_to(name)
        self.page.keyboard.press(key)


def test_all_that_can_be_done_can_be_done_by_keyboard(  # noqa: PLR0915
    site: str, visit_page: Open, data: Path, wait_for_row: Callable[[Path, str], None]
) -> None:
    visit = visit_page(permissions=["clipboard-read", "clipboard-write"])
    visit.page.add_init_script("window.print = () => (window.printed = true)")
    visit.open(site)
    page, keyboard = visit.page, Keyboard(visit.page)
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(ASKED["en"][1])
    page.keyboard.press("Enter")
    visit.wait_for(ASKED["en"][1])
    keyboard.use(OFFERED["en"][0])
    visit.wait_for(OFFERED["en"][0])

    keyboard.use(ENGLISH.quote_after)
    expect(page.locator("#steps .at")).to_have_text("2 / 3")
    page.keyboard.press("Enter")
    expect(page.locator("#steps .at")).to_have_text("3 / 3")

    page.keyboard.press("/")
    expect(page.locator("#question textarea")).to_be_focused()
    keyboard.use(ENGLISH.articles)
    expect(page.get_by_label(ENGLISH.seek)).to_be_focused()
    page.keyboard.insert_text("басқа")
    expect(page.locator("#catalogue .count")).to_have_text("3 articles found")
    keyboard.use("Басқа хабар 1 2 January 2025")
    expect(page.locator("#article .headline")).to_have_text("Басқа хабар 1")
    keyboard.use(ENGLISH.articles)
    page.keyboard.press("Escape")
    expect(page.locator("#articles")).to_be_focused()

    with page.expect_download():
        keyboard.use(ENGLISH.save)
    keyboard.use(ENGLISH.print)
    assert page.evaluate("window.printed") is True
    keyboard.use(ENGLISH.dark, "Space")
    expect(page.locator("html")).to_have_attribute("data-colours", "dark")

    # The answer's own: its source, copying, a link, a vote with a word.
    page.locator("#now .question").evaluate("question => { question.tabIndex = -1; question.focus(); }")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#quoted")).to_contain_text("3 млрд долларға")
    keyboard.use(ENGLISH.copy)
    expect(page.locator("#now .copy")).to_have_text(ENGLISH.copied, use_inner_text=True)
    keyboard.use(ENGLISH.share)
    expect(page.locator("#now .share")).to_have_text(ENGLISH.shared, use_inner_text=True)
    keyboard.use(ENGLISH.useful)
    keyboard.go_to(ENGLISH.word)
    page.keyboard.type("Thanks")
    page.keyboard.press("Enter")
    expect(page.locator(".thanks")).to_be_visible()
    keyboard.focused()
    wait_for_row(data / FILE, '"comment": "Thanks"')

    keyboard.go_to("English")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    keyboard.use(KAZAKH.renew)
    expect(page.locator(".welcome")).to_be_visible()


def test_on_a_phone_the_sheet_holds_the_focus_and_gives_it_back(site: str, visit_page: Open) -> None:
    visit = visit_page(size=PHONE)
    visit.open(site)
    visit.ask(ASKED["en"][0])
    page = visit.page
    shown = page.locator("#now a.show").first
    shown.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#back")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#reading')")
    page.keyboard.press("Escape")
    expect(shown).to_be_focused()
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#more")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#more")).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#more")).to_be_focused()


def test_an_answer_is_read_aloud_once(site: str, visit_page: Open) -> None:
    visit = visit_page(locale="kk-KZ")
    visit.open(site)
    page = visit.page
    page.evaluate(
        """() => {
          window.heard = [];
          const listen = (status) => new MutationObserver(() => window.heard.push(status.textContent))
            .observe(status, { childList: true, characterData: true, subtree: true });
          new MutationObserver((_, watch) => {
            const said = document.querySelector("#said");
            if (!said) return;
            watch.disconnect();
            window.heard.push(said.textContent);
            listen(said);
          }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    visit.ask(ASKED["en"][0])
    page.wait_for_function("() => window.heard.length")
    page.get_by_label("English").check()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    heard = [said for said in page.evaluate("window.heard") if not said.endswith("…")]
    assert heard == ["3 billion dollars According to him."]
    expect(page.locator("#said")).to_have_attribute("lang", "en")


def test_nothing_moves_for_whoever_wants_no_motion(site: str, visit_page: Open) -> None:
    visit = visit_page(size=PHONE)
    visit.open(site)
    visit.ask(ASKED["en"][0])
    page = visit.page
    page.locator("#now a.show").first.click()
    moving = "document.getAnimations().filter(a => a.playState === 'running').length"
    assert page.evaluate(moving) == 0
