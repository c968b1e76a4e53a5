"""Which of Gradio's routes are open: what the page asks for, and nothing else of what Gradio can do."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.approach import own_path
from ui.problems import Problem, problem_response

_SESSION: Final = r"[A-Za-z0-9]{1,64}"

_FILE: Final = r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*"  # no folder above: no name begins with a dot

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
    "POST": tuple(
        re.compile(path)
        for path in (
            r"/gradio_api/queue/join/?",
            r"/gradio_api/run/predict/?",
            r"/gradio_api/cancel",
            r"/gradio_api/reset/?",
        )
    ),
}
"""Paths by method, each as a whole. Uploads, files, proxies, monitoring and the rest stay closed."""


class Closed:
    """Lets requests through to Gradio only where the page needs them to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http":
            path = own_path(scope)
            if not any(pattern.fullmatch(path) for pattern in OPEN.get(scope["method"], ())):
                app = problem_response(Problem("not-found", "There is no such path here."), scope)
        await app(scope, receive, send)
