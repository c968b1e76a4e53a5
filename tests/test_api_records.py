from dataclasses import replace

import pytest

from qa_bot.records import Answer, Article, Passage, Quote, Refusal, Retrieved
from ui.answering import Answered
from ui.api_records import answer_body, article_line, hit_body, say_answer, show_url

ARTICLE = Article("a", "Алма", "Алма 500 теңге болды.", url="https://news.example/a", agency="Дала")
QUOTE = Quote("a", 0, 21, "Алма 500 теңге болды.", 5, 14)
ANSWER = Answer("Алма қанша?", "kk", "500 теңге\nДала хабарлады.", "500 теңге", (QUOTE,), None, 0.87654)
REFUSED = Answer("?", "en", "", "", (), Refusal("not_in_articles", QUOTE, ("Алма қанша?",)), 0.2)


def test_an_answer_is_told_with_its_parts_and_the_source_of_its_quotes() -> None:
    told = answer_body(Answered("1", ANSWER, {"a": ARTICLE}, 12.34), "c").model_dump()
    assert (told["id"], told["conversation"], told["ms"], told["confidence"]) == ("1", "c", 12.3, 0.8765)
    assert (told["short"], told["context"], told["note"]) == ("500 теңге", "Дала хабарлады.", None)
    (quote,) = told["quotes"]
    assert (quote["title"], quote["agency"], quote["url"]) == ("Алма", "Дала", "https://news.example/a")
    assert ARTICLE.text[quote["mark_start"] : quote["mark_end"]] == "500 теңге"


def test_an_answer_that_is_all_short_has_no_context() -> None:
    assert answer_body(Answered("1", replace(ANSWER, text="500 теңге"), {"a": ARTICLE}, 1), "c").context is None


def test_a_refusal_speaks_and_points_to_what_comes_nearest() -> None:
    told = answer_body(Answered("1", REFUSED, {"a": ARTICLE}, 1), "c")
    assert (told.status, told.answer, told.quotes) == ("refused", "The articles don’t say.", [])
    assert told.refusal is not None
    assert told.refusal.nearest is not None
    assert told.refusal.nearest.text == QUOTE.text
    assert told.suggestions == told.refusal.suggestions == ["Алма қанша?"]
    assert say_answer(replace(REFUSED, text="Not that I know.")) == "Not that I know."


def test_a_courtesy_offers_its_own_questions() -> None:
    thanks = Answer("Рақмет", "kk", "Оқасы жоқ!", "Оқасы жоқ!", (), None, 1.0, "thanks", ("Алма қанша?",))
    told = answer_body(Answered("1", thanks, {}, 1), "c")
    assert (told.status, told.reply, told.suggestions) == ("answered", "thanks", ["Алма қанша?"])


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("http://a.example", "http://a.example"),
        ("javascript:alert(1)", None),
        ("JavaScript://a.example/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example", None),
        (" https://a.example", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_are_shown(url: str | None, shown: str | None) -> None:
    assert show_url(replace(ARTICLE, url=url)) == shown
    assert article_line(replace(ARTICLE, url=url)).url == shown


def test_a_passage_found_is_told_with_its_source() -> None:
    told = hit_body(Retrieved(Passage("a", 5, 15, "500 теңге "), 0.12345678, {"words": 1}), {"a": ARTICLE})
    assert (told.title, told.start, told.end, told.score) == ("Алма", 5, 15, 0.123457)
