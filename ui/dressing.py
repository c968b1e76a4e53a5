"""Gradio's page as it leaves the server: in the reader's language and our style, and with a policy from its first byte.

Gradio itself would add them by script, after a flash of its own looks.
"""

import base64
import hashlib
import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_bot.records import Lang
from ui.approach import own_path
from ui.words import choose_language, words_in

_HEAD: Final = """<title>{title}</title>
<meta name="description" content="{description}" />
<meta name="color-scheme" content="light dark" />
<link rel="icon" href="page/icon.svg" type="image/svg+xml" />
<link rel="preload" href="static/fonts/IBMPlexSans/IBMPlexSans-Regular.woff2" as="font" type="font/woff2" crossorigin />
<link rel="stylesheet" href="page/page.css" />
<link rel="stylesheet" href="page/print.css" media="print" />
<script src="page/page.js" defer></script>
<script src="page/actions.js" defer></script>
"""

# Gradio sets styles in attributes; nothing that a style can name is fetched from elsewhere.
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' {scripts}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
    )
)

_SCRIPT: Final = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


class DressPage:
    """Gives Gradio's page its language, title, style and policy in the very first bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or own_path(scope) not in {"", "/"}:
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
                text = dress_html(page.decode(), language)
                page = text.encode()
                headers["content-length"] = str(len(page))
                headers["content-security-policy"] = write_policy(text)
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


def write_policy(page: str) -> str:
    """The policy of a page: its own inline scripts run, by their hashes, and no other."""
    hashes = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page))
    return _POLICY.format(scripts=" ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes))
