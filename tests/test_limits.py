import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa_bot.settings import Settings
from ui import limits
from ui.approach import Approach, Caller
from ui.limits import LimitBody, LimitRequests, Rates
from ui.metrics import Metrics
from ui.problems import Problem

STRANGER = Caller("203.0.113.7", by_proxy=False, here=False)
OTHER = Caller("203.0.113.8", by_proxy=False, here=False)
HERE = Caller("127.0.0.1", by_proxy=False, here=True)


async def measure(request: Request) -> JSONResponse:
    return JSONResponse(len(await request.body()))


def open_client(peer: str = "203.0.113.7", **given: Any) -> tuple[TestClient, Metrics]:
    settings, metrics = Settings(**given), Metrics()
    app: Any = Starlette(
        routes=[Route(path, measure, methods=["GET", "POST"]) for path in ("/api/v1/ask", "/page/x", "/gradio_api/x")]
    )
    app = LimitBody(LimitRequests(app, Rates(settings), metrics), settings, metrics)
    return TestClient(Approach(app, settings), client=(peer, 1)), metrics


def test_an_address_that_comes_too_often_has_to_wait_and_others_do_not() -> None:
    rates = Rates(Settings(rate_address="3/hour"))
    for _ in range(3):
        rates.count_request(STRANGER)
    with pytest.raises(Problem, match=r"This address may try 3 times per hour\. Wait \d+ s\.") as told:
        rates.count_request(STRANGER)
    assert 0 < int(told.value.headers["Retry-After"]) <= 7200
    rates.count_request(OTHER)


def test_this_machine_itself_is_not_counted() -> None:
    rates = Rates(Settings(rate_address="1/hour", rate_conversation="1/hour"))
    for _ in range(5):
        rates.count_request(HERE)
        rates.count_question(HERE, "c")


def test_a_conversation_is_counted_by_itself_and_a_new_one_not_at_all() -> None:
    rates = Rates(Settings(rate_conversation="1/hour"))
    for _ in range(5):
        rates.count_question(STRANGER, None)
    rates.count_question(STRANGER, "a")
    rates.count_question(STRANGER, "b")
    with pytest.raises(Problem, match="This conversation"):
        rates.count_question(OTHER, "a")


def test_without_a_rate_anybody_may_come_as_often_as_they_like() -> None:
    rates = Rates(Settings(rate_address="", rate_conversation=""))
    for _ in range(1000):
        rates.count_request(STRANGER)
        rates.count_question(STRANGER, "a")


def test_passwords_cannot_be_tried_out_from_here_either() -> None:
    rates = Rates(Settings())
    for _ in range(10):
        rates.check_sign_in(HERE)
        rates.count_failed_sign_in(HERE)
    with pytest.raises(Problem):
        rates.check_sign_in(HERE)
    rates.check_sign_in(STRANGER)


def test_what_costs_work_is_counted_and_what_does_not_is_not() -> None:
    client, metrics = open_client(rate_address="2/hour")
    for _ in range(5):
        assert client.get("/page/x").status_code == 200
    assert [client.post(path).status_code for path in ("/api/v1/ask", "/gradio_api/x", "/api/v1/ask")] == [
        200,
        200,
        429,
    ]
    assert b'qa_bot_requests_refused_total{reason="too-many"} 1.0' in metrics.write()


def test_an_address_holds_only_so_many_requests_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPEN_AT_ONCE", 2)

    async def _run() -> list[int]:
        statuses, go_on = list[int](), asyncio.Event()

        async def _app(_: Any, __: Any, send: Any) -> None:
            await go_on.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def _send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        guarded: Any = LimitRequests(_app, Rates(Settings(rate_address="")), Metrics())

        def _call(caller: Caller) -> "asyncio.Task[None]":
            scope = {"type": "http", "path": "/gradio_api/x", "qa_bot.caller": caller}
            return asyncio.create_task(guarded(scope, None, _send))

        held = [_call(caller) for caller in (STRANGER, STRANGER, OTHER, HERE, HERE, HERE)]
        await asyncio.sleep(0)
        await _call(STRANGER)
        assert statuses == [429]
        go_on.set()
        await asyncio.gather(*held, _call(STRANGER))
        return statuses

    assert asyncio.run(_run()) == [429] + [200] * 7


def test_a_body_arrives_whole_or_not_at_all() -> None:
    client, metrics = open_client(max_body=100)
    assert client.post("/api/v1/ask", content=b"x" * 100).json() == 100
    got = client.post("/api/v1/ask", content=b"x" * 101)
    assert (got.status_code, got.headers["connection"]) == (413, "close")
    assert got.json()["detail"] == "At most 100 bytes are read."
    assert b'reason="too-large"} 1.0' in metrics.write()


def test_chunks_are_counted_as_they_come() -> None:
    client, _ = open_client(max_body=100)

    def _chunks(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield b"x" * 50

    assert client.post("/api/v1/ask", content=_chunks(2)).json() == 100
    assert client.post("/api/v1/ask", content=_chunks(3)).status_code == 413


@pytest.mark.parametrize("length", ["5", "0", "nonsense", "9" * 400])
def test_a_wrong_length_does_not_open_the_door(length: str) -> None:
    client, _ = open_client(max_body=100)
    got = client.post("/api/v1/ask", content=b"x" * 200, headers={"Content-Length": length})
    assert got.status_code == 413


def run_alone(receive: Any) -> list[dict[str, Any]]:
    """Let the body's guard run over an application that must not be reached."""
    sent: list[dict[str, Any]] = []

    async def _app(*_: Any) -> None:
        pytest.fail("reached")

    async def _send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api", "headers": []}
    asyncio.run(LimitBody(_app, Settings(), Metrics())(scope, receive, _send))
    return sent


def test_who_sends_too_slowly_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.01)
    assert run_alone(asyncio.Event().wait)[0]["status"] == 408


def test_the_rest_of_what_is_too_large_is_taken_in_so_that_the_answer_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    left = 5

    async def _receive() -> dict[str, Any]:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": b"x" * 60_000, "more_body": left > 0}

    assert run_alone(_receive)[0]["status"] == 413
    assert left == 0

    async def _never_ends() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"x" * 60_000, "more_body": True}

    monkeypatch.setattr(limits, "LINGER_SECONDS", 0.01)
    assert run_alone(_never_ends)[0]["status"] == 413


def test_who_hangs_up_is_not_answered() -> None:
    async def _receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    assert run_alone(_receive) == []


def test_after_the_body_the_end_of_the_call_is_heard() -> None:
    heard: list[str] = []
    messages = iter([{"type": "http.request", "body": b"x"}, {"type": "http.disconnect"}])

    async def _receive() -> Any:
        return next(messages)

    async def _app(_: Any, receive: Any, __: Any) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    scope = {"type": "http", "method": "POST", "path": "/api", "headers": []}
    asyncio.run(LimitBody(_app, Settings(), Metrics())(scope, _receive, _receive))
    assert heard == ["http.request", "http.disconnect"]
