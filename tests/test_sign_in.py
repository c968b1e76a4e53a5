import asyncio
import base64
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa_bot.errors import SettingInvalid
from qa_bot.settings import Settings
from ui import sign_in
from ui.approach import Approach, Caller
from ui.limits import Rates
from ui.problems import Problem
from ui.sign_in import Doorkeeper, SignIn, read_basic, read_passwords

ADMIN = "correct horse battery"
LONG = "ұзын құпиясөз " * 10  # more bytes than bcrypt reads


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("passwords") / "people"
    lines = ["# people", ""]
    for name, password in (("aigerim", "aport-alma"), ("Ерлан", LONG)):
        lines.append(f"{name}:{bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def open_client(peer: str = "10.0.0.5", **given: Any) -> TestClient:
    settings = Settings(**given)
    keeper = Doorkeeper(settings, Rates(settings))

    async def _page(_: Request) -> PlainTextResponse:
        return PlainTextResponse("in")

    async def _admin(request: Request) -> PlainTextResponse:
        try:
            await keeper.admit_admin(request.scope)
        except Problem as problem:
            return PlainTextResponse(problem.detail, problem.kind.status, problem.headers)
        return PlainTextResponse("admin")

    routes = [Route("/", _page), Route("/healthz", _page), Route("/readyz", _page), Route("/admin", _admin)]
    return TestClient(Approach(SignIn(Starlette(routes=routes), keeper), settings), client=(peer, 1))


def test_anybody_comes_in_where_nobody_has_to_sign_in() -> None:
    assert open_client().get("/").text == "in"


def test_only_who_knows_a_password_comes_in(passwords: Path) -> None:
    client = open_client(password_file=str(passwords))
    got = client.get("/")
    assert (got.status_code, got.headers["www-authenticate"]) == (401, 'Basic realm="qa-bot", charset="UTF-8"')
    assert got.json()["type"] == "/api/docs#sign-in"
    assert client.get("/", headers=basic("aigerim", "aport-alma")).text == "in"
    assert client.get("/", headers=basic("Ерлан", LONG)).text == "in"
    for name, password in (
        ("aigerim", "Aport-alma"),
        ("nobody", "aport-alma"),
        ("aigerim", ""),
        ("", ""),
        ("admin", ""),
    ):
        assert client.get("/", headers=basic(name, password)).status_code == 401, name


def test_whether_the_server_lives_can_be_asked_without_a_password(passwords: Path) -> None:
    client = open_client(password_file=str(passwords))
    assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_password_is_compared_slowly_once_and_known_after_that(
    passwords: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = open_client(password_file=str(passwords))
    assert client.get("/", headers=basic("aigerim", "aport-alma")).text == "in"
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: pytest.fail("compared again"))
    assert client.get("/", headers=basic("aigerim", "aport-alma")).text == "in"


def test_no_more_sign_ins_are_remembered_than_so_many(passwords: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "_KNOWN", 1)
    client = open_client(password_file=str(passwords))
    for _ in range(2):
        assert client.get("/", headers=basic("aigerim", "aport-alma")).text == "in"
        assert client.get("/", headers=basic("Ерлан", LONG)).text == "in"


def test_whoever_guesses_is_stopped_even_if_they_guess_right(passwords: Path) -> None:
    client = open_client(password_file=str(passwords))
    statuses = [client.get("/", headers=basic("aigerim", str(guess))).status_code for guess in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert client.get("/", headers=basic("aigerim", "aport-alma")).status_code == 429


def test_who_guesses_many_times_at_once_is_stopped_as_well(passwords: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    monkeypatch.setattr(bcrypt, "checkpw", lambda password, _: compared.append(password))
    settings = Settings(password_file=str(passwords))
    keeper = Doorkeeper(settings, Rates(settings))

    async def _guess(guess: int) -> str:
        headers = Headers(basic("aigerim", str(guess))).raw
        scope: Any = {"type": "http", "headers": headers, "qa_bot.caller": Caller("10.0.0.5", False, False)}
        try:
            await keeper.admit(scope)
        except Problem as problem:
            return problem.kind.name
        return "in"

    async def _guess_all() -> list[str]:
        return await asyncio.gather(*map(_guess, range(30)))

    assert asyncio.run(_guess_all()) == ["sign-in"] * 10 + ["too-many"] * 20
    assert len(compared) == 10


PROXIED: dict[str, Any] = {"auth_header": "Remote-User", "trusted_proxies": ("10.0.0.5",)}


def test_whom_a_trusted_proxy_names_comes_in() -> None:
    client = open_client(**PROXIED)
    assert client.get("/", headers={"Remote-User": "aigerim"}).text == "in"
    for headers in ({}, {"Remote-User": " "}, basic("aigerim", "x")):
        got = client.get("/", headers=headers)
        assert got.status_code == 401
        assert "www-authenticate" not in got.headers  # a browser's own dialogue would be of no use


def test_whoever_names_themselves_does_not() -> None:
    client = open_client("10.0.0.6", **PROXIED)
    assert client.get("/", headers={"Remote-User": "aigerim"}).status_code == 401


def test_there_is_no_admin_part_without_a_password() -> None:
    assert open_client().get("/admin", headers=basic("admin", "")).status_code == 404


def test_only_the_admin_comes_into_the_admin_part(passwords: Path) -> None:
    client = open_client(admin_password=ADMIN, password_file=str(passwords))
    assert client.get("/admin", headers=basic("admin", ADMIN)).text == "admin"
    assert client.get("/", headers=basic("admin", ADMIN)).text == "in"
    got = client.get("/admin", headers=basic("aigerim", "aport-alma"))
    assert (got.status_code, got.headers["www-authenticate"][:5]) == (401, "Basic")


def test_the_admin_comes_in_beside_a_proxy_that_signs_people_in() -> None:
    client = open_client(admin_password=ADMIN, **PROXIED)
    assert client.get("/admin", headers={"Remote-User": "a", **basic("admin", ADMIN)}).text == "admin"
    assert client.get("/", headers=basic("admin", "wrong")).status_code == 401


def test_guesses_at_the_admins_password_are_stopped() -> None:
    client = open_client(admin_password=ADMIN)
    statuses = [client.get("/admin", headers=basic("admin", str(guess))).status_code for guess in range(12)]
    assert statuses == [401] * 10 + [429] * 2


@given(st.text(max_size=30))
def test_any_header_is_read_or_refused(value: str) -> None:
    for scheme in ("", "Basic ", "Bearer "):
        headers = Headers(raw=[(b"authorization", (scheme + value).encode("utf-8"))])
        name, password = read_basic(headers)
        assert (name is None) <= (password == b"")


@given(st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"])), st.binary())
def test_a_name_and_password_are_read_as_they_were_sent(name: str, password: bytes) -> None:
    sent = b"bAsIc " + base64.b64encode(name.encode() + b":" + password)
    assert read_basic(Headers(raw=[(b"authorization", sent)])) == (name, password)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names nobody"),
        ("aigerim", "line 1 is not NAME:BCRYPT-HASH"),
        ("aigerim:secret", "line 1 is not"),
        ("aigerim:$apr1$x$y", "line 1 is not"),
        ("admin:$2b$04$" + "x" * 53, "line 1 is not"),
        (":$2b$04$" + "x" * 53, "line 1 is not"),
    ],
)
def test_a_password_file_that_is_none_is_told(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "people"
    path.write_text(text)
    with pytest.raises(SettingInvalid, match=said):
        read_passwords(path)


def test_a_password_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="cannot be read"):
        Doorkeeper(Settings(password_file=str(tmp_path / "people")), Rates(Settings()))


def test_a_lifespan_is_nobodys_call() -> None:
    seen: list[str] = []

    async def _app(scope: Any, *_: Any) -> None:
        seen.append(scope["type"])

    settings = Settings(**PROXIED)
    guarded: Any = Approach(SignIn(_app, Doorkeeper(settings, Rates(settings))), settings)
    asyncio.run(guarded({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]
