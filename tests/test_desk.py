import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.runnables import RunnableLambda

from qa_bot.chain import Ask
from qa_bot.errors import QuestionInvalid, ServerBusy
from qa_bot.records import Answer, Article, Quote, Refusal
from qa_bot.settings import Settings
from tests.pages import Page
from ui.conversations import HISTORY, hash_conversation
from ui.desk import Arrival, Desk, read_arrival, read_object
from ui.feedback import FILE
from ui.followups import FollowUps
from ui.paper import write_place
from ui.tab import Conversation, Exchange, Place, Shown, WaitingRoom
from ui.words import ENGLISH, KAZAKH

SUGGESTED = {"kk": ("Иран президенті кім?",), "en": ("Who is the President of Iran?", "What grew?")}

Answering = Callable[[Ask], Answer]


class Names:
    """Stands for the page's components: each part is its own name, so that an update can be read."""

    suggestions = ("suggestion 1", "suggestion 2", "suggestion 3", "suggestion 4")

    def __getattr__(self, name: str) -> str:
        return name


@pytest.fixture
def make_desk(visit: Article, tmp_path: Path) -> Callable[..., Desk]:
    def _make(
        answer: Answering,
        articles: Mapping[str, Article] | None = None,
        follow_ups: FollowUps | None = None,
        **given: object,
    ) -> Desk:
        parts: Any = Names()
        settings = Settings(data=tmp_path, max_question=50, **given)  # type: ignore[arg-type]
        known = {visit.id: visit} if articles is None else articles
        chain: Any = RunnableLambda(answer)
        return Desk(parts, chain, known, settings, SUGGESTED, WaitingRoom(settings), follow_ups)  # type: ignore[arg-type]

    return _make


@pytest.fixture
def target(visit: Article) -> Answer:
    quoted = "Біз өткен кездесуімізде сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
    start = visit.text.index(quoted)
    quote = Quote(visit.id, start, start + len(quoted), quoted, start, start)
    return Answer("?", "en", "3 billion dollars\nAccording to him.", "3 billion dollars", (quote,), None, 0.9)


def refuse(ask: Ask) -> Answer:
    return Answer(ask.question, "en", "", "", (), Refusal("not_in_articles", None, ("What grew?", "Who?")), 0.1)


def ask(desk: Desk, *given: Any) -> list[dict[str, Any]]:
    """Ask, and hear all that comes of it."""

    async def _ask() -> list[dict[str, Any]]:
        return [update async for update in desk.ask(*given)]

    return asyncio.run(_ask())


def arrive(desk: Desk, language: str = "en", accepts: str = "", **said: object) -> dict[str, Any]:
    request: Any = gr.Request(headers={"accept-language": accepts})
    return desk.greet(json.dumps({"language": language, **said}), request)


def offered(update: Mapping[str, Any]) -> list[str]:
    """The questions on the buttons that show."""
    buttons = [update[name] for name in Names.suggestions]
    return [button["value"] for button in buttons if button["visible"]]


begun = Conversation("begun")


def test_an_answer_arrives_question_first_then_short_context_and_quote(target: Answer, make_desk: Any) -> None:
    updates = ask(make_desk(lambda _: target), "What is the target?", "en", begun)
    assert updates[0]["question"] == ""
    assert updates[0]["conversation"].pending == "What is the target?"
    assert ENGLISH.searching.format(articles="1 article") in updates[0]["now"]
    shown = [update["now"] for update in updates[1:4]]
    assert ["3 billion" in page for page in shown] == [True, True, True]
    assert ["According" in page for page in shown] == [False, True, True]
    assert ["келіскенбіз" in page for page in shown] == [False, False, True]
    assert '<mark class="here" id="quoted">Біз өткен' in updates[-1]["article"]
    conversation = updates[-1]["conversation"]
    assert (conversation.exchanges[0].question, conversation.pending) == ("What is the target?", "")


def test_the_conversation_so_far_goes_along_with_a_question(target: Answer, make_desk: Any) -> None:
    heard: list[Ask] = []

    def _answer(ask: Ask) -> Answer:
        heard.append(ask)
        return target

    before = replace(begun, exchanges=tuple(Exchange(f"Question {i}?", target) for i in range(HISTORY + 2)))
    ask(make_desk(_answer), " Who said so? ", "en", before)
    assert heard[0].question == "Who said so?"
    assert heard[0].lang is None
    assert heard[0].history == before.history


def test_earlier_answers_move_up_and_stay(target: Answer, make_desk: Any) -> None:
    before = replace(begun, exchanges=(Exchange("First?", target),))
    updates = ask(make_desk(lambda _: target), "Second?", "en", before)
    assert "First?" in updates[0]["past"]
    assert "3 billion" in updates[0]["past"]
    assert "Second?" in updates[0]["now"]


def test_a_refusal_offers_questions_in_its_own_language(make_desk: Any) -> None:
    desk = make_desk(refuse)
    *_, last = ask(desk, "Who won?", "kk", begun)
    update = desk.go_on("kk", last["conversation"])
    assert update["can_ask"] == f'<p lang="en">{ENGLISH.can_ask}</p>'
    assert offered(update) == ["What grew?", "Who?"]


def test_a_refusal_takes_the_marks_of_earlier_answers_away(visit: Article, make_desk: Any) -> None:
    *_, last = ask(make_desk(refuse), "Who won?", "en", replace(begun, shown=Shown((Place(visit.id, 10, 30),))))
    assert visit.title in last["article"]
    assert "<mark" not in last["article"]
    assert last["conversation"].shown == Shown((Place(visit.id),))


def test_a_courtesy_offers_its_own_questions(make_desk: Any) -> None:
    def _greet(ask: Ask) -> Answer:
        return Answer(ask.question, "kk", "Сәлем!", "Сәлем!", (), None, 1.0, "greeting", ("Кім келді?",))

    desk = make_desk(_greet)
    *_, last = ask(desk, "Сәлем", "kk", begun)
    update = desk.go_on("kk", last["conversation"])
    assert (update["can_ask"], offered(update)) == (f'<p lang="kk">{KAZAKH.can_ask}</p>', ["Кім келді?"])


def test_an_answer_offers_questions_to_go_on_with(visit: Article, target: Answer, make_desk: Any) -> None:
    def _try_out(_: Ask) -> Answer:
        return replace(target, quotes=(Quote(visit.id, 0, len(visit.text), visit.text, 0, 0),))

    after = replace(begun, exchanges=(Exchange("Қанша?", target),))
    update = make_desk(refuse, follow_ups=FollowUps(_try_out)).go_on("kk", after)
    assert update["can_ask"] == f'<p lang="en">{ENGLISH.go_on}</p>'
    assert len(offered(update)) == 1
    assert offered(make_desk(refuse).go_on("kk", after)) == []


def test_a_busy_server_offers_nothing(target: Answer, make_desk: Any) -> None:
    def _refuse(_: Ask) -> Answer:
        raise ServerBusy("Busy.", 1)

    after = replace(begun, exchanges=(Exchange("?", target),))
    assert offered(make_desk(refuse, follow_ups=FollowUps(_refuse)).go_on("en", after)) == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("  ", ENGLISH.question_empty),
        (None, ENGLISH.question_empty),
        ("x" * 51, ENGLISH.question_long.format(limit=50, length=51)),
    ],
    ids=["empty", "nothing", "long"],
)
def test_a_question_that_cannot_be_asked_never_reaches_the_chain(question: object, said: str, make_desk: Any) -> None:
    def _fail(_: Ask) -> Answer:
        raise AssertionError

    updates = ask(make_desk(_fail), question, "en", begun)
    assert len(updates) == 1
    assert list(updates[0]) == ["notice"]
    assert said in updates[0]["notice"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (QuestionInvalid("No letter."), ENGLISH.question_wordless),
        (ServerBusy("64 are waiting.", 2), ENGLISH.busy),
        (RuntimeError("secret path /var"), ENGLISH.failed),
    ],
)
def test_a_question_that_failed_is_given_back_with_a_reason(
    error: Exception, said: str, target: Answer, make_desk: Any
) -> None:
    def _fail(_: Ask) -> Answer:
        raise error

    before = replace(begun, exchanges=(Exchange("First?", target),))
    *_, last = ask(make_desk(_fail), "???", "en", before)
    assert last["question"] == "???"
    assert said in last["notice"]
    assert "secret" not in str(last)
    assert "First?" in last["now"]
    assert last["conversation"] == before


def test_a_tab_that_the_server_has_forgotten_begins_anew_and_is_told(target: Answer, make_desk: Any) -> None:
    first, *_, last = ask(make_desk(lambda _: target), "Who?", "en", Conversation())
    assert ENGLISH.lost in first["notice"]
    assert last["conversation"].id
    assert last["conversation"].id in first["thread"]


def test_a_stopped_question_comes_back(target: Answer, make_desk: Any) -> None:
    desk = make_desk(lambda _: target)
    before = replace(begun, exchanges=(Exchange("First?", target),))
    waiting = ask(desk, "Second?", "en", before)[0]["conversation"]
    update = desk.stop("", "en", waiting)
    assert update["question"] == "Second?"
    assert ENGLISH.stopped in update["notice"]
    assert "First?" in update["now"]
    assert update["conversation"] == before
    # What was typed meanwhile is not lost for it.
    assert desk.stop("Third?", "en", waiting)["question"] == "Third?"


def ask_and(desk: Desk, meanwhile: Callable[[dict[str, Any]], Any]) -> tuple[list[dict[str, Any]], Any]:
    """Ask, and do something while the answer is awaited. Returns: what comes of the question, and of the other."""

    async def _ask() -> tuple[list[dict[str, Any]], Any]:
        updates = desk.ask("What?", "en", begun)
        first = await anext(updates)
        done = meanwhile(first)
        if hasattr(done, "__aiter__"):
            done = [update async for update in done]
        return [first, *[update async for update in updates]], done

    return asyncio.run(_ask())


def test_of_two_questions_asked_at_once_the_first_is_answered(target: Answer, make_desk: Any) -> None:
    desk = make_desk(lambda _: target)
    # The second may be sent before the browser has heard that the first is on its way.
    updates, second = ask_and(desk, lambda _: desk.ask("Who?", "en", begun))
    assert second == [{"question": gr.skip()}]
    assert [e.question for e in updates[-1]["conversation"].exchanges] == ["What?"]
    assert len(ask(desk, "Who?", "en", updates[-1]["conversation"])[-1]["conversation"].exchanges) == 2


def test_a_question_that_failed_or_was_stopped_leaves_the_way_free(target: Answer, make_desk: Any) -> None:
    desk = make_desk(lambda _: target)
    updates, stopped = ask_and(desk, lambda first: desk.stop("", "en", first["conversation"]))
    assert len(updates) == 1
    assert ask(desk, "Who?", "en", stopped["conversation"])[-1]["conversation"].exchanges[0].question == "Who?"

    def _fail(_: Ask) -> Answer:
        raise RuntimeError

    desk = make_desk(_fail)
    assert [len(ask(desk, "Who?", "en", begun)) for _ in range(2)] == [2, 2]


def test_a_new_conversation_is_not_overtaken_by_the_question_of_the_old_one(target: Answer, make_desk: Any) -> None:
    desk = make_desk(lambda _: target)
    updates, renewed = ask_and(desk, lambda first: desk.renew("en", first["conversation"]))
    assert len(updates) == 1
    assert desk.room.call(begun.id) is None
    assert desk.go_on("en", renewed["conversation"])["can_ask"] == ""
    assert offered(desk.go_on("en", renewed["conversation"])) == list(SUGGESTED["en"])


def test_switching_the_language_leaves_the_question_that_waits(target: Answer, make_desk: Any) -> None:
    desk = make_desk(refuse)
    update = desk.speak("kk", replace(begun, exchanges=(Exchange("First?", target),), pending="Second?"))
    assert "First?" in update["past"]
    assert "Second?" in update["now"]
    assert KAZAKH.searching.split("{")[0] in update["now"]
    assert offered(update) == []
    assert "welcome" not in desk.speak("kk", replace(begun, pending="First?"))["now"]


@pytest.mark.parametrize(
    ("error", "logged"), [(RuntimeError("what was asked"), "RuntimeError"), (ServerBusy("Busy.", 1), "Busy.")]
)
def test_what_an_error_of_a_library_says_is_not_logged(
    error: Exception, logged: str, make_desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def _fail(_: Ask) -> Answer:
        raise error

    ask(make_desk(_fail), "Who?", "en", begun)
    assert [record.getMessage() for record in caplog.records] == [f"A question was not answered: {logged}"]


def test_the_chain_is_told_who_asks_in_which_conversation(target: Answer, make_desk: Any) -> None:
    told: list[Any] = []

    def _answer(_: Ask, config: Any) -> Answer:
        told.append(config["configurable"])
        return target

    request: Any = gr.Request()
    request.request = SimpleNamespace(scope={"type": "http"})
    ask(make_desk(_answer), "What?", "en", begun, request)
    assert told == [{"scope": {"type": "http"}, "conversation": begun.id}]


def test_where_nothing_is_asked_nothing_is_stopped(make_desk: Any) -> None:
    assert make_desk(refuse).stop("", "en", begun) == {"conversation": begun}


def test_following_a_quote_shows_it_in_its_article(visit: Article, make_desk: Any) -> None:
    update = make_desk(refuse).show(write_place(visit.id, 10, 40), "kk", begun)
    assert f'id="quoted">{visit.text[10:40]}' in update["article"]
    assert update["conversation"].shown == Shown((Place(visit.id, 10, 40),))


def test_following_a_quote_of_an_answer_steps_among_its_quotes(visit: Article, target: Answer, make_desk: Any) -> None:
    both = replace(target, quotes=(*target.quotes, Quote(visit.id, 0, 6, visit.text[:6], 0, 0)))
    before = replace(begun, exchanges=(Exchange("?", both),))
    update = make_desk(refuse).show(write_place(visit.id, 0, 6), "en", before)
    assert "2 / 2" in update["steps"]
    assert f'id="quoted">{visit.text[:6]}<' in update["article"]
    assert update["article"].count("<mark") == 2


def test_what_a_forgotten_tab_reads_is_kept_for_nobody(visit: Article, make_desk: Any) -> None:
    desk = make_desk(refuse)
    assert desk.show(write_place(visit.id, 10, 40), "en", Conversation())["conversation"].id == ""
    assert desk.room.call("") is None


@pytest.mark.parametrize("place", ["#other:0-5", "#iran-president-visit:0-999999", "<script>", None, 5])
def test_a_forged_address_changes_nothing(place: object, make_desk: Any) -> None:
    assert make_desk(refuse).show(place, "kk", begun) == {"conversation": begun}


def test_what_articles_no_longer_say_is_not_marked(visit: Article, target: Answer, make_desk: Any) -> None:
    articles = {visit.id: visit}
    desk = make_desk(lambda _: target, articles)
    *_, last = ask(desk, "?", "en", begun)
    articles[visit.id] = replace(visit, text="Жаңа. " + visit.text)
    update = desk.speak("en", last["conversation"])
    assert "<mark" not in update["article"]
    assert ENGLISH.changed in update["now"]
    del articles[visit.id]
    gone = desk.speak("en", last["conversation"])
    assert (gone["article"], gone["steps"]) == ("", "")
    assert ENGLISH.changed in gone["now"]


def test_switching_the_language_keeps_answers_in_theirs(visit: Article, target: Answer, make_desk: Any) -> None:
    before = replace(begun, exchanges=(Exchange("What?", target),), shown=Shown((Place(visit.id),)))
    update = make_desk(refuse).speak("kk", before)
    assert KAZAKH.show_in_article in update["now"]
    assert "According to him." in update["now"]
    assert update["ask"] == KAZAKH.ask
    assert update["question"]["placeholder"] == KAZAKH.ask_hint
    assert update["seek"]["label"] == KAZAKH.seek
    assert "value" not in update["question"]


@pytest.mark.parametrize(
    ("chosen", "accepts", "lang"), [("", "en-GB", "en"), ("", "kk", "kk"), ("kk", "en-GB", "kk"), ("xx", "en-GB", "en")]
)
def test_the_page_opens_in_the_language_chosen_or_the_browsers(
    chosen: str, accepts: str, lang: str, make_desk: Any
) -> None:
    update = arrive(make_desk(refuse), chosen, accepts)
    assert update["language"]["value"] == lang
    assert offered(update) == list(SUGGESTED[lang])
    assert "Kazinform" in update["article"]
    assert update["conversation"].id in update["thread"]


def test_a_reload_brings_the_conversation_back_under_another_id(target: Answer, make_desk: Any) -> None:
    desk = make_desk(lambda _: target)
    *_, last = ask(desk, "What?", "en", arrive(desk)["conversation"])
    before = last["conversation"]
    update = arrive(desk, conversation=before.id)
    after = update["conversation"]
    assert "What?" in update["now"]
    assert '<mark class="here" id="quoted">Біз өткен' in update["article"]
    assert (after.exchanges, after.shown) == (before.exchanges, before.shown)
    assert after.id not in {"", before.id}
    assert arrive(desk, conversation=after.id)["conversation"].exchanges == before.exchanges


def test_a_reload_after_the_server_forgot_offers_what_had_been_asked(make_desk: Any) -> None:
    update = arrive(make_desk(refuse), conversation="gone", asked=["Who?", "What?"])
    assert ENGLISH.lost in update["notice"]
    assert ENGLISH.asked_before in update["can_ask"]
    assert offered(update) == ["Who?", "What?"]
    assert update["conversation"].exchanges == ()


def test_a_new_conversation_forgets_the_old_one(target: Answer, make_desk: Any) -> None:
    desk = make_desk(lambda _: target)
    *_, last = ask(desk, "What?", "en", begun)
    update = desk.renew("en", last["conversation"])
    assert update["past"] == ""
    assert "welcome" in update["now"]
    assert update["conversation"].exchanges == ()
    assert update["conversation"].id != begun.id
    assert offered(update) == list(SUGGESTED["en"])
    assert arrive(desk, conversation=begun.id)["conversation"].exchanges == ()


def test_articles_are_sought_by_what_is_typed(visit: Article, make_desk: Any) -> None:
    desk = make_desk(refuse)
    assert visit.title in desk.seek("сауда kazinform", "en")["catalogue"]
    assert ENGLISH.found_none in desk.seek("жоқ нәрсе", "en")["catalogue"]
    assert visit.title in desk.seek(None, "en")["catalogue"]


def test_a_vote_is_kept_and_shows_after_a_reload(target: Answer, make_desk: Any, tmp_path: Path) -> None:
    desk = make_desk(lambda _: target, log_questions=True)
    *_, last = ask(desk, "What?", "en", begun)
    exchange = last["conversation"].exchanges[0]
    update = desk.judge(json.dumps({"id": exchange.id, "vote": "up", "comment": "Дұрыс"}), "en", last["conversation"])
    assert "<button" in update["kept"]
    row = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert (row["vote"], row["comment"], row["question"]) == ("up", "Дұрыс", "What?")
    # The file is no key to the conversation.
    assert row["conversation"] == hash_conversation(begun.id)
    assert update["conversation"].exchanges[0].vote == "up"
    again = desk.judge(json.dumps({"id": exchange.id, "vote": "up"}), "en", last["conversation"])
    assert again["kept"] != update["kept"]
    assert "vote up chosen" in arrive(desk, conversation=begun.id)["now"]


@pytest.mark.parametrize(
    "sent", ["", "x", "[]", "{}", '{"id": "another", "vote": "up"}', '{"id": "one", "vote": "sideways"}', None]
)
def test_a_forged_vote_is_not_kept(sent: object, target: Answer, make_desk: Any, tmp_path: Path) -> None:
    before = replace(begun, exchanges=(Exchange("?", target, "one"),))
    assert make_desk(refuse).judge(sent, "en", before) == {"conversation": before}
    assert not (tmp_path / FILE).exists()


def test_a_vote_that_cannot_be_kept_is_said_so(target: Answer, make_desk: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    before = replace(begun, exchanges=(Exchange("?", target, "one"),))
    update = make_desk(refuse).judge('{"id": "one", "vote": "up", "comment": 5}', "kk", before)
    assert list(update) == ["notice"]
    assert KAZAKH.unkept in update["notice"]


def test_a_saved_conversation_is_markdown_and_differs_each_time(target: Answer, make_desk: Any) -> None:
    desk = make_desk(refuse)
    before = replace(begun, exchanges=(Exchange("What?", target),))
    first, second = desk.save("en", before)["saved"], desk.save("en", before)["saved"]
    assert first != second
    text = Page(first).values("value")[0]
    assert text is not None
    assert re.search(r"^## What\?$", text, re.MULTILINE)
    assert "> «Біз өткен" in text


def test_without_articles_the_page_says_how_to_add_some(make_desk: Any) -> None:
    update = arrive(make_desk(refuse, {}))
    assert "qa-bot index" in update["now"]
    assert update["article"] == ""
    *_, last = ask(make_desk(refuse, {}), "Who?", "en", update["conversation"])
    assert last["article"] == ""
    assert last["conversation"].shown is None


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | st.none() | st.dictionaries(st.sampled_from(["language", "conversation", "asked"]), json_values))
def test_whatever_a_browser_says_is_read_without_harm(said: object) -> None:
    sent = json.dumps(said) if isinstance(said, dict) else said
    arrival = read_arrival(sent, 10)
    assert arrival.language in {"", "kk", "en"}
    assert all(0 < len(question) <= 10 and question.encode() for question in arrival.asked)


def test_half_a_character_is_left_out_of_a_question(target: Answer, make_desk: Any) -> None:
    *_, last = ask(make_desk(lambda _: target), "Who\ud800?", "en", begun)
    assert last["conversation"].exchanges[0].question == "Who?"
    assert read_arrival('{"asked": ["\\ud800", "a\\udc00"]}', 10).asked == ("a",)


def test_only_objects_are_read() -> None:
    assert read_object("[" * 100_000) == {}
    assert read_object('{"a": 1}') == {"a": 1}
    assert read_arrival('{"asked": ["a", "a", "", 5, "' + "x" * 11 + '"]}', 10) == Arrival(asked=("a",))
