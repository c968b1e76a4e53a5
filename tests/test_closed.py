"""Nothing of what Gradio can do is open, but what the page needs."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from qa_bot.settings import Settings
from ui.answering import Answering
from ui.closed import OPEN
from ui.limits import Rates
from ui.metrics import Metrics
from ui.server import create_page
from ui.shelf import Shelf

NEEDED = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/theme.css"),
    ("GET", "/assets/{path}"),
    ("GET", "/static/{path}"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"),
    ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/run/{api_name}"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
}
"""What the page fetches while somebody converses; the browser tests fail where one is missing."""

FILLED = {"path": "x.js", "session_hash": "abc", "api_name": "predict"}


def list_routes(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path that an application answers to, mounted and included ones as well."""
    for route in routes:
        inner = getattr(route, "effective_candidates", None)
        if inner is not None:
            yield from list_routes(inner(), prefix)
        elif getattr(route, "routes", None):
            yield from list_routes(route.routes, prefix + getattr(route, "path", ""))
        elif hasattr(route, "path"):
            for method in route.methods or {"GET"}:
                path = re.sub(r":[a-z]+}", "}", prefix + route.path)
                yield method, path.removesuffix("/") or "/"


@pytest.fixture(scope="module")
def routes(small_shelf: Shelf) -> set[tuple[str, str]]:
    async def _create() -> FastAPI:
        settings, metrics = Settings(), Metrics()
        return create_page(small_shelf, settings, Answering(small_shelf, settings, metrics), Rates(settings))

    return set(list_routes(asyncio.run(_create()).routes))


def test_all_of_gradios_routes_are_known_of(routes: set[tuple[str, str]]) -> None:
    assert routes >= NEEDED
    for known in (
        "/gradio_api/upload",
        "/gradio_api/file={path_or_url}",
        "/gradio_api/proxy={url_path}",
        "/monitoring",
    ):
        assert known in {path for _, path in routes}


def test_what_the_page_does_not_need_is_closed(routes: set[tuple[str, str]], site_address: str) -> None:
    closed = sorted(routes - NEEDED)
    assert len(closed) > 40
    opened = []
    with httpx.Client(base_url=site_address) as client:
        for method, path in closed:
            filled = re.sub(r"{(\w+)}", lambda found: FILLED.get(found[1], "etc"), path)
            got = client.request(method, filled)
            if got.status_code != 404 or got.headers["content-type"] != "application/problem+json":
                opened.append((method, path, got.status_code))
    # The API's own 404 stands for what only looks like one of its paths.
    assert opened == []


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/upload/",
        "//gradio_api/upload",
        "/gradio_api//upload",
        "/GRADIO_API/upload",
        "/gradio_api/run/../upload",
        "/gradio_api/run/%2e%2e/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file%3D/etc/passwd",
        "/gradio_api/proxy=http://169.254.169.254/",
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fetc%2fpasswd",
        "/page/../server.py",
        "/page/%2e%2e/server.py",
        "/config",
        "/gradio_api/info",
        "/gradio_api/call/ask",
        "/login",
    ],
)
def test_no_way_of_writing_a_path_opens_a_closed_one(path: str, site_address: str) -> None:
    for method in ("GET", "POST"):
        got = httpx.request(method, httpx.URL(site_address, raw_path=path.encode()))
        assert got.status_code in {404, 405}, got.text[:100]
        assert b"root:" not in got.content


def test_a_file_cannot_be_left_here(site_address: str) -> None:
    got = httpx.post(f"{site_address}/gradio_api/upload", files={"files": ("x.txt", b"x")})
    assert got.status_code == 404


def test_what_is_open_is_named_as_a_whole() -> None:
    for patterns in OPEN.values():
        for pattern in patterns:
            assert not pattern.fullmatch("/gradio_api/upload")
            assert ".*" not in pattern.pattern


GREET: dict[str, Any] = {"fn_index": 0, "session_hash": "abc", "data": ["{}"], "event_data": None, "trigger_id": 38}
"""What the page says first."""


def test_what_the_page_says_is_let_in(site_address: str) -> None:
    got = httpx.post(f"{site_address}/gradio_api/run/predict", json=GREET)
    assert got.status_code == 200, got.text


def name_file(path: str) -> dict[str, Any]:
    """What Gradio takes for a file."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


@pytest.mark.parametrize(
    "said",
    [
        {"data": [name_file("http://192.0.2.1/x")]},
        {"data": [name_file("/etc/hostname")]},
        {"data": [[[name_file("/etc/hostname")]]]},
        {"data": [{"a": [name_file("/etc/hostname")]}]},
        {"event_data": name_file("/etc/hostname")},
        {"event_data": [name_file("/etc/hostname")]},
        {"data": []},
        {"data": ["{}", "{}"]},
        {"data": [5]},
        {"data": "{}"},
        {"fn_index": 999},
        {"fn_index": None},
        {"fn_index": True},
        {"session_hash": None},
        {"session_hash": "x" * 65},
        {"batched": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["run/predict", "run/predict/", "queue/join"])
def test_what_the_page_would_not_say_is_refused_before_gradio_reads_it(
    path: str, said: dict[str, Any], site_address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    got = httpx.post(f"{site_address}/gradio_api/{path}", json=GREET | said)
    assert (got.status_code, got.headers["content-type"]) == (422, "application/problem+json")
    assert got.json()["type"] == "/api/docs#invalid"
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 50_000, b"\xff"])
def test_what_is_no_event_is_refused(body: bytes, site_address: str) -> None:
    headers = {"content-type": "application/json"}
    assert httpx.post(f"{site_address}/gradio_api/run/predict", content=body, headers=headers).status_code == 422
