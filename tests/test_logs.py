import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, Router
from starlette.testclient import TestClient

from qa_bot.errors import IndexDamaged
from qa_bot.settings import Settings
from ui.approach import Approach
from ui.logs import JsonLines, Record, TellFailures, TextLines, set_up_logs
from ui.metrics import Metrics


@pytest.fixture(autouse=True)
def _quiet_root() -> Iterator[None]:
    """Leave the root logger as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


def throw(error: Exception) -> None:
    raise error


def say(formatter: logging.Formatter, error: Exception | None = None, **facts: object) -> str:
    record = logging.LogRecord("ui.x", logging.INFO, "", 1, "Said %s", ("it",), None)
    record.facts = facts
    if error is not None:
        with pytest.raises(type(error)) as raised:
            throw(error)
        record.exc_info = (raised.type, raised.value, raised.tb)
    return formatter.format(record)


def test_a_line_of_json_holds_its_facts_by_name() -> None:
    row = json.loads(say(JsonLines(with_messages=False), ms=2.5, route="/api"))
    assert row.pop("time").endswith("Z")
    assert row == {"level": "info", "logger": "ui.x", "message": "Said it", "ms": 2.5, "route": "/api"}


def test_a_line_of_text_ends_with_its_facts() -> None:
    assert say(TextLines(with_messages=False), ms=2.5, route="/a b") == 'INFO ui.x: Said it ms=2.5 route="/a b"'
    assert say(TextLines(with_messages=False)) == "INFO ui.x: Said it"


@pytest.mark.parametrize("kind", [JsonLines, TextLines])
def test_what_a_librarys_error_quotes_is_logged_only_if_questions_are(kind: type[JsonLines] | type[TextLines]) -> None:
    quiet = say(kind(with_messages=False), ValueError("What about Aigerim?"))
    assert "Aigerim" not in quiet
    assert "ValueError" in quiet
    assert "test_logs.py" in quiet
    assert "Aigerim" in say(kind(with_messages=True), ValueError("What about Aigerim?"))
    assert "torn" in say(kind(with_messages=False), IndexDamaged("torn"))


@pytest.mark.parametrize("kind", [JsonLines, TextLines])
def test_an_error_that_is_none_leaves_no_trace(kind: type[JsonLines] | type[TextLines]) -> None:
    record = logging.LogRecord("ui.x", logging.INFO, "", 1, "Said", (), (None, None, None))
    assert "Said" in kind(with_messages=False).format(record)


def test_a_fact_cannot_begin_a_line_of_its_own() -> None:
    for kind in (JsonLines, TextLines):
        assert "\n" not in say(kind(with_messages=False), question="a\nERROR forged")


def test_the_settings_choose_the_form_and_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings(log_format="json", log_level="info"))
    logging.getLogger("ui.x").info("Hello", extra={"facts": {"n": 1}})
    logging.getLogger("ui.x").debug("Not this")
    row = json.loads(capsys.readouterr().err)
    assert (row["message"], row["n"]) == ("Hello", 1)
    set_up_logs(Settings())
    logging.getLogger("ui.x").warning("Hello")
    assert capsys.readouterr().err == "WARNING ui.x: Hello\n"


async def fail(_: Request) -> PlainTextResponse:
    raise RuntimeError("secret")


async def fail_late(_: Request) -> StreamingResponse:
    async def _write() -> Any:
        yield b"x"
        raise RuntimeError("secret")

    return StreamingResponse(_write())


async def fine(_: Request) -> PlainTextResponse:
    return PlainTextResponse("fine")


def open_client(metrics: Metrics) -> TestClient:
    routes = [Route("/c/{id}", fine), Route("/fail", fail), Route("/late", fail_late)]
    app = Record(TellFailures(Router(routes)), metrics)
    return TestClient(Approach(app, Settings()), client=("10.0.0.9", 1))


def test_a_request_is_logged_by_its_route_and_not_by_its_path(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    with caplog.at_level(logging.INFO):
        got = open_client(metrics).get("/c/unguessable?q=secret")
    facts = next(record.facts for record in caplog.records if record.message == "Request")  # type: ignore[attr-defined]
    assert (facts["method"], facts["route"], facts["status"], facts["address"]) == ("GET", "/c/{id}", 200, "10.0.0.9")
    assert facts["request"] == got.headers["x-request-id"]
    assert "unguessable" not in str([vars(record) for record in caplog.records if record.name.startswith("ui")])
    assert b'qa_bot_requests_total{method="GET",route="/c/{id}",status="200"} 1.0' in metrics.write()


def test_made_up_methods_and_paths_make_no_series_of_their_own() -> None:
    metrics = Metrics()
    client = open_client(metrics)
    client.request("FROBNICATE", "/c/1")
    client.get("/somewhere/else")
    written = metrics.write().decode()
    assert "FROBNICATE" not in written
    assert 'method="other"' in written
    assert 'route="other",status="404"' in written


def test_what_nobody_caught_becomes_a_problem_that_can_be_found_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    got = open_client(Metrics()).get("/fail")
    assert (got.status_code, got.headers["content-type"]) == (500, "application/problem+json")
    assert got.headers["x-request-id"] in got.json()["detail"]
    assert "secret" not in got.text
    assert "A request failed" in caplog.text


def test_what_fails_after_it_began_is_cut_off() -> None:
    with pytest.raises(RuntimeError):
        open_client(Metrics()).get("/late")
