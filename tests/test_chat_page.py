import asyncio
from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest
from langchain_core.runnables import RunnableLambda

from qa_bot.chain import Ask
from qa_bot.errors import QuestionInvalid
from qa_bot.records import Answer, Article, Quote, Refusal, Turn
from qa_bot.settings import Settings
from ui.chat_page import HISTORY, REMEMBERED, Conversation, Desk, build_page
from ui.reading import Exchange, Shown, write_place
from ui.words import ENGLISH, KAZAKH

SUGGESTED = {"kk": ("Иран президенті кім?",), "en": ("Who is the President of Iran?", "What grew?")}


class Names:
    """Stands for the page's components: each part is its own name, so that an update can be read."""

    suggestions = ("suggestion 1", "suggestion 2", "suggestion 3", "suggestion 4")

    def __getattr__(self, name: str) -> str:
        return name


@pytest.fixture
def desk(visit: Article) -> Callable[[Callable[[Ask], Answer]], Desk]:
    parts: Any = Names()

    def _make(answer: Callable[[Ask], Answer]) -> Desk:
        return Desk(parts, RunnableLambda(answer), {visit.id: visit}, Settings(max_question=50), SUGGESTED)  # type: ignore[arg-type]

    return _make


def lay_out(visit: Article) -> dict[str, Any]:
    """The page's configuration as a browser gets it."""

    async def _build() -> gr.Blocks:
        # Outside a running loop Gradio opens loops of its own and never closes them.
        return build_page(RunnableLambda(refuse), [visit], Settings(), SUGGESTED)  # type: ignore[arg-type]

    config: dict[str, Any] = asyncio.run(_build()).get_config_file()
    return config


def answer_target(visit: Article) -> Answer:
    quoted = "Біз өткен кездесуімізде сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
    start = visit.text.index(quoted)
    quote = Quote(visit.id, start, start + len(quoted), quoted, start, start)
    return Answer("?", "en", "3 billion dollars\nAccording to him.", "3 billion dollars", (quote,), None, 0.9)


def refuse(ask: Ask) -> Answer:
    return Answer(ask.question, "en", "", "", (), Refusal("not_in_articles", None, ("What grew?", "Who?")), 0.1)


def test_an_answer_arrives_question_first_then_short_context_and_quote(visit: Article, desk: Any) -> None:
    updates = list(desk(lambda _: answer_target(visit)).ask("What is the target?", "en", Conversation()))
    assert updates[0]["question"] == ""
    assert ENGLISH.searching.format(articles="1 article") in updates[0]["now"]
    shown = [update["now"] for update in updates[1:4]]
    assert ["3 billion" in page for page in shown] == [True, True, True]
    assert ["According" in page for page in shown] == [False, True, True]
    assert ["келіскенбіз" in page for page in shown] == [False, False, True]
    assert '<mark id="quoted">Біз өткен' in updates[-1]["article"]
    assert updates[-1]["conversation"].exchanges[0].question == "What is the target?"


def test_the_conversation_so_far_goes_along_with_a_question(visit: Article, desk: Any) -> None:
    heard: list[Ask] = []

    def _answer(ask: Ask) -> Answer:
        heard.append(ask)
        return answer_target(visit)

    before = Conversation(tuple(Exchange(f"Question {i}?", answer_target(visit)) for i in range(HISTORY + 2)))
    list(desk(_answer).ask(" Who said so? ", "en", before))
    assert heard[0].question == "Who said so?"
    assert heard[0].lang is None
    assert len(heard[0].history) == HISTORY
    assert heard[0].history[-1] == Turn(f"Question {HISTORY + 1}?", "3 billion dollars\nAccording to him.")


def test_earlier_answers_move_up_and_stay(visit: Article, desk: Any) -> None:
    before = Conversation((Exchange("First?", answer_target(visit)),))
    updates = list(desk(lambda _: answer_target(visit)).ask("Second?", "en", before))
    assert "First?" in updates[0]["past"]
    assert "3 billion" in updates[0]["past"]
    assert "Second?" in updates[0]["now"]


def test_a_long_conversation_keeps_its_latest_exchanges(visit: Article, desk: Any) -> None:
    before = Conversation(tuple(Exchange(f"{i}", answer_target(visit)) for i in range(REMEMBERED)))
    *_, last = desk(lambda _: answer_target(visit)).ask("Newest?", "en", before)
    kept = last["conversation"].exchanges
    assert len(kept) == REMEMBERED
    assert (kept[0].question, kept[-1].question) == ("1", "Newest?")


def test_a_refusal_offers_questions_as_buttons(desk: Any) -> None:
    *_, last = desk(refuse).ask("Who won?", "kk", Conversation())
    assert KAZAKH.can_ask in last["can_ask"]
    assert [last[f"suggestion {i}"]["visible"] for i in (1, 2, 3, 4)] == [True, True, False, False]
    assert last["suggestion 1"]["value"] == "What grew?"


def test_a_refusal_takes_the_marks_of_earlier_answers_away(visit: Article, desk: Any) -> None:
    *_, last = desk(refuse).ask("Who won?", "en", Conversation((), Shown(visit.id, ((10, 30),))))
    assert visit.title in last["article"]
    assert "<mark" not in last["article"]
    assert last["conversation"].shown == Shown(visit.id)


def test_an_answer_offers_nothing_more(visit: Article, desk: Any) -> None:
    *_, last = desk(lambda _: answer_target(visit)).ask("What?", "en", Conversation())
    assert last["can_ask"] == ""
    assert not any(last[f"suggestion {i}"]["visible"] for i in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", ENGLISH.question_empty),
        (" \n ", ENGLISH.question_empty),
        (None, ENGLISH.question_empty),
        (["a"], ENGLISH.question_empty),
        ("я" * 51, "A question can have at most 50 characters; this one has 51."),
    ],
)
def test_a_question_that_cannot_be_asked_never_reaches_the_chain(question: object, said: str, desk: Any) -> None:
    updates = list(desk(lambda _: pytest.fail("asked")).ask(question, "en", Conversation()))
    assert len(updates) == 1
    assert said in updates[0]["notice"]
    assert "question" not in updates[0]


@pytest.mark.parametrize(
    ("error", "said"), [(QuestionInvalid("No letters."), KAZAKH.question_wordless), (RuntimeError("x"), KAZAKH.failed)]
)
def test_a_question_that_failed_is_given_back_with_a_calm_word(
    error: Exception, said: str, visit: Article, desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def _fail(_: Ask) -> Answer:
        raise error

    before = Conversation((Exchange("Бірінші?", answer_target(visit)),))
    *_, last = desk(_fail).ask("🙂", "kk", before)
    assert last["question"] == "🙂"
    assert said in last["notice"]
    assert "Бірінші?" in last["now"]
    assert "conversation" not in last
    assert str(error) in caplog.text


def test_a_followed_quote_is_shown_and_remembered(visit: Article, desk: Any) -> None:
    update = desk(refuse).show(write_place(visit.id, 10, 30), "kk", Conversation())
    assert f'<mark id="quoted">{visit.text[10:30]}</mark>' in update["article"]
    assert update["conversation"].shown == Shown(visit.id, ((10, 30),))


@pytest.mark.parametrize("place", ["#other:0-5", "#iran-president-visit:0-999999", "<script>", None, 5])
def test_a_forged_address_changes_nothing(place: object, desk: Any) -> None:
    before = Conversation()
    assert desk(refuse).show(place, "kk", before) == {"conversation": before}


def test_switching_the_language_keeps_answers_in_theirs(visit: Article, desk: Any) -> None:
    before = Conversation((Exchange("What?", answer_target(visit)),), Shown(visit.id))
    update = desk(refuse).speak("kk", before)
    assert KAZAKH.show_in_article in update["now"]
    assert "According to him." in update["now"]
    assert update["ask"] == KAZAKH.ask
    assert update["question"]["placeholder"] == KAZAKH.ask_hint
    assert update["remembered"] == "kk"
    assert "question" not in str(update.get("notice"))


@pytest.mark.parametrize(
    ("remembered", "accepts", "lang"),
    [("", "en-GB", "en"), ("", "kk", "kk"), ("kk", "en-GB", "kk"), ("xx", "en-GB", "en"), (["kk"], "en", "en")],
)
def test_the_page_opens_in_the_remembered_language_or_the_browsers(
    remembered: object, accepts: str, lang: str, desk: Any
) -> None:
    request: Any = gr.Request(headers={"accept-language": accepts})
    update = desk(refuse).greet(remembered, request)
    assert update["language"]["value"] == lang
    assert update["suggestion 1"]["value"] == SUGGESTED[lang][0]
    assert "Kazinform" in update["article"]


def test_without_articles_the_page_says_how_to_add_some() -> None:
    parts: Any = Names()
    desk = Desk(parts, RunnableLambda(refuse), {}, Settings())
    request: Any = gr.Request(headers={"accept-language": "en"})
    update = desk.greet("", request)
    assert "qa-bot index" in update["now"]
    assert update["article"] == ""


def test_no_event_of_the_page_is_a_public_api(visit: Article) -> None:
    config = lay_out(visit)
    assert {dependency["api_visibility"] for dependency in config["dependencies"]} == {"private"}
    # The conversation is no component that a browser could send back changed.
    states = [component for component in config["components"] if component["type"] == "state"]
    assert all("exchanges" not in str(state["props"]) for state in states)


def test_parts_are_all_laid_out_once(visit: Article) -> None:
    named = [component["props"].get("elem_id") for component in lay_out(visit)["components"]]
    for name in ("past", "now", "can-ask", "notice", "question", "ask", "article", "back", "place", "language"):
        assert named.count(name) == 1, name
