"""How much one caller may send, and how often; what is over is refused before anything is done for it."""

import asyncio
import contextlib
import math
import time
from collections import Counter
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_bot.settings import Settings
from ui.approach import Caller, caller_of, is_below, own_path
from ui.metrics import Metrics
from ui.problems import Problem, problem_response

BODY_SECONDS: Final = 15
"""Seconds in which a request has to arrive whole; the longest question takes a slow telephone one."""

LINGER_SECONDS: Final = 2
"""Seconds for which the rest of a request that is too large is taken in and thrown away."""

OPEN_AT_ONCE: Final = 200
"""Requests that one address may hold open: an open page has two, and an office may share an address."""

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_COSTLY: Final = ("/api", "/v1", "/mcp", "/gradio_api")


class Rates:
    """Counts requests by address, questions by conversation, and failed sign-ins by address.

    This machine itself is not counted: what calls from it on behalf of others has to say so, as proxies do.
    """

    def __init__(self, settings: Settings) -> None:
        self._counter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._address = parse(settings.rate_address) if settings.rate_address else None
        self._conversation = parse(settings.rate_conversation) if settings.rate_conversation else None
        self._sign_in = parse("10/minute")

    def count_request(self, caller: Caller) -> None:
        """Raises: Problem if the caller's address has made too many."""
        if not caller.here:
            self._count(self._address, "address", caller.address, "This address")

    def count_question(self, caller: Caller, conversation: str | None) -> None:
        """Raises: Problem if too many were asked in the conversation."""
        if conversation and not caller.here:
            self._count(self._conversation, "conversation", conversation, "This conversation")

    def count_failed_sign_in(self, caller: Caller) -> None:
        """Remember that a name and password were wrong; from this machine, too."""
        self._counter.hit(self._sign_in, "sign-in", caller.address)

    def check_sign_in(self, caller: Caller) -> None:
        """Raises: Problem if the address got too many wrong."""
        if not self._counter.test(self._sign_in, "sign-in", caller.address):
            raise self._problem(self._sign_in, "sign-in", caller.address, "This address failed to sign in and")

    def _count(self, limit: RateLimitItem | None, what: str, who: str, named: str) -> None:
        if limit is not None and not self._counter.hit(limit, what, who):
            raise self._problem(limit, what, who, named)

    def _problem(self, limit: RateLimitItem, what: str, who: str, named: str) -> Problem:
        seconds = max(1, math.ceil(self._counter.get_window_stats(limit, what, who).reset_time - time.time()))
        return Problem(
            "too-many",
            f"{named} may try {limit.amount} times per {limit.GRANULARITY.name}. Wait {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )


class LimitRequests:
    """Turns away callers who come too often, or who hold too many requests open: a page's streams do not end."""

    def __init__(self, app: ASGIApp, rates: Rates, metrics: Metrics) -> None:
        self._app = app
        self._rates = rates
        self._metrics = metrics
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_below(own_path(scope), _COSTLY):
            await self._app(scope, receive, send)
            return
        caller = caller_of(scope)
        try:
            self._rates.count_request(caller)
            self._check_open(caller)
        except Problem as problem:
            self._metrics.refused.labels("too-many").inc()
            await problem_response(problem, scope)(scope, receive, send)
            return
        self._open[caller.address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[caller.address] -= 1
            if not self._open[caller.address]:
                del self._open[caller.address]

    def _check_open(self, caller: Caller) -> None:
        if self._open[caller.address] >= OPEN_AT_ONCE and not caller.here:
            raise Problem("too-many", f"This address holds {OPEN_AT_ONCE} requests open.", headers={"Retry-After": "5"})


class LimitBody:
    """Takes a request's body in whole before anything is done with it: not more than so much, not slower than so.

    What is sent in chunks, or with a wrong length, is counted as it arrives.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._most = settings.max_body
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await self._take(scope, receive)
        except TimeoutError:
            await self._refuse(Problem("slow", f"The request had {BODY_SECONDS} s to arrive."), scope, receive, send)
            return
        except Problem as problem:
            await _read_on(receive)
            await self._refuse(problem, scope, receive, send)
            return
        if body is not None:
            await self._app(scope, replay(body, receive), send)

    async def _take(self, scope: Scope, receive: Receive) -> bytes | None:
        """Returns: the body, or None if the caller hung up. Raises: Problem if it is too large."""
        told = Headers(scope=scope).get("content-length", "0")
        if told.isascii() and told.isdigit() and int(told[:12]) > self._most:
            raise self._too_large()
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._most:
                raise self._too_large()
            if not message.get("more_body"):
                return bytes(body)

    def _too_large(self) -> Problem:
        return Problem("too-large", f"At most {self._most:,} bytes are read.")

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        self._metrics.refused.labels(problem.kind.name).inc()
        problem.headers["Connection"] = "close"
        await problem_response(problem, scope)(scope, receive, send)


async def _read_on(receive: Receive) -> None:
    """Let what is still being sent run off for a moment.

    A connection that is closed with bytes unread is reset, and its caller may never see the answer (RFC 9112, 9.6).
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            message: Message = {"more_body": True}
            while message.get("more_body"):
                message = await receive()


def replay(body: bytes, receive: Receive) -> Receive:
    """What tells a body that was taken in already, and then goes on to listen."""
    told = False

    async def _receive() -> Message:
        nonlocal told
        if told:
            return await receive()  # whoever listens on wants to know when the caller hangs up
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return _receive
