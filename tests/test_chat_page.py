import asyncio
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from langchain_core.runnables import RunnableLambda

from qa_bot.chain import Ask
from qa_bot.records import Answer, Article, Refusal
from qa_bot.settings import Settings
from ui import chat_page
from ui.chat_page import build_page
from ui.desk import Desk, Parts
from ui.server import create_app
from ui.shelf import Shelf
from ui.words import ENGLISH


def refuse(ask: Ask) -> Answer:
    return Answer(ask.question, "en", "", "", (), Refusal("not_in_articles", None, ("What grew?", "Who?")), 0.1)


def lay_out(visit: Article, *more: Any, settings: Settings | None = None) -> dict[str, Any]:
    """The page's configuration as a browser gets it."""

    async def _build() -> gr.Blocks:
        # Outside a running loop Gradio opens loops of its own and never closes them.
        chain: Any = RunnableLambda(refuse)
        return build_page(chain, [visit], settings or Settings(), {"kk": ["Кім?"], "en": ["Who?"]}, *more)

    config: dict[str, Any] = asyncio.run(_build()).get_config_file()
    return config


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch) -> list[Desk]:
    """The desks that pages are wired to."""
    made: list[Desk] = []

    def _make(*given: Any) -> Desk:
        made.append(Desk(*given))
        return made[-1]

    monkeypatch.setattr(chat_page, "Desk", _make)
    return made


def test_no_event_of_the_page_is_a_public_api(visit: Article) -> None:
    config = lay_out(visit)
    assert {dependency["api_visibility"] for dependency in config["dependencies"]} == {"private"}
    # The conversation is no component that a browser could send back changed.
    states = [component for component in config["components"] if component["type"] == "state"]
    assert all("exchanges" not in str(state["props"]) for state in states)


def test_parts_are_all_laid_out_once(visit: Article) -> None:
    named = [component["props"].get("elem_id") for component in lay_out(visit)["components"]]
    names = {"masthead": "title", "can_ask": "can-ask"}
    apart = {"suggestions", "conversation"}
    for part in fields(Parts):
        if part.name not in apart:
            assert named.count(names.get(part.name, part.name)) == 1, part.name


def test_stopping_and_beginning_anew_cancel_every_way_to_ask(visit: Article) -> None:
    dependencies = lay_out(visit)["dependencies"]
    asking = {d["id"] for d in dependencies if d["queue"]}
    assert len(asking) == 6
    assert [set(d["cancels"]) for d in dependencies if d["cancels"]] == [asking, asking]


def answer_nothing(ask: Ask) -> Answer:
    return refuse(ask)


@pytest.mark.parametrize(
    ("model", "try_out", "offers"),
    [("", None, True), ("fake:model", None, False), ("fake:model", answer_nothing, True)],
    ids=["the reader tries", "a language model is not asked for that", "something else tries"],
)
def test_questions_to_go_on_with_are_tried_out_without_a_language_model(
    model: str, try_out: Callable[[Ask], Answer] | None, offers: bool, visit: Article, desks: list[Desk]
) -> None:
    lay_out(visit, try_out, settings=Settings(language_model=model))
    assert (desks[0].follow_ups is not None) is offers


def test_articles_that_change_are_looked_up_anew(visit: Article, desks: list[Desk]) -> None:
    async def _build(articles: Any) -> None:
        chain: Any = RunnableLambda(refuse)
        build_page(chain, articles, Settings(), {})

    live = {visit.id: visit}
    asyncio.run(_build(live))
    asyncio.run(_build([visit]))
    assert desks[0].articles is live
    assert desks[1].articles == live


def ask_by_queue(client: httpx.Client, function: int, question: str) -> str:
    """Ask as a browser does. Returns: all that the page is told."""
    said = {"fn_index": function, "session_hash": "abc", "data": [question, "en", None]}
    client.post("/gradio_api/queue/join", json=said).raise_for_status()
    told = ""
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "abc"}) as events:
        for line in events.iter_lines():
            told += line
            if "process_completed" in line:
                break
    return told


def test_a_question_of_the_page_counts_as_its_address_and_its_conversation(
    visit: Article, shelf_of: Callable[..., Shelf], serve_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    askers: list[str] = []

    def _create() -> Any:
        settings = Settings(data=tmp_path, trusted_proxies=("127.0.0.1",), rate_conversation="2/minute")
        app = create_app(shelf_of(refuse, [visit]), settings)
        begin = app.state.answering.begin
        monkeypatch.setattr(app.state.answering, "begin", lambda *given: askers.append(given[1]) or begin(*given))
        return app

    asking = min(d["id"] for d in lay_out(visit)["dependencies"] if d["queue"])
    with serve_app(_create) as address:
        headers = {"X-Forwarded-For": "203.0.113.7"}
        with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
            greeting = {"fn_index": 0, "session_hash": "abc", "data": [json.dumps({"language": "en"})]}
            client.post("/gradio_api/run/predict", json=greeting).raise_for_status()
            told = [ask_by_queue(client, asking, question) for question in ("Who won?", "Who lost?", "Who else?")]
    assert askers == ["203.0.113.7"] * 2
    assert [ENGLISH.busy in page for page in told] == [False, False, True]


def test_gradio_keeps_few_pages_and_lets_the_answering_decide_whose_turn_it_is(visit: Article) -> None:
    async def _build() -> gr.Blocks:
        chain: Any = RunnableLambda(refuse)
        return build_page(chain, [visit], Settings(concurrent=3, waiting=60), {})

    page = asyncio.run(_build())
    assert page.app.state_holder.capacity == chat_page.SESSIONS < 1000
    queue = page._queue
    assert (queue.max_size, queue.max_thread_count) == (63, 63 + chat_page.THREADS)
    assert {function.concurrency_limit for function in page.fns.values() if function.queue} == {None}
