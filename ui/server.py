"""The web server: FastAPI owns the process and carries the API, the widget and, below everything else, Gradio's page.

Nothing here makes a request to the outside, and the content security policies keep browsers from making one.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from qa_bot.errors import PortUnavailable, QaBotError, ServerBusy
from qa_bot.records import Answer
from qa_bot.settings import Settings
from qa_bot.steps import Ask
from ui.answering import PAGE, Answering
from ui.api import Rooms, route_api
from ui.api_document import route_document
from ui.approach import Approach, caller_of
from ui.closed import Closed
from ui.conversations import Conversations
from ui.dressing import DressPage
from ui.limits import LimitBody, LimitRequests, Rates
from ui.logs import Record, TellFailures, set_up_logs
from ui.metrics import Metrics
from ui.offline import stay_inside
from ui.openai_api import route_openai
from ui.operating import route_operating
from ui.patience import PatientProtocol
from ui.problems import Problem, problem_of, problem_response, read_faults
from ui.security import CheckOrigin, SecureHeaders
from ui.shelf import Shelf, ShelfArticles, ShelfSuggestions, open_shelf, try_refresh
from ui.sign_in import Doorkeeper, SignIn
from ui.widget.routes import route_widget

STATIC: Final = Path(__file__).parent / "static"

FAREWELL: Final = 3
"""Seconds an open page may delay the end of the process: each holds a stream that never ends by itself."""

PATIENCE: Final = 30
"""Seconds that questions asked before the end still have to be answered; a language model may need them."""

WATCH: Final = 2
"""Seconds between two looks for newly built articles."""


def create_app(shelf: Shelf, settings: Settings) -> FastAPI:
    """Compose the web application over the articles of a shelf.

    Raises: SettingInvalid if the password file cannot be used.
    """
    stay_inside(settings)
    from ui.mcp import create_mcp

    metrics, rates = Metrics(), Rates(settings)
    answering = Answering(shelf, settings, metrics)
    rooms = Rooms(
        settings, answering, Conversations(settings.conversations, settings.conversation_minutes * 60), rates, metrics
    )
    doorkeeper = Doorkeeper(settings, rates)
    metrics.watch_generation(lambda: shelf.edition.created, lambda: len(shelf.edition.articles))
    metrics.watch("qa_bot_conversations", "Conversations remembered.", lambda: len(rooms.conversations))
    page = create_page(shelf, settings, answering, rates)
    assistants, spoken = create_mcp(rooms)

    @asynccontextmanager
    async def _live(_: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(_watch(shelf, metrics))
        try:
            async with page.router.lifespan_context(page), assistants.session_manager.run():
                yield
        finally:
            watching.cancel()
            answering.close(0)

    app = FastAPI(
        title="qa-bot", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=_live
    )
    app.state.answering = answering
    app.include_router(route_operating(rooms, doorkeeper))
    app.include_router(route_api(rooms))
    app.include_router(route_openai(rooms))
    app.include_router(route_document(app, settings))
    app.include_router(route_widget(lambda: list(shelf.edition.articles.values()), settings))
    app.router.routes.append(spoken)
    app.mount("/page", GZipMiddleware(StaticFiles(directory=STATIC)))
    # What none of these routes knows is Gradio's, so that a known path with a wrong method is told as such.
    app.router.default = Closed(DressPage(page), page.state.inputs)
    _tell_problems(app)
    # The last one added is the first to see a request.
    app.add_middleware(LimitRequests, rates=rates, metrics=metrics)
    app.add_middleware(LimitBody, settings=settings, metrics=metrics)
    app.add_middleware(SignIn, doorkeeper=doorkeeper)
    app.add_middleware(TellFailures)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.embed_origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After", "X-Request-Id"],
    )
    app.add_middleware(CheckOrigin, settings=settings)
    app.add_middleware(Record, metrics=metrics)
    app.add_middleware(SecureHeaders, settings=settings)
    app.add_middleware(Approach, settings=settings)
    return app


def create_page(shelf: Shelf, settings: Settings, answering: Answering, rates: Rates) -> FastAPI:
    """Gradio's page as an application of its own. `state.inputs`: how many values each of its functions takes."""
    import gradio as gr
    from langchain_core.runnables import RunnableConfig, RunnableLambda

    from ui.chat_page import build_page, translate_gradio

    async def _answer(ask: Ask, config: RunnableConfig) -> Answer:
        told = config["configurable"]
        caller = caller_of(told["scope"])
        try:
            rates.count_question(caller, told["conversation"])
        except Problem as problem:
            raise ServerBusy(problem.detail, int(problem.headers["Retry-After"])) from problem
        return (await answering.answer(ask, PAGE, caller.address)).answer

    page = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Without a policy of ours, Gradio answers every other origin as if it were its own.
    page.add_middleware(CORSMiddleware, allow_origins=[])
    blocks = build_page(
        RunnableLambda(_answer),
        ShelfArticles(shelf),
        settings,
        ShelfSuggestions(shelf),
        None if settings.language_model else answering.try_out,
    )
    page.state.inputs = {index: len(function.inputs) for index, function in blocks.fns.items()}
    mounted: FastAPI = gr.mount_gradio_app(
        page,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        i18n=translate_gradio(),
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
    )
    return mounted


def serve(settings: Settings) -> None:
    """Serve until interrupted; prints the address once it answers.

    Raises: PortUnavailable if the address is taken or forbidden; what `open_index` raises.
    """
    stay_inside(settings)
    set_up_logs(settings)
    with open_port(settings.host, settings.port) as opened:
        shelf = open_shelf(settings)
        app = create_app(shelf, settings)
        run_server(app, opened, settings, app.state.answering.close)
        shelf.close()


def run_server(app: ASGIApp, opened: socket.socket, settings: Settings, finish: Callable[[float], bool]) -> None:
    """Run an application on a socket that is bound already.

    `finish` is called in the end, with the seconds that it may take, until it returns that all questions are answered.
    """
    address = name_address(settings.host, opened)
    AnnouncingServer(configure_server(app, settings), address, finish).run(sockets=[opened])


def configure_server(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How uvicorn is to run an application."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        log_config=None,
        log_level=settings.log_level,
        access_log=False,  # see `ui.logs.Record`: a path may hold a conversation's id
        proxy_headers=False,  # see `ui.approach`
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=FAREWELL,
    )


def open_port(host: str, port: int) -> socket.socket:
    """Take an address before anything slow begins, so that a port in use shows at once.

    Raises: PortUnavailable.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        # Otherwise a restart fails for the minute in which the system still remembers the last connections.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        # Two sockets may be bound with SO_REUSEADDR, but only one can listen.
        opened.listen(2048)
    except OSError as error:
        opened.close()
        raise PortUnavailable(
            f"Cannot serve on {host}:{port}: {error.strerror}. Stop what runs there, or choose another: "
            f"qa-bot serve --port {port + 1 if port < 65535 else 7860}"
        ) from error
    return opened


def name_address(host: str, opened: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{here}]' if ':' in here else here}:{opened.getsockname()[1]}"


class AnnouncingServer(uvicorn.Server):
    """A server that says where it is once it answers, and not before; and that ends once it has answered."""

    def __init__(self, config: uvicorn.Config, address: str, finish: Callable[[float], bool] = lambda _: True) -> None:
        super().__init__(config)
        self.address = address
        self._finish = finish

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.to_thread(print, f"Open {self.address}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in self.servers:
            listening.close()
        for opened in sockets or ():
            opened.close()
        step = 0.2  # seconds, between two looks for a second Ctrl+C
        for _ in range(int(PATIENCE / step)):
            if self.force_exit or await asyncio.to_thread(self._finish, step):
                break
        await super().shutdown(sockets)


async def _watch(shelf: Shelf, metrics: Metrics) -> None:
    while True:
        await asyncio.sleep(WATCH)
        outcome = await asyncio.to_thread(try_refresh, shelf)
        if outcome != "same":
            metrics.switches.labels(outcome).inc()


def _tell_problems(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    @app.exception_handler(QaBotError)
    async def _tell(request: Request, error: Exception) -> Response:
        return problem_response(problem_of(error), request.scope)

    @app.exception_handler(RequestValidationError)
    async def _tell_faults(request: Request, error: RequestValidationError) -> Response:
        return problem_response(read_faults(request, error), request.scope)

    @app.exception_handler(HTTPException)
    async def _tell_status(request: Request, error: HTTPException) -> Response:
        kinds = {404: "not-found", 405: "method", 400: "not-json"}
        headers: dict[str, Any] = dict(error.headers or {})
        problem = Problem(kinds.get(error.status_code, "failed"), str(error.detail), headers=headers)
        return problem_response(problem, request.scope)
