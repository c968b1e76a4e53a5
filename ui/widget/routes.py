"""Serves the widget: the script for the host page, and the panel that it puts into a frame.

The files are read, filled in and compressed once, when the application is put together; together they are to stay
below 20 kB as sent. Nothing here sets a cookie, and no text of the panel comes from its address.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Template
from typing import Final

from fastapi import APIRouter, Request, Response

from qa_bot.records import Article, Lang
from qa_bot.settings import Settings
from ui.reading import newest_article
from ui.widget.words import write_button_words, write_panel_words
from ui.words import LANGUAGES, choose_language, words_in

_FILES: Final = Path(__file__).parent

SCRIPT: Final = "text/javascript; charset=utf-8"
STYLE: Final = "text/css; charset=utf-8"
PAGE: Final = "text/html; charset=utf-8"

# Host pages name the script without its version, so they ask again after five minutes; what the panel names carries
# the version, and lasts.
_SHORT: Final = "public, max-age=300"
_LONG: Final = "public, max-age=31536000, immutable"


def route_widget(articles: Callable[[], Sequence[Article]], settings: Settings) -> APIRouter:
    """The widget's routes. `articles` gives those that are answered from at the moment."""
    router = APIRouter(include_in_schema=False)
    button_words = json.dumps(write_button_words(), ensure_ascii=False)
    embed = _read("embed.js").replace("/* words */ {}", button_words)
    panel = {"panel.js": _read("panel.js"), "panel.css": _read("panel.css")}
    version = hashlib.sha256("".join(panel.values()).encode()).hexdigest()[:8]
    page = Template(_read("panel.html"))

    def _serve(path: str, text: str, kind: str, keep: str, **headers: str) -> None:
        packed = _pack(text)

        @router.get(path)
        def _send(request: Request) -> Response:
            return _answer(request, packed, kind, {"cache-control": keep, **headers})

    _serve("/embed.js", embed, SCRIPT, _SHORT)
    _serve("/widget/panel.js", panel["panel.js"], SCRIPT, _LONG)
    _serve("/widget/panel.css", panel["panel.css"], STYLE, _LONG)
    anybody = _write_policy(("*",))
    _serve("/widget/here", _read("here.html"), PAGE, _SHORT, **{"content-security-policy": anybody})
    _serve("/widget/here.js", _read("here.js"), SCRIPT, _SHORT)

    listed = _write_policy(("'self'", *settings.embed_origins))

    @router.get("/widget")
    def show_panel(request: Request, lang: str = "") -> Response:
        chosen = _choose(lang, request.headers.get("accept-language", ""))
        text = page.substitute(
            lang=chosen,
            title=words_in(chosen).title,
            data=_write_data(articles(), settings),
            longest=settings.max_question,
            version=version,
        )
        headers = {"cache-control": "no-cache", "content-security-policy": listed}
        return _answer(request, _pack(text), PAGE, headers)

    return router


def _read(name: str) -> str:
    """A file of ours as it is sent: without the lines that are only comment, and without indentation.

    No string of these files runs over several lines with either in it.
    """
    text = (_FILES / name).read_text(encoding="utf-8")
    if name.endswith(".css"):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _write_policy(frames: Sequence[str]) -> str:
    """The content security policy of a page that `frames` may show: nothing but our own files, nothing inline."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            f"frame-ancestors {' '.join(frames)}",
        )
    )


def _write_data(articles: Sequence[Article], settings: Settings) -> str:
    """What the panel's script has to know, as JSON that cannot end the element it stands in."""
    newest = newest_article(articles) if articles else None
    data = {
        "words": write_panel_words(articles),
        "origins": settings.embed_origins,
        "newest": newest and {"id": newest.id, "title": newest.title, "lang": newest.lang},
        "minutes": settings.conversation_minutes,
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _choose(lang: str, accept_language: str) -> Lang:
    for known in LANGUAGES:
        if known == lang:
            return known
    return choose_language(accept_language)


def _pack(text: str) -> tuple[bytes, bytes]:
    """The same, plain and compressed; no time is written, so that the same text gives the same bytes."""
    plain = text.encode()
    return plain, gzip.compress(plain, 9, mtime=0)


def _answer(request: Request, packed: tuple[bytes, bytes], kind: str, headers: dict[str, str]) -> Response:
    plain, compressed = packed
    tag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
    headers = {**headers, "etag": tag, "vary": "Accept-Encoding, Accept-Language"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(compressed, media_type=kind, headers={**headers, "content-encoding": "gzip"})
    return Response(plain, media_type=kind, headers=headers)
