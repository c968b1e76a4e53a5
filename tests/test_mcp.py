"""The tools, called by the protocol's own client over real HTTP."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from mcp import Client

from qa_bot.settings import Settings
from ui.server import create_app
from ui.shelf import Shelf

TARGET = "What is the trade target?"


def call(address: str, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    async def _call() -> list[Any]:
        async with Client(f"{address}/mcp") as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(_call())


def test_the_tools_are_told_with_what_they_take(site_address: str) -> None:
    async def _list() -> Any:
        async with Client(f"{site_address}/mcp") as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(_list())}
    assert set(tools) == {"ask", "search"}
    assert set(tools["ask"].input_schema["properties"]) == {"question", "lang", "conversation"}
    assert all(tool.annotations.read_only_hint for tool in tools.values())


def test_an_assistant_gets_the_answer_with_exact_quotes(site_address: str) -> None:
    (told,) = call(site_address, ("ask", {"question": TARGET}))
    answer = told.structured_content
    assert not told.is_error
    assert answer["short"].startswith("3 billion")
    assert json.loads(told.content[0].text) == answer
    for quote in answer["quotes"]:
        article = httpx.get(f"{site_address}/api/v1/articles/{quote['article_id']}").json()
        assert article["text"][quote["start"] : quote["end"]] == quote["text"]


def test_an_assistant_can_ask_on(site_address: str) -> None:
    (first,) = call(site_address, ("ask", {"question": TARGET}))
    name = first.structured_content["conversation"]
    (second,) = call(site_address, ("ask", {"question": "Why?", "conversation": name}))
    assert second.structured_content["conversation"] == name
    assert (second.structured_content["refusal"] or {}).get("reason") != "unclear"


def test_an_assistant_finds_passages(site_address: str) -> None:
    (told,) = call(site_address, ("search", {"query": "сауда айналымы", "k": 2}))
    hits = told.structured_content["hits"]
    assert len(hits) == 2
    assert hits[0]["score"] >= hits[1]["score"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", {"question": "?!"}),
        ("ask", {"question": ""}),
        ("ask", {}),
        ("ask", {"question": "x", "lang": "fr"}),
        ("search", {"query": "?!"}),
        ("search", {"query": "x", "k": 51}),
    ],
)
def test_what_cannot_be_asked_is_an_error_of_the_tool(name: str, arguments: dict[str, Any], site_address: str) -> None:
    (told,) = call(site_address, (name, arguments))
    assert told.is_error


def test_a_conversation_that_asks_too_often_is_told(small_shelf: Shelf, serve_app: Any) -> None:
    settings = Settings(rate_conversation="1/hour", trusted_proxies=("127.0.0.1",))
    with serve_app(lambda: create_app(small_shelf, settings)) as address:
        headers = {"X-Forwarded-For": "203.0.113.7", "Accept": "application/json, text/event-stream"}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
        arguments = {"question": TARGET, "conversation": "c"}
        sent = {**body, "params": {"name": "ask", "arguments": arguments}}
        first, second = (httpx.post(f"{address}/mcp", json=sent, headers=headers).json()["result"] for _ in "ab")
    assert not first.get("isError")
    assert second["isError"]
    assert "This conversation may try 1 times" in second["content"][0]["text"]


def test_there_is_nothing_to_listen_on(site_address: str) -> None:
    for method in ("GET", "DELETE"):
        got = httpx.request(method, f"{site_address}/mcp", headers={"Accept": "text/event-stream"})
        assert (got.status_code, got.headers["allow"]) == (405, "POST")


def test_no_page_of_another_site_reaches_the_tools(site_address: str) -> None:
    got = httpx.post(f"{site_address}/mcp", json={}, headers={"Origin": "https://evil.example"})
    assert got.status_code == 403
