import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from qa_bot.records import Turn
from ui.conversations import HISTORY
from ui.openai_api import MODEL, REMEMBERED, Message, read_messages
from ui.problems import Problem

TARGET = "What is the trade target?"


@pytest.fixture(scope="module")
def site(site_address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site_address, timeout=60) as client:
        yield client


def complete(site: httpx.Client, *messages: tuple[str, Any], **more: Any) -> httpx.Response:
    said = [{"role": role, "content": content} for role, content in messages]
    return site.post("/v1/chat/completions", json={"model": MODEL, "messages": said, **more})


def test_the_one_model_is_listed(site: httpx.Client) -> None:
    told = site.get("/v1/models").json()
    assert told["object"] == "list"
    assert [model["id"] for model in told["data"]] == [MODEL]


def test_an_answer_holds_its_quotes_and_their_source(site: httpx.Client) -> None:
    told = complete(site, ("system", "Be brief."), ("user", TARGET), temperature=0.2).json()
    text = told["choices"][0]["message"]["content"]
    assert told["object"] == "chat.completion"
    assert text.startswith("3 billion")
    for quote in told["qa_bot"]["quotes"]:
        assert f"«{quote['text']}»" in text
        assert quote["title"] in text
    assert told["choices"][0]["finish_reason"] == "stop"


def test_a_refusal_is_an_answer_too_with_what_comes_nearest(site: httpx.Client) -> None:
    told = complete(site, ("user", "What is the trade target with Türkiye?")).json()
    text = told["choices"][0]["message"]["content"]
    assert text.startswith("The articles don’t say.")
    assert told["qa_bot"]["refusal"]["nearest"]["text"] in text


def test_what_was_said_before_tells_what_is_meant(site: httpx.Client) -> None:
    alone = complete(site, ("user", "Why?")).json()
    after = complete(site, ("user", TARGET), ("assistant", "3 billion dollars"), ("user", "Why?")).json()
    assert alone["qa_bot"]["refusal"]["reason"] == "unclear"
    assert (after["qa_bot"]["refusal"] or {}).get("reason") != "unclear"


def test_the_stream_holds_the_same_text(site: httpx.Client) -> None:
    whole = complete(site, ("user", TARGET)).json()
    lines = complete(site, ("user", TARGET), stream=True).text.strip().split("\n\n")
    assert lines[-1] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == whole["choices"][0]["message"]["content"]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1]["qa_bot"]["quotes"] == whole["qa_bot"]["quotes"]


def test_parts_of_text_are_read_and_others_are_not(site: httpx.Client) -> None:
    parts = [{"type": "text", "text": TARGET}, {"type": "image_url", "image_url": {"url": "http://evil.example"}}]
    assert complete(site, ("user", parts)).json()["qa_bot"]["question"] == TARGET


@pytest.mark.parametrize(
    ("messages", "model", "status"),
    [
        ([], MODEL, 422),
        ([("assistant", "x")], MODEL, 422),
        ([("user", "x"), ("assistant", "y")], MODEL, 422),
        ([("user", None)], MODEL, 422),
        ([("user", "?!")], MODEL, 422),
        ([("wizard", "x")], MODEL, 422),
        ([("user", "x")], "gpt-9", 404),
    ],
)
def test_a_problem_is_told_where_such_clients_look(
    messages: list[tuple[str, Any]], model: str, status: int, site: httpx.Client
) -> None:
    got = complete(site, *messages, model=model)
    told = got.json()
    assert (got.status_code, told["status"]) == (status, status)
    assert told["error"]["message"] == told["detail"]


def test_messages_become_exchanges_and_the_last_a_question() -> None:
    said = [Message(role="assistant", content="Hello!")]
    for number in range(HISTORY + 2):
        said += [Message(role="user", content=f"q{number}"), Message(role="assistant", content=f"a{number}")]
    said += [Message(role="tool", content="x"), Message(role="user", content="last")]
    asked = read_messages(said)
    assert asked.question == "last"
    assert asked.history == tuple(Turn(f"q{n}", f"a{n}") for n in range(2, HISTORY + 2))


def test_of_long_messages_the_beginning_is_heeded() -> None:
    long = "x" * (REMEMBERED + 5)
    roles: Any = ("user", "assistant", "user")
    asked = read_messages([Message(role=role, content=long) for role in roles])
    assert asked.history == (Turn("x" * REMEMBERED, "x" * REMEMBERED),)
    assert asked.question == long


def test_without_the_users_word_there_is_no_question() -> None:
    with pytest.raises(Problem, match="not the user's"):
        read_messages([Message(role="system", content="x")])
