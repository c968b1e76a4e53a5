"""Who calls, as far as can be believed: headers that only a proxy may send count only when a trusted one sends them."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from qa_bot.settings import Settings

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_FORWARDING: Final = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-prefix"}
    | {b"x-forwarded-proto", b"x-forwarded-scheme", b"x-forwarded-server", b"x-forwarded-user", b"x-real-ip"}
)

_KEY: Final = "qa_bot.caller"

_SITE_BITS: Final = 64  # of an IPv6 address: one customer has the other half to choose from (RFC 6177)


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` is what limits are counted by; `here`: calls from this machine, not on behalf of somebody else."""

    address: str
    by_proxy: bool
    here: bool


def caller_of(scope: Scope) -> Caller:
    """Who calls, as `Approach` found out."""
    caller: Caller = scope[_KEY]
    return caller


class Approach:
    """Finds out who calls, and where the bot's paths begin; to be the first to see a request.

    With a path prefix, the proxy may take it off or leave it on.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._root = settings.root_path
        self._networks = [ipaddress.ip_network(network) for network in settings.trusted_proxies]
        self._forgeable = _FORWARDING | {settings.auth_header.lower().encode()}
        # One host in a network is written as an address there.
        named = [str(net[0]) if net.num_addresses == 1 else str(net) for net in self._networks]
        self._forwarded = ProxyHeadersMiddleware(self._arrive, named)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = _read_address(scope["client"][0] if scope.get("client") else "")
        trusted = peer is not None and any(peer in network for network in self._networks)
        forwarded = any(name in _FORWARDING for name, _ in scope["headers"])
        scope = dict(scope)
        scope[_KEY] = Caller("", trusted, bool(peer and peer.is_loopback and not forwarded))
        if not trusted:
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in self._forgeable]
            await self._arrive(scope, receive, send)
            return
        # A socket of both families writes an IPv4 address as one of IPv6, as which no list has it.
        scope["client"] = (str(peer), scope["client"][1])
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]

    async def _arrive(self, scope: Scope, receive: Receive, send: Send) -> None:
        before = caller_of(scope)
        address = _name_address(scope["client"][0] if scope.get("client") else "")
        scope[_KEY] = Caller(address, before.by_proxy, before.here)
        if self._root:
            path: str = scope["path"]
            if path != self._root and not path.startswith(f"{self._root}/"):
                scope["path"] = self._root + path
                scope["raw_path"] = self._root.encode() + scope.get("raw_path", path.encode())
            scope["root_path"] = self._root
        await self._app(scope, receive, send)


def own_path(scope: Scope) -> str:
    """The path of a request without the prefix."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def is_below(path: str, places: Sequence[str]) -> bool:
    """Whether a path is one of some places, or below it."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _read_address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _name_address(text: str) -> str:
    address = _read_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _SITE_BITS), strict=False))
    return str(address) if address else text[:64]
