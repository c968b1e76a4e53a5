"""Who may come in: anybody, or only those who sign in here or at a proxy; and the admin."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

import anyio.to_thread
import bcrypt
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa_bot.errors import SettingInvalid
from qa_bot.settings import Settings
from ui.approach import caller_of, own_path
from ui.limits import Rates
from ui.problems import Problem, problem_response
from ui.security import PROBES

ADMIN: Final = "admin"

_KNOWN: Final = 256
"""Sign-ins remembered, so that the slow comparison is made once and not with every request."""


class Doorkeeper:
    """Knows the names and passwords."""

    def __init__(self, settings: Settings, rates: Rates) -> None:
        self._hashes = read_passwords(Path(settings.password_file)) if settings.password_file else {}
        self._admin = settings.admin_password.encode()
        self._header = settings.auth_header
        self._rates = rates
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # Compared with when a name is unknown, so that the time taken does not tell.
        self._nobody = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt()) if self._hashes else b""

    @property
    def has_admin(self) -> bool:
        """Whether there is an admin part."""
        return bool(self._admin)

    @property
    def is_open(self) -> bool:
        """Whether anybody may come in."""
        return not self._hashes and not self._header

    async def admit(self, scope: Scope) -> None:
        """Let in who has signed in, here or at a trusted proxy. Raises: Problem."""
        headers = Headers(scope=scope)
        if self._header and caller_of(scope).by_proxy and headers.get(self._header, "").strip():
            return
        if await self._knows(scope, headers):
            return
        offered = {"WWW-Authenticate": 'Basic realm="qa-bot", charset="UTF-8"'} if self._hashes else {}
        raise Problem("sign-in", "Only people who have signed in may use this.", headers=offered)

    async def admit_admin(self, scope: Scope) -> None:
        """Let in the admin alone. Raises: Problem."""
        if not self._admin:
            raise Problem("not-found", "There is no admin part: no password is set for it.")
        name, password = read_basic(Headers(scope=scope))
        if name is not None:
            self._rates.check_sign_in(caller_of(scope))
            if name == ADMIN and hmac.compare_digest(password, self._admin):
                return
            self._rates.count_failed_sign_in(caller_of(scope))
        challenge = {"WWW-Authenticate": 'Basic realm="qa-bot admin", charset="UTF-8"'}
        raise Problem("sign-in", "This is for the admin.", headers=challenge)

    async def _knows(self, scope: Scope, headers: Headers) -> bool:
        name, password = read_basic(headers)
        if name is None or not (self._hashes or self._admin):
            return False
        seal = hmac.digest(self._key, name.encode() + b"\0" + password, hashlib.sha256)
        if seal in self._known:
            self._known.move_to_end(seal)
            return True
        caller = caller_of(scope)
        # One guess of an address after the other: of many at once, all would be let through before the first fails.
        async with self._turns.setdefault(caller.address, asyncio.Lock()):
            self._rates.check_sign_in(caller)
            right = name == ADMIN and bool(self._admin) and hmac.compare_digest(password, self._admin)
            if not right and self._hashes:
                right = await anyio.to_thread.run_sync(self._compare, name, password)
            if not right:
                self._rates.count_failed_sign_in(caller)
                return False
        self._known[seal] = None
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        return True

    def _compare(self, name: str, password: bytes) -> bool:
        known = self._hashes.get(name)
        right = bcrypt.checkpw(password[:72], known or self._nobody)  # bcrypt takes no more than 72 bytes
        return right and known is not None


class SignIn:
    """Lets nobody past who has to sign in and has not."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and not self._doorkeeper.is_open and own_path(scope) not in PROBES:
            try:
                await self._doorkeeper.admit(scope)
            except Problem as problem:
                app = problem_response(problem, scope)
        await app(scope, receive, send)


def read_basic(headers: Headers) -> tuple[str | None, bytes]:
    """The name and password of a Basic `Authorization` header (RFC 7617); no name if there is none that can be read."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None, b""
    try:
        name, colon, password = base64.b64decode(rest.strip(), validate=True).partition(b":")
        return (name.decode(), password) if colon else (None, b"")
    except (binascii.Error, ValueError):
        return None, b""


def read_passwords(path: Path) -> dict[str, bytes]:
    """The bcrypt hashes of a file such as `htpasswd -B` writes, by name.

    Raises: SettingInvalid if it cannot be read, or a line is anything else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(f"QA_BOT_PASSWORD_FILE: {path} cannot be read ({error}).") from error
    hashes: dict[str, bytes] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not name or name == ADMIN or not hashed.startswith(("$2a$", "$2b$", "$2y$")) or len(hashed) != 60:
            raise SettingInvalid(
                f"QA_BOT_PASSWORD_FILE: {path}, line {number} is not NAME:BCRYPT-HASH. "
                f"Make lines with: htpasswd -B {path} NAME"
            )
        hashes[name] = hashed.encode()
    if not hashes:
        raise SettingInvalid(f"QA_BOT_PASSWORD_FILE: {path} names nobody. Add someone with: htpasswd -B {path} NAME")
    return hashes
