from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa_bot.settings import Settings
from ui.approach import Approach, caller_of, is_below, own_path


async def tell(request: Request) -> JSONResponse:
    caller = caller_of(request.scope)
    return JSONResponse(
        {
            "address": caller.address,
            "by_proxy": caller.by_proxy,
            "here": caller.here,
            "scheme": request.url.scheme,
            "path": own_path(request.scope),
            "root": request.scope["root_path"],
            "headers": sorted(set(request.headers) & {"x-forwarded-for", "x-forwarded-host", "remote-user"}),
        }
    )


def call(peer: str, path: str = "/api", headers: dict[str, str] | None = None, **settings: Any) -> dict[str, Any]:
    app = Starlette(routes=[Route("/api", tell), Route("/", tell)])
    client = TestClient(Approach(app, Settings(**settings)), client=(peer, 50000))
    told: dict[str, Any] = client.get(path, headers=headers or {}).json()
    return told


FORWARDED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "bot.example"}


def test_headers_of_a_stranger_are_not_believed_and_not_passed_on() -> None:
    told = call("198.51.100.1", headers={**FORWARDED, "Remote-User": "boss"}, auth_header="Remote-User")
    assert told["address"] == "198.51.100.1"
    assert (told["scheme"], told["by_proxy"], told["headers"]) == ("http", False, [])


@pytest.mark.parametrize("proxies", [("10.0.0.5",), ("10.0.0.0/8",), ("10.0.0.5/32", "::1/128")])
def test_headers_of_a_trusted_proxy_are(proxies: tuple[str, ...]) -> None:
    told = call("10.0.0.5", headers=FORWARDED, trusted_proxies=proxies)
    assert told["address"] == "203.0.113.7"
    assert (told["scheme"], told["by_proxy"], told["here"]) == ("https", True, False)
    assert told["headers"] == ["x-forwarded-for", "x-forwarded-host"]


def test_a_proxy_is_known_on_a_socket_of_both_families_as_well() -> None:
    told = call("::ffff:10.0.0.5", headers=FORWARDED, trusted_proxies=("10.0.0.5",))
    assert (told["address"], told["scheme"], told["by_proxy"]) == ("203.0.113.7", "https", True)


def test_of_a_chain_the_last_address_that_no_proxy_of_ours_has_counts() -> None:
    chain = {"X-Forwarded-For": "1.2.3.4, 203.0.113.7, 10.0.0.9"}
    assert call("10.0.0.5", headers=chain, trusted_proxies=("10.0.0.0/8",))["address"] == "203.0.113.7"


@pytest.mark.parametrize(
    ("peer", "headers", "here"),
    [
        ("127.0.0.1", {}, True),
        ("127.0.0.2", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("127.0.0.1", FORWARDED, False),
        ("127.0.0.1", {"Forwarded": "for=1.2.3.4"}, False),
        ("10.0.0.1", {}, False),
        ("testclient", {}, False),
    ],
)
def test_only_what_calls_from_this_machine_for_itself_is_here(peer: str, headers: dict[str, str], here: bool) -> None:
    assert call(peer, headers=headers)["here"] is here


def test_one_who_has_many_addresses_is_counted_as_one() -> None:
    assert call("2001:db8:1:2:3::1")["address"] == call("2001:db8:1:2:ffff::9")["address"] == "2001:db8:1:2::/64"
    assert call("2001:db8:1:3::1")["address"] != "2001:db8:1:2::/64"
    assert call("::ffff:10.0.0.1")["address"] == "10.0.0.1"
    garbled = call("10.0.0.5", headers={"X-Forwarded-For": "x" * 500}, trusted_proxies=("10.0.0.5",))
    assert garbled["address"] == "x" * 64


@pytest.mark.parametrize("path", ["/api", "/bot/api"])
def test_a_prefix_may_be_taken_off_by_the_proxy_or_left_on(path: str) -> None:
    told = call("10.0.0.5", path, root_path="/bot")
    assert (told["path"], told["root"]) == ("/api", "/bot")


@pytest.mark.parametrize("path", ["/", "/bot/"])
def test_the_first_page_is_found_below_the_prefix(path: str) -> None:
    assert call("10.0.0.5", path, root_path="/bot")["path"] == "/"


def test_a_place_holds_what_is_below_it_and_not_what_begins_alike() -> None:
    assert is_below("/api", ("/api",))
    assert is_below("/api/v1", ("/v1", "/api"))
    assert not is_below("/apiary", ("/api",))
