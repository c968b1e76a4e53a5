"""Which of Gradio's routes are open, and to what: what the page asks for, and nothing else of what Gradio can do."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.approach import own_path
from ui.limits import replay
from ui.problems import Problem, problem_response

_SESSION: Final = r"[A-Za-z0-9]{1,64}"

_FILE: Final = r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*"  # no folder above: no name begins with a dot

_EVENTS: Final = tuple(re.compile(path) for path in (r"/gradio_api/queue/join/?", r"/gradio_api/run/predict/?"))
"""Paths by which the page has a function of its own called."""

OPEN: Final[Mapping[str, Sequence[re.Pattern[str]]]] = {
    "GET": tuple(
        re.compile(path)
        for path in (
            r"/?",
            r"/theme\.css",
            rf"/assets/{_FILE}",
            rf"/static/{_FILE}",
            r"/gradio_api/app_id",  # by which a page that lost the server learns that it is back
            rf"/gradio_api/heartbeat/{_SESSION}",
            r"/gradio_api/queue/data",
        )
    ),
    "HEAD": (re.compile(r"/?"),),
    "POST": (*_EVENTS, re.compile(r"/gradio_api/cancel"), re.compile(r"/gradio_api/reset/?")),
}
"""Paths by method, each as a whole. Uploads, files, proxies, monitoring and the rest stay closed."""

_SAID: Final = frozenset({"data", "event_data", "fn_index", "trigger_id", "session_hash"})
"""What the page says with an event."""


class Closed:
    """Lets requests through to Gradio only where the page needs them to, and only with what the page says there.

    `inputs` tells how many values each of the page's functions takes, by its index.
    """

    def __init__(self, app: ASGIApp, inputs: Mapping[int, int]) -> None:
        self.app = app
        self._inputs = inputs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http":
            path = own_path(scope)
            if not any(pattern.fullmatch(path) for pattern in OPEN.get(scope["method"], ())):
                app = problem_response(Problem("not-found", "There is no such path here."), scope)
            elif any(pattern.fullmatch(path) for pattern in _EVENTS):
                body = await _read_body(receive)
                receive = replay(body, receive)
                if not self._is_of_the_page(body):
                    app = problem_response(Problem("invalid", "The page says nothing of that kind."), scope)
        await app(scope, receive, send)

    def _is_of_the_page(self, body: bytes) -> bool:
        """Whether the page could have sent a body.

        Gradio looks for files in whatever it is given, a text box's value too, and fetches what is named like one.
        Of too few values it prints those that came.
        """
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(said, dict) or not said.keys() <= _SAID:
            return False
        index, data, session = said.get("fn_index"), said.get("data"), said.get("session_hash")
        return (
            type(index) is int
            and isinstance(data, list)
            and len(data) == self._inputs.get(index)
            and all(value is None or isinstance(value, str) for value in data)
            and not isinstance(said.get("event_data"), dict | list)
            and isinstance(session, str)
            and bool(re.fullmatch(_SESSION, session))
        )


async def _read_body(receive: Receive) -> bytes:
    """A body that `ui.limits.LimitBody` has let in."""
    body = bytearray()
    message: Mapping[str, Any] = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return bytes(body)
