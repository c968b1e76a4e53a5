"""What browsers are told to keep to, and which sites may have them call here."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_bot.settings import Settings
from ui.approach import is_below, own_path
from ui.problems import Problem, problem_response

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'"
"""The policy of what is no page."""

PAGE: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""The policy of a page of ours: its own files, nothing inline, nobody else's."""

EMBEDDABLE: Final = frozenset({"/embed.js", "/widget/here"})
"""What any site may load, to be told by it whether it is on the list."""

PROBES: Final = frozenset({"/healthz", "/readyz"})
"""What anybody may ask, to find out whether the server works."""

_FRAMES: Final = frozenset({"iframe", "frame", "embed", "object"})

_SAID: Final = ("/api", "/v1", "/mcp")  # what is said to one is not kept for another

_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

_NOT_LISTED: Final = """<!doctype html>
<html lang="kk"><meta charset="utf-8"><title>Бұл сайтқа рұқсат жоқ</title>
<p>Бұл сайтқа чат-ботты өз бетіне орнатуға рұқсат берілмеген. Ботқа жауапты адамнан сайтты тізімге қосуды сұраңыз.</p>
<p lang="en">This site may not show the bot. Ask whoever runs the bot to add the site to its list of origins.</p>
</html>
"""


def name_ancestors(settings: Settings) -> str:
    """Who may frame a page, as a directive of a content security policy."""
    return " ".join(("frame-ancestors", "'self'", *settings.embed_origins))


class SecureHeaders:
    """Gives every response a content security policy and what else browsers should keep to.

    A route may set any of these headers itself; the sites that may frame a page are added to its policy all the same.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._ancestors = name_ancestors(settings)
        self._alone = not settings.embed_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                self._secure(headers, own_path(scope))
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, _send)

    def _secure(self, headers: MutableHeaders, path: str) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        policy = headers.get("content-security-policy", PAGE if is_page else NOTHING)
        if "frame-ancestors" not in policy:
            policy = f"{policy}; {self._ancestors}"
            if self._alone:
                headers.setdefault("x-frame-options", "SAMEORIGIN")  # for browsers older than frame-ancestors
        headers["content-security-policy"] = policy
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if is_below(path, _SAID):
            headers.setdefault("cache-control", "no-store")
        if path in EMBEDDABLE:
            headers["cross-origin-resource-policy"] = "cross-origin"


class CheckOrigin:
    """Turns away calls from pages of sites that are not on the list, and frames in them, with a clear word."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._allowed = frozenset(settings.embed_origins)
        self._hosts = frozenset(name.lower() for name in settings.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        app: ASGIApp = self._app
        if self._is_misnamed(scope, headers):
            app = problem_response(Problem("host", "The Host header names a server that this one is not."), scope)
        elif not self._is_welcome(headers):
            app = problem_response(
                Problem("origin", "The page that calls is of another site, which is not listed."), scope
            )
        elif own_path(scope) not in EMBEDDABLE and not self._may_frame(headers):
            # To be seen inside that very frame: it holds nothing but these two sentences.
            policy = "default-src 'none'; frame-ancestors *"
            app = HTMLResponse(_NOT_LISTED, 403, {"content-security-policy": policy})
        await app(scope, receive, send)

    def _is_misnamed(self, scope: Scope, headers: Headers) -> bool:
        # Whoever asks whether the process lives calls it by its address, and learns nothing else.
        known = not self._hosts or _host_name(headers.get("host", "")) in self._hosts
        return not known and own_path(scope) not in PROBES

    def _is_welcome(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        return (
            origin is None
            or origin in self._allowed
            or headers.get("sec-fetch-site") == "same-origin"
            or _is_own(origin, headers)
        )

    def _may_frame(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-dest") not in _FRAMES:
            return True
        referer = urlsplit(headers.get("referer", ""))
        if headers.get("sec-fetch-site") in {"same-origin", "none"} or not referer.netloc:
            return True  # a frame of ours, or one whose place is not told: then frame-ancestors alone decides
        origin = f"{referer.scheme}://{referer.netloc}"
        return origin in self._allowed or _is_own(origin, headers)


def _is_own(origin: str, headers: Headers) -> bool:
    """Whether an origin is the address that was called; what scheme a proxy speaks to the browser is not known."""
    called = headers.get("x-forwarded-host", headers.get("host", "")).partition(",")[0]
    return bool(called) and _drop_port(urlsplit(origin).netloc) == _drop_port(called)


def _drop_port(host: str) -> str:
    """A host without the port that goes without saying."""
    return host.lower().removesuffix(":443").removesuffix(":80")


def _host_name(host: str) -> str:
    name, _, port = host.lower().rpartition(":")
    return name if name and port.isdigit() else host.lower()
