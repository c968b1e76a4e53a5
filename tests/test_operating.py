import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa_bot.settings import Settings
from ui.server import create_app
from ui.shelf import Shelf

ADMIN = "correct horse battery"
AS_ADMIN = {"Authorization": "Basic " + base64.b64encode(f"admin:{ADMIN}".encode()).decode()}
STRANGER = {"X-Forwarded-For": "203.0.113.7"}
"""Comes by a proxy on this machine, from outside."""


@pytest.fixture(scope="module")
def votes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("votes")


@pytest.fixture(scope="module")
def guarded(small_shelf: Shelf, serve_app: Any, votes: Path) -> Iterator[httpx.Client]:
    settings = Settings(data=votes, admin_password=ADMIN, trusted_proxies=("127.0.0.1",))
    with serve_app(lambda: create_app(small_shelf, settings)) as address, httpx.Client(base_url=address) as client:
        yield client


def test_whether_it_lives_and_can_answer_is_told_to_anybody(guarded: httpx.Client, small_shelf: Shelf) -> None:
    assert guarded.get("/healthz", headers=STRANGER).json() == {"status": "ok", "articles": 2}
    ready = guarded.get("/readyz", headers=STRANGER)
    assert ready.json() == {"status": "ready", "generation": small_shelf.edition.generation}


def test_metrics_are_for_this_machine_and_the_admin(guarded: httpx.Client) -> None:
    assert "qa_bot_generation_age_seconds" in guarded.get("/metrics").text
    assert guarded.get("/metrics", headers=STRANGER).status_code == 401
    told = guarded.get("/metrics", headers={**STRANGER, **AS_ADMIN})
    assert told.headers["content-type"].startswith("text/plain")
    for name in ("questions", "step_seconds", "refusals", "articles", "conversations", "waiting", "requests"):
        assert f"qa_bot_{name}" in told.text


def test_without_an_admin_metrics_are_for_this_machine_only(site_address: str) -> None:
    assert httpx.get(f"{site_address}/metrics").status_code == 200
    got = httpx.get(f"{site_address}/metrics", headers=STRANGER)
    assert (got.status_code, got.json()["type"]) == (403, "/api/docs#forbidden")


def test_metrics_may_be_opened_to_all(small_shelf: Shelf, serve_app: Any) -> None:
    with serve_app(lambda: create_app(small_shelf, Settings(public_metrics=True))) as address:
        assert httpx.get(f"{address}/metrics", headers=STRANGER).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/admin/state", "/api/v1/admin/feedback"])
def test_there_is_no_admin_part_until_a_password_is_set(path: str, site_address: str, guarded: httpx.Client) -> None:
    assert httpx.get(site_address + path, headers=AS_ADMIN).status_code == 404
    got = guarded.get(path)
    assert got.status_code == 401
    assert got.headers["www-authenticate"].startswith("Basic ")
    assert guarded.get(path, headers=AS_ADMIN).status_code == 200


def test_the_admin_reads_votes_and_the_state(guarded: httpx.Client, votes: Path) -> None:
    assert guarded.get("/api/v1/admin/feedback", headers=AS_ADMIN).json() == {"votes": [], "total": 0}
    told = guarded.post("/api/v1/ask", json={"question": "Who is the President of Iran?"}).json()
    vote = {"conversation": told["conversation"], "id": told["id"], "vote": "up"}
    assert guarded.post("/api/v1/feedback", json=vote).status_code == 204
    (file,) = votes.glob("*.jsonl")
    with file.open("ab") as kept:
        kept.write(b'{"torn": \n[]\n{"comment": "\\ud800"}\n{"vote": NaN}\n\xff\n' + b"[" * 100_000 + b"\n")
    read = guarded.get("/api/v1/admin/feedback", headers=AS_ADMIN).json()
    assert (read["total"], read["votes"][0]["vote"]) == (1, "up")
    state = guarded.get("/api/v1/admin/state", headers=AS_ADMIN).json()
    assert state["articles"] == 2
    assert state["conversations"] >= 1


def test_a_server_that_is_being_stopped_is_not_ready(small_shelf: Shelf, serve_app: Any, small_data: Path) -> None:
    made: list[Any] = []

    def _create() -> Any:
        made.append(create_app(small_shelf, Settings(data=small_data)))
        return made[0]

    with serve_app(_create) as address:
        assert made[0].state.answering.close(10)
        got = httpx.get(f"{address}/readyz")
        assert (got.status_code, got.json()["type"]) == (503, "/api/docs#not-ready")
        got = httpx.post(f"{address}/api/v1/ask", json={"question": "Who?"})
        assert (got.status_code, got.json()["type"]) == (503, "/api/docs#busy")
        assert int(got.headers["retry-after"]) >= 1
