"""What the server logs: one line each, as text or as JSON, and what people ask only where the settings want it."""

import json
import logging
import secrets
import sys
import time
import traceback
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_bot.errors import QaBotError
from qa_bot.settings import Settings
from ui.approach import caller_of
from ui.metrics import Metrics
from ui.problems import Problem, problem_response

log = logging.getLogger(__name__)

_TEXT: Final = "%(levelname)s %(name)s: %(message)s"


def set_up_logs(settings: Settings) -> None:
    """Log to stderr from here on, the libraries as well."""
    handler = logging.StreamHandler(sys.stderr)
    kind = JsonLines if settings.log_format == "json" else TextLines
    handler.setFormatter(kind(with_messages=settings.log_questions))
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)


class TextLines(logging.Formatter):
    """`INFO ui.answering: Answered door=api ms=21.4`."""

    def __init__(self, *, with_messages: bool) -> None:
        super().__init__(_TEXT)
        self._with_messages = with_messages

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line, its facts at its end."""
        facts: dict[str, object] = getattr(record, "facts", {})
        told = " ".join(f"{name}={json.dumps(fact, ensure_ascii=False)}" for name, fact in facts.items())
        return f"{super().formatMessage(record)} {told}".rstrip()

    def formatException(self, ei: object) -> str:  # noqa: N802
        """The traceback, without what an error of a library may quote."""
        return _trace(ei, with_messages=self._with_messages)


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, message, and the facts by name."""

    def __init__(self, *, with_messages: bool) -> None:
        super().__init__()
        self._with_messages = with_messages

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        row: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            row["trace"] = _trace(record.exc_info, with_messages=self._with_messages)
        return json.dumps(row, ensure_ascii=False, default=str)


def _trace(info: object, *, with_messages: bool) -> str:
    error = info[1] if isinstance(info, tuple) else None
    if error is None:  # `exc_info=True` where nothing was raised
        return ""
    if with_messages or isinstance(error, QaBotError):
        return "".join(traceback.format_exception(error)).rstrip()
    # The message of a library's error may quote what it was given.
    return "".join([*traceback.format_tb(error.__traceback__), type(error).__qualname__])


_REQUEST: Final = "qa_bot.request"


class Record:
    """Counts and logs every request by its route.

    Paths are not logged as they come, for a conversation's id is part of one.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        request = secrets.token_hex(8)
        scope[_REQUEST] = request
        status = 0

        async def _send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", request.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, _send)
        finally:
            route = getattr(scope.get("route"), "path", None) or "other"
            self._metrics.count_request(scope["method"], route, status)
            log.info(
                "Request",
                extra={
                    "facts": {
                        "method": scope["method"],
                        "route": route,
                        "status": status,
                        "ms": round((time.monotonic() - started) * 1000, 1),
                        "address": caller_of(scope).address,
                        "request": request,
                    }
                },
            )


class TellFailures:
    """Logs what nobody caught, and turns it into a problem of ours; to stand inside `Record` and the CORS headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def _send(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, _send)
        except Exception:
            request = scope[_REQUEST]
            log.exception("A request failed", extra={"facts": {"request": request}})
            if begun:
                raise  # too late to say anything else
            problem = Problem("failed", f"The log knows more about the request {request}.")
            await problem_response(problem, scope)(scope, receive, send)
