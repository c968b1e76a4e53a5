"""The web server: FastAPI owns the process and carries the Gradio page at `/`.

Nothing here makes a request to the outside, and the page's content security policy keeps browsers from making one.
"""

import asyncio
import os
import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_bot.errors import PortUnavailable
from qa_bot.records import Answer, Article, Lang
from qa_bot.settings import Settings
from ui.offline import stay_inside
from ui.words import LANGUAGES, choose_language, words_in

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from qa_bot.chain import Ask

STATIC: Final = Path(__file__).parent / "static"

# 'unsafe-inline': Gradio's page hands its configuration over in inline scripts and sets inline styles.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)

# Seconds an open page may delay the end of the process: each holds a stream that never ends by itself.
FAREWELL: Final = 3

_HEAD = """<title>{title}</title>
<meta name="description" content="{description}" />
<meta name="color-scheme" content="light dark" />
<link rel="icon" href="page/icon.svg" type="image/svg+xml" />
<link rel="preload" href="static/fonts/IBMPlexSans/IBMPlexSans-Regular.woff2" as="font" type="font/woff2" crossorigin />
<link rel="stylesheet" href="page/page.css" />
<script src="page/page.js" defer></script>
"""


def create_app(
    chain: "Runnable[Ask, Answer]",
    articles: Sequence[Article],
    settings: Settings,
    suggestions: Mapping[Lang, Sequence[str]],
) -> FastAPI:
    """Compose the web application. `articles` are those that quotes may come from, in the order given."""
    stay_inside(settings)
    import gradio as gr

    from ui.chat_page import build_page, translate_gradio

    app = FastAPI(title="QA bot", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def tell_health() -> dict[str, str | int]:
        return {"status": "ok", "articles": len(articles)}

    @app.post("/gradio_api/upload")
    def refuse_upload() -> None:
        # Gradio takes files from anybody, though no component of the page asks for one.
        raise HTTPException(404)

    app.mount("/page", StaticFiles(directory=STATIC))
    # Without a policy of ours, Gradio answers every other origin as if it were its own.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(DressPage)
    gr.mount_gradio_app(
        app,
        build_page(chain, articles, settings, suggestions),
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
    return app


def serve(settings: Settings) -> None:
    """Serve the page until interrupted; prints the address once it answers.

    Raises: PortUnavailable if the address is taken or forbidden; what `open_index` raises.
    """
    stay_inside(settings)
    with open_port(settings.host, settings.port) as opened:
        from index.retriever import open_index
        from qa_bot.chain import chain_steps
        from qa_bot.steps import Steps

        index = open_index(settings)
        steps = Steps(index, settings)
        suggestions = {lang: steps.suggest(lang) for lang in LANGUAGES}
        app = create_app(chain_steps(steps), index.articles(), settings, suggestions)
        run_server(app, opened, settings)


def run_server(app: ASGIApp, opened: socket.socket, settings: Settings) -> None:
    """Run an application on a socket that is bound already."""
    config = uvicorn.Config(app, log_level=settings.log_level, timeout_graceful_shutdown=FAREWELL)
    AnnouncingServer(config, name_address(settings.host, opened)).run(sockets=[opened])


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
    """A server that says where it is once it answers, and not before."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.to_thread(print, f"Open {self.address}", flush=True)


class DressPage:
    """Gives Gradio's page its language, title, style and policy in the very first bytes.

    Gradio itself would add them by script, after a flash of its own looks.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or path not in {"", "/"}:
            await self.app(scope, receive, send)
            return
        language = choose_language(Headers(scope=scope).get("accept-language", ""))
        # The page has to arrive as plain text to be dressed.
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def dress(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            headers = MutableHeaders(raw=start["headers"])
            page = bytes(body)
            if headers.get("content-type", "").startswith("text/html"):
                page = dress_html(page.decode(), language).encode()
                headers["content-length"] = str(len(page))
                headers["content-security-policy"] = CONTENT_SECURITY_POLICY
                headers["referrer-policy"] = "same-origin"
                headers["vary"] = "Accept-Language"
            await send({**start, "headers": headers.raw})
            await send({"type": "http.response.body", "body": page})

        await self.app({**scope, "headers": plain}, receive, dress)


def dress_html(page: str, language: Lang) -> str:
    """Put our head into Gradio's page and take out what points elsewhere."""
    words = words_in(language)
    page = re.sub(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", page)
    page = re.sub(r'<link rel="manifest"[^>]*>', "", page)
    page = re.sub(r'<html\s+lang="[^"]*"', f'<html lang="{language}"', page, count=1)
    head = _HEAD.format(title=words.title, description=words.title)
    return re.sub(r"(<base [^>]*>|<head>(?!.*<base ))", lambda found: found[0] + head, page, count=1, flags=re.DOTALL)
