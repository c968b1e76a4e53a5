"""Errors as problem details (RFC 9457): what happened, the facts, and what to do about it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.types import Scope

from qa_bot.errors import QaBotError, QuestionInvalid, ServerBusy

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem, under the name that its `type` ends with."""

    name: str
    status: int
    title: str
    action: str


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("not-json", 400, "The body is not JSON", "Send one JSON object in UTF-8."),
        Kind("sign-in", 401, "Sign-in is needed", "Sign in with your name and password."),
        Kind("origin", 403, "This site may not use the bot", "Ask whoever runs it to add the site to its list."),
        Kind("forbidden", 403, "This is not for everybody", "Sign in as the admin, or ask from the server itself."),
        Kind("not-found", 404, "There is no such thing here", "See /api/docs for what there is."),
        Kind("method", 405, "The method is not allowed here", "Use a method that the Allow header names."),
        Kind("slow", 408, "The request took too long to arrive", "Send it again, faster."),
        Kind("too-large", 413, "The request is too large", "Send less."),
        Kind("unsupported-media-type", 415, "The body has another type", "Send it as application/json."),
        Kind("host", 421, "This server has another name", "Use an address that the server goes by."),
        Kind("invalid", 422, "Some fields are not as they should be", "Correct the fields that are named."),
        Kind("question-invalid", 422, "That cannot be asked", "Ask in words, in Kazakh or English."),
        Kind("too-many", 429, "Too many requests", "Wait for as long as Retry-After says, then try again."),
        Kind("failed", 500, "That did not work", "Try again. If it stays so, tell whoever runs the bot."),
        Kind("busy", 503, "The bot is busy", "Wait for as long as Retry-After says, then ask again."),
        Kind("not-ready", 503, "No articles can be answered from", "Look into the server's log."),
    )
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that is not as it should be."""

    field: str
    message: str


class Problem(Exception):
    """A request that ends with problem details instead of an answer."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: tuple[Fault, ...] = (),
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[kind]
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = errors

    def describe(self, root_path: str = "") -> dict[str, Any]:
        """The members of the problem details."""
        kind = self.kind
        told: dict[str, Any] = {
            "type": f"{root_path}/api/docs#{kind.name}",
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "action": kind.action,
        }
        if self.errors:
            told["errors"] = [{"field": fault.field, "message": fault.message} for fault in self.errors]
        return told


def problem_response(problem: Problem, scope: Scope) -> JSONResponse:
    """The response that tells a problem."""
    told = problem.describe(scope.get("root_path", ""))
    if scope.get("path", "").removeprefix(scope.get("root_path", "")).startswith("/v1/"):
        # Clients of OpenAI's format look here.
        told["error"] = {"message": problem.detail, "type": problem.kind.name, "code": problem.kind.name, "param": None}
    return JSONResponse(told, problem.kind.status, problem.headers, MEDIA_TYPE)


def problem_of(error: BaseException) -> Problem:
    """The problem that an error is to whoever made the request; what is our fault is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, QuestionInvalid):
        return Problem("question-invalid", str(error))
    if isinstance(error, ServerBusy):
        return Problem("busy", str(error), headers={"Retry-After": str(error.seconds)})
    if isinstance(error, QaBotError):  # any other is logged by who caught it
        log.error("A request failed: %s", error)
    return Problem("failed", "The log of the server knows more.")


def read_faults(request: Request, error: RequestValidationError) -> Problem:
    """The problem that a body or parameter is which is not as it should be. What was sent is not sent back."""
    found = error.errors()
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found[0]["loc"][0] == "body":
        if sent != "application/json":
            return Problem("unsupported-media-type", "The body has to be called application/json.")
        if found[0]["type"] == "json_invalid":
            return Problem("not-json", "The body cannot be read as JSON.")
    faults = tuple(Fault(".".join(map(str, fault["loc"][1:])) or "body", fault["msg"]) for fault in found)
    return Problem("invalid", "; ".join(f"{fault.field}: {fault.message}" for fault in faults), errors=faults)
