import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from qa_bot.records import Answer, Article, Quote, Refusal
from tests.hostile import HOSTILE_TEXTS
from tests.pages import OURS, Page
from ui.catalogue import render_catalogue
from ui.feedback import Vote
from ui.paper import render_article, write_place
from ui.reading import (
    list_lines,
    newest_article,
    render_masthead,
    render_turn,
    render_waiting,
    render_welcome,
)
from ui.tab import Exchange
from ui.words import ENGLISH, KAZAKH, Words

STATIC = Path(__file__).parents[1] / "ui/static"


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
    # A part is added to what is there; only the whole is marked as such.
    assert quotes.startswith(context.removesuffix("</section>").replace('"turn"', '"turn whole"'))
    assert "whole" not in context


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
    assert list_lines(answer) == []


def test_further_quotes_name_their_article_once(visit: Article) -> None:
    first = make_answer(visit, "x", "x", "Бұл өте жақсы көрсеткіш.").quotes
    second = make_answer(visit, "x", "x", "Иран президенті").quotes
    page = render_turn(Exchange("?", Answer("?", "kk", "x", "x", first + second, None, 0.9)), {visit.id: visit}, KAZAKH)
    assert page.count('class="source"') == 1
    assert page.count('class="show"') == 2


def test_what_is_copied_is_the_answer_with_its_source(visit: Article) -> None:
    answer = make_answer(visit, "Astana", "Astana\nSaid by Kazinform.", "АСТАНА. KAZINFORM")
    read = Page(render_turn(Exchange("Where?", answer), {visit.id: visit}, ENGLISH))
    assert read.values("value")[0] == f"Astana\nSaid by Kazinform.\n«АСТАНА. KAZINFORM» (Kazinform — {visit.title})"


def test_a_link_asks_the_same_question_in_the_same_language(visit: Article) -> None:
    exchange = Exchange("Қанша & неге?", make_answer(visit, "x", "x", "Иран президенті"))
    link = Page(render_turn(exchange, {visit.id: visit}, KAZAKH)).values("value")[1]
    assert link is not None
    assert parse_qs(link.removeprefix("?")) == {"q": ["Қанша & неге?"], "lang": ["kk"]}


@pytest.mark.parametrize("vote", ["up", "down"])
def test_a_vote_given_shows_on_its_thumb(vote: Vote, visit: Article) -> None:
    exchange = Exchange("?", make_answer(visit, "x", "x", "Иран президенті"), "id-1", vote)
    read = Page(render_turn(exchange, {visit.id: visit}, ENGLISH))
    assert [kind for kind in read.values("class") if kind and "chosen" in kind] == [f"vote {vote} chosen"]
    assert read.values("value")[-2:] == ["id-1", "id-1"]
    assert {ENGLISH.useful, ENGLISH.useless} <= set(read.texts["button"])


def test_a_quote_that_its_article_no_longer_says_there_leads_nowhere(visit: Article) -> None:
    answer = make_answer(visit, "x", "x", "Иран президенті")
    for articles in ({}, {visit.id: replace(visit, text="Жаңа. " + visit.text)}):
        page = render_turn(Exchange("?", answer), articles, ENGLISH)
        assert "href" not in page
        assert ENGLISH.changed in page
        assert "«Иран президенті»" in page


def test_a_courtesy_is_said_quietly_and_there_is_nothing_to_do_with_it() -> None:
    answer = Answer("Сәлем", "kk", "Сәлеметсіз бе!\nСұрақ қойыңыз.", "Сәлеметсіз бе!", (), None, 1.0, "greeting")
    read = Page(render_turn(Exchange("Сәлем", answer), {}, KAZAKH))
    assert read.texts["p"][:2] == ["Сәлеметсіз бе!", "Сұрақ қойыңыз."]
    assert "button" not in read.tags
    assert "short plain" in read.values("class")


def test_a_note_is_said_and_latin_script_is_told_to_screen_readers(visit: Article) -> None:
    quotes = make_answer(visit, "x", "x", "Иран президенті").quotes
    answer = Answer("?", "kk", "", "", quotes, None, 0.9, "summary", note="Qysqasha.", script="Latn")
    page = render_turn(Exchange("?", answer), {visit.id: visit}, KAZAKH)
    assert '<p class="context" lang="kk-Latn">Qysqasha.</p>' in page
    assert 'class="short' not in page


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
    assert read.texts["p"][:-1] == [KAZAKH.refusals["no_articles"]]
    assert "blockquote" not in read.tags


@pytest.mark.parametrize("reason", KAZAKH.refusals)
def test_every_refusal_reason_has_its_words(reason: str) -> None:
    refused = Answer("?", "en", "", "", (), Refusal(reason), 0.0)  # type: ignore[arg-type]
    assert ENGLISH.refusals[reason] in render_turn(Exchange("?", refused), {}, KAZAKH)  # type: ignore[index]


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_hostile_text_stays_text_wherever_it_is_shown(text: str) -> None:
    article = Article(text, text, text, agency=text, place=text, published=text, url=text)
    quote = Quote(article.id, 0, len(text), text, 0, 8)
    answer = Answer(text, "en", f"{text}\n{text}", text, (quote,), None, 0.9, note=text)
    shown = [
        render_turn(Exchange(text, answer), {article.id: article}, ENGLISH),
        render_article(article, ((0, 8),), ENGLISH),
        render_waiting(text, 1, ENGLISH),
        render_welcome([article], ENGLISH),
        render_catalogue([article], 1, ENGLISH),
    ]
    for page in shown:
        read = Page(page)
        assert {"script", "img", "svg", "style", "iframe"}.isdisjoint(read.tags)
        assert {name for name, _ in read.attributes} <= OURS
        assert all(str(address).startswith("#") for address in read.values("href"))
        assert text in "".join(read.texts[read.tags[0]])


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
    assert f'href="{write_place(visit.id)}"' in page
    assert "<code>qa-bot index FOLDER</code>" in render_welcome([], ENGLISH)


@pytest.mark.parametrize("words", [KAZAKH, ENGLISH], ids=["Kazakh", "English"])
def test_the_masthead_carries_the_words_that_the_scripts_say(words: Words) -> None:
    read = Page(render_masthead(words))
    assert read.texts["h1"] == [words.title]
    scripts = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("page.js", "actions.js"))
    wanted = set(re.findall(r'"#?((?:say|name)-[a-z]+)"', scripts)) | {
        f"say-{n}" for n in re.findall(r'said\("(\w+)"\)', scripts)
    }
    assert wanted - {"name-language"} == set(read.values("id"))


def test_a_refusal_is_written_in_the_asker_s_letters_and_keeps_its_note() -> None:
    refused = Answer("?", "kk", "", "", (), Refusal("nothing_more"), 0.0, note="Ескерту.", script="Latn")
    page = render_turn(Exchange("?", refused), {}, ENGLISH)
    assert '<p class="short medium" lang="kk-Latn">Maqalalarda būl turaly būdan artyq eşteñe aitylmağan.</p>' in page
    assert '<p class="context" lang="kk-Latn">Ескерту.</p>' in page
