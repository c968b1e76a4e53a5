import json
from pathlib import Path

import pytest

from qa_bot.errors import IndexDamaged, QuestionInvalid, ServerBusy
from ui.problems import KINDS, Fault, Problem, problem_of, problem_response

API = Path(__file__).parents[1] / "docs/api.md"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (QuestionInvalid("No letters."), "question-invalid"),
        (ServerBusy("Full.", 3), "busy"),
        (IndexDamaged("/srv/secret is torn"), "failed"),
        (RuntimeError("secret"), "failed"),
        (Problem("origin", "No."), "origin"),
    ],
)
def test_every_error_becomes_a_problem_and_inner_matters_stay_inside(error: Exception, kind: str) -> None:
    told = problem_of(error)
    assert told.kind.name == kind
    assert "secret" not in told.detail


def test_who_is_told_to_wait_is_told_how_long() -> None:
    assert problem_of(ServerBusy("Full.", 3)).headers == {"Retry-After": "3"}


def test_a_problem_has_the_members_of_the_standard_and_says_what_to_do() -> None:
    problem = Problem("invalid", "lang: x", errors=(Fault("lang", "x"),))
    got = problem_response(problem, {"type": "http", "path": "/bot/api/v1/ask", "root_path": "/bot"})
    assert got.media_type == "application/problem+json"
    assert json.loads(bytes(got.body)) == {
        "type": "/bot/api/docs#invalid",
        "title": "Some fields are not as they should be",
        "status": 422,
        "detail": "lang: x",
        "action": "Correct the fields that are named.",
        "errors": [{"field": "lang", "message": "x"}],
    }


@pytest.mark.parametrize(("path", "has"), [("/v1/models", True), ("/bot/v1/models", True), ("/api/v1/ask", False)])
def test_clients_of_openais_format_find_the_error_where_they_look(path: str, has: bool) -> None:
    scope = {"path": path, "root_path": "/bot" if path.startswith("/bot") else ""}
    told = json.loads(bytes(problem_response(Problem("busy", "Full."), scope).body))
    assert ("error" in told) is has
    if has:
        assert told["error"]["message"] == "Full."


def test_every_kind_is_documented_with_its_status() -> None:
    documented = API.read_text(encoding="utf-8")
    for kind in KINDS.values():
        assert f"| `{kind.name}` | {kind.status} |" in documented, kind.name
