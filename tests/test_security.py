import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from qa_bot.settings import Settings
from ui.security import CheckOrigin, SecureHeaders

LISTED = "https://intranet.example"


async def page(_: Request) -> Response:
    return HTMLResponse("<p>page</p>")


async def data(_: Request) -> Response:
    return JSONResponse({})


async def own(_: Request) -> Response:
    return HTMLResponse(
        "x", headers={"content-security-policy": "default-src 'self'", "referrer-policy": "no-referrer"}
    )


def open_client(base: str = "http://bot.example", **settings: object) -> TestClient:
    routes = [
        Route("/", page),
        Route("/api/v1/ask", data, methods=["GET", "POST"]),
        Route("/embed.js", data),
        Route("/widget/here", page),
        Route("/own", own),
        Route("/healthz", data),
    ]
    chosen = Settings(**settings)  # type: ignore[arg-type]
    return TestClient(SecureHeaders(CheckOrigin(Starlette(routes=routes), chosen), chosen), base_url=base)


@pytest.mark.parametrize("path", ["/", "/api/v1/ask", "/embed.js", "/own", "/nowhere"])
def test_every_response_has_a_policy_and_may_be_framed_only_by_us(path: str) -> None:
    headers = open_client().get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src '")
    assert policy.endswith("frame-ancestors 'self'")
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == ("no-referrer" if path == "/own" else "same-origin")


def test_sites_on_the_list_may_frame_a_page() -> None:
    headers = open_client(embed_origins=(LISTED, "http://b.example:8080")).get("/").headers
    assert headers["content-security-policy"].endswith(f"frame-ancestors 'self' {LISTED} http://b.example:8080")
    assert "x-frame-options" not in headers


def test_what_is_no_page_may_load_nothing_and_answers_are_not_kept() -> None:
    headers = open_client().get("/api/v1/ask").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; base-uri 'none'; form-action 'none'")
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_only_the_widgets_script_may_be_loaded_by_other_sites() -> None:
    assert open_client().get("/embed.js").headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (LISTED, 200),
        ("http://bot.example", 200),
        ("https://bot.example", 200),  # a proxy speaks TLS to the browser and not to us
        ("https://bot.example:443", 200),
        ("https://evil.example", 403),
        ("https://bot.example.evil.example", 403),
        ("https://intranet.example.evil.example", 403),
        ("https://intranet.example:8443", 403),
        ("http://intranet.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_a_page_of_a_site_that_is_not_listed_may_not_call(origin: str, status: int) -> None:
    got = open_client(embed_origins=(LISTED,)).post("/api/v1/ask", headers={"Origin": origin})
    assert got.status_code == status
    assert "access-control-allow-origin" not in got.headers
    if status == 403:
        assert got.json()["type"] == "/api/docs#origin"
        assert origin == "" or origin not in got.text


def test_behind_a_proxy_that_renames_the_host_our_own_page_may_still_call() -> None:
    client = open_client("http://127.0.0.1:7860")
    ours = {"Origin": "https://bot.example"}
    assert client.post("/api/v1/ask", headers=ours).status_code == 403
    assert client.post("/api/v1/ask", headers={**ours, "X-Forwarded-Host": "bot.example"}).status_code == 200
    assert client.post("/api/v1/ask", headers={**ours, "Sec-Fetch-Site": "same-origin"}).status_code == 200


FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}


def test_a_frame_in_a_site_that_is_not_listed_says_so_in_both_languages() -> None:
    got = open_client(embed_origins=(LISTED,)).get("/", headers={**FRAMED, "Referer": "https://evil.example/page"})
    assert got.status_code == 403
    assert "рұқсат берілмеген" in got.text
    assert "list of origins" in got.text
    assert "evil.example" not in got.text
    # To be seen, the message has to be framed; there is nothing else in it.
    assert got.headers["content-security-policy"] == "default-src 'none'; frame-ancestors *"
    assert "x-frame-options" not in got.headers


@pytest.mark.parametrize(
    "headers",
    [
        {**FRAMED, "Referer": f"{LISTED}/page"},
        {**FRAMED, "Referer": "http://bot.example/"},
        {**FRAMED, "Sec-Fetch-Site": "same-origin", "Referer": "https://evil.example/"},
        FRAMED,  # no telling where: the policy decides
        {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"},
    ],
    ids=["listed", "ours", "same origin", "no referer", "a link"],
)
def test_other_frames_and_links_get_the_page(headers: dict[str, str]) -> None:
    assert open_client(embed_origins=(LISTED,)).get("/", headers=headers).text == "<p>page</p>"


def test_a_site_of_the_same_owner_has_to_be_listed_too() -> None:
    headers = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-site", "Referer": "https://other.bot.example/"}
    assert open_client().get("/", headers=headers).status_code == 403


def test_any_site_may_ask_whether_it_is_listed() -> None:
    headers = {**FRAMED, "Referer": "https://evil.example/"}
    assert open_client().get("/widget/here", headers=headers).text == "<p>page</p>"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("bot.example", 200),
        ("BOT.example:8080", 200),
        ("evil.example", 421),
        ("bot.example.evil.example", 421),
        ("", 421),
    ],
)
def test_a_server_with_a_name_answers_to_no_other(host: str, status: int) -> None:
    client = open_client(hosts=("Bot.example",))
    assert client.get("/", headers={"Host": host}).status_code == status
    assert client.get("/healthz", headers={"Host": host}).status_code == 200
