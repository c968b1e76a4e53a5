import asyncio
import os
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import bcrypt
import gradio
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from index.build import build_index
from qa_bot.errors import PortUnavailable
from qa_bot.records import Answer, Article, Refusal
from qa_bot.settings import Settings
from qa_bot.steps import Ask
from ui import server as module
from ui.offline import stay_inside
from ui.server import (
    STATIC,
    AnnouncingServer,
    configure_server,
    create_app,
    name_address,
    open_port,
)
from ui.shelf import Shelf, open_shelf
from ui.words import ENGLISH, KAZAKH

FONTS = Path(gradio.__file__).parent / "templates/frontend/static/fonts/IBMPlexSans"


def refuse(ask: Ask) -> Answer:
    return Answer(ask.question, "en", "", "", (), Refusal("not_in_articles"), 0.1)


@pytest.fixture(scope="module")
def app(visit: Article, shelf_of: Callable[..., Shelf]) -> FastAPI:
    async def _create() -> FastAPI:
        # Outside a running loop Gradio opens loops of its own and never closes them.
        return create_app(shelf_of(refuse, [visit], {"kk": ["Кім?"], "en": ["Who?"]}), Settings())

    return asyncio.run(_create())


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        yield opened


@pytest.mark.parametrize(
    ("accepted", "lang", "title"),
    [("kk", "kk", KAZAKH.title), ("en-US", "en", ENGLISH.title), ("", "kk", KAZAKH.title)],
)
def test_the_first_bytes_speak_the_browsers_language(accepted: str, lang: str, title: str, client: TestClient) -> None:
    page = client.get("/", headers={"accept-language": accepted}).text
    assert re.search(rf'<html\s+lang="{lang}"', page)
    assert f"<title>{title}</title>" in page
    assert "page/page.css" in page.split("<script>", 1)[0]


def test_the_page_names_no_address_outside(client: TestClient) -> None:
    page = client.get("/").text
    assert not re.findall(r"https?://(?!testserver)[\w.-]+", page)
    assert "gradio.app" not in page
    assert "manifest" not in page


def test_browsers_are_told_to_fetch_from_nowhere_else(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert not re.search(r"https?:|\*", policy)


def test_the_dressed_page_has_the_length_it_says(client: TestClient) -> None:
    got = client.get("/", headers={"accept-encoding": "br, gzip"})
    assert int(got.headers["content-length"]) == len(got.content)
    assert "content-encoding" not in got.headers


def test_the_page_can_be_asked_for_without_its_body(client: TestClient) -> None:
    assert client.head("/").status_code == 200


@pytest.mark.parametrize("name", [path.name for path in STATIC.iterdir()])
def test_every_static_file_is_served(name: str, client: TestClient) -> None:
    assert client.get(f"/page/{name}").content == (STATIC / name).read_bytes()


def test_static_files_fetch_nothing_from_outside() -> None:
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]+\.", text), path.name


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_fonts_of_the_style_sheet_are_served(weight: str, client: TestClient) -> None:
    name = f"IBMPlexSans-{weight}.woff2"
    assert f"../static/fonts/IBMPlexSans/{name}" in (STATIC / "page.css").read_text(encoding="utf-8")
    assert client.get(f"/static/fonts/IBMPlexSans/{name}").content == (FONTS / name).read_bytes()


def test_health_tells_how_many_articles_are_known(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "articles": 1}


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_pages_that_load_from_elsewhere_are_off(path: str, client: TestClient) -> None:
    # FastAPI's documentation pages fetch their scripts from a content network.
    assert client.get(path).status_code == 404


def test_another_site_is_not_let_in(client: TestClient) -> None:
    got = client.get("/gradio_api/info", headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in got.headers


def test_a_port_in_use_is_said_at_once() -> None:
    with open_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailable, match=rf"127\.0\.0\.1:{port}: Address already in use.*--port {port + 1}"):
            open_port("127.0.0.1", port)


def test_an_address_of_another_machine_cannot_be_served_on() -> None:
    with pytest.raises(PortUnavailable, match=r"192\.0\.2\.1:7860"):
        open_port("192.0.2.1", 7860)


def test_a_port_is_free_again_after_use() -> None:
    with open_port("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
    open_port("127.0.0.1", port).close()


@pytest.mark.parametrize(
    ("host", "named"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("localhost", "localhost")]
)
def test_the_printed_address_opens_on_this_machine(host: str, named: str) -> None:
    with open_port(host, 0) as opened:
        assert name_address(host, opened) == f"http://{named}:{opened.getsockname()[1]}"


def test_the_address_is_printed_once_the_page_answers(capsys: pytest.CaptureFixture[str]) -> None:
    app = FastAPI()
    app.add_api_route("/", lambda: "here")
    opened = open_port("127.0.0.1", 0)
    server = AnnouncingServer(uvicorn.Config(app, log_level="error"), name_address("127.0.0.1", opened))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    said = ""
    until = time.monotonic() + 20
    while "\n" not in said and time.monotonic() < until:
        said += capsys.readouterr().out
        time.sleep(0.01)
    with urllib.request.urlopen(said.removeprefix("Open ").strip(), timeout=5) as answered:
        assert answered.status == 200
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("model", "offline"), [("bundled", "1"), ("intfloat/multilingual-e5-small", None)], ids=["bundled", "named"]
)
def test_libraries_are_kept_from_calling_home(model: str, offline: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (
        "GRADIO_ANALYTICS_ENABLED",
        "GRADIO_ANALYTICS_CACHE_FREQUENCY",
        "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE",
        "LANGSMITH_TRACING",
    ):
        # Setting first makes monkeypatch put the old state back, whatever is set in between.
        monkeypatch.setenv(variable, "x")
        monkeypatch.delenv(variable)
    stay_inside(Settings(embedding_model=model))
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["LANGSMITH_TRACING"] == "false"
    assert os.environ.get("HF_HUB_OFFLINE") == offline
    assert os.environ.get("TRANSFORMERS_OFFLINE") == offline


LISTED = "https://intranet.example"


@pytest.fixture(scope="module")
def embedded(visit: Article, shelf_of: Callable[..., Shelf], serve_app: Any) -> Iterator[str]:
    """The address of a server that one other site may embed, which knows callers by a proxy on this machine."""
    settings = Settings(
        embed_origins=(LISTED,), trusted_proxies=("127.0.0.1",), rate_address="5/hour", root_path="/bot"
    )
    with serve_app(lambda: create_app(shelf_of(refuse, [visit]), settings)) as address:
        yield address


def test_a_listed_site_may_call_without_credentials_and_no_other(embedded: str) -> None:
    asked = {"question": "Who?"}
    got = httpx.post(f"{embedded}/api/v1/ask", json=asked, headers={"Origin": LISTED})
    assert got.status_code == 200
    assert got.headers["access-control-allow-origin"] == LISTED
    assert "access-control-allow-credentials" not in got.headers
    assert "Origin" in got.headers["vary"]
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    told = httpx.options(f"{embedded}/api/v1/ask", headers={"Origin": LISTED, **preflight})
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, LISTED)
    for origin in ("https://evil.example", f"{LISTED}.evil.example", "null"):
        for got in (
            httpx.post(f"{embedded}/api/v1/ask", json=asked, headers={"Origin": origin}),
            httpx.options(f"{embedded}/api/v1/ask", headers={"Origin": origin, **preflight}),
            httpx.get(f"{embedded}/theme.css", headers={"Origin": origin}),
        ):
            assert got.status_code == 403
            assert not [name for name in got.headers if name.startswith("access-control")]


def test_a_listed_site_is_told_of_a_failure_as_well(shelf_of: Callable[..., Shelf], serve_app: Any) -> None:
    def _fail(_: Ask) -> Answer:
        raise RuntimeError

    with serve_app(lambda: create_app(shelf_of(_fail), Settings(embed_origins=(LISTED,)))) as address:
        got = httpx.post(f"{address}/api/v1/ask", json={"question": "Who?"}, headers={"Origin": LISTED})
    assert (got.status_code, got.json()["type"]) == (500, "/api/docs#failed")
    assert got.headers["access-control-allow-origin"] == LISTED
    assert got.headers["x-request-id"] in got.json()["detail"]


@pytest.mark.parametrize("prefix", ["", "/bot"])
def test_everything_is_found_below_a_prefix_whether_the_proxy_takes_it_off_or_not(prefix: str, embedded: str) -> None:
    page = httpx.get(f"{embedded}{prefix}/")
    assert page.status_code == 200
    for path in ("page/page.css", "theme.css", "embed.js", "widget", "healthz", "api/docs", "api/openapi.json"):
        assert httpx.get(f"{embedded}{prefix}/{path}").status_code == 200, path
    asset = re.findall(r'src="\./(assets/[^"]+)"', page.text)[0]
    assert httpx.get(f"{embedded}{prefix}/{asset}").status_code == 200
    assert httpx.get(f"{embedded}{prefix}/api/v1/nothing").json()["type"] == "/bot/api/docs#not-found"
    assert httpx.get(f"{embedded}{prefix}/api/openapi.json").json()["servers"] == [{"url": "/bot"}]


def test_a_flood_from_one_address_stops_itself_and_nobody_else(embedded: str) -> None:
    def _ask(address: str) -> int:
        headers = {"X-Forwarded-For": f"10.1.1.1, {address}"}
        return httpx.post(f"{embedded}/api/v1/ask", json={"question": "Who?"}, headers=headers).status_code

    assert [_ask("203.0.113.7") for _ in range(7)] == [200] * 5 + [429] * 2
    assert _ask("203.0.113.8") == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/articles", "/nothing", "/api/docs", "/page/page.js", "/theme.css", "/embed.js", "/widget"]
)
def test_every_answer_has_a_strict_policy(path: str, embedded: str) -> None:
    headers = httpx.get(embedded + path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith(f"frame-ancestors 'self' {LISTED}")
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "" if path == "/" else policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers
    assert "set-cookie" not in headers


def test_more_questions_than_may_wait_are_told_to_come_again(shelf_of: Callable[..., Shelf], serve_app: Any) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def _answer(ask: Ask) -> Answer:
        begun.set()
        assert go_on.wait(60)
        return refuse(ask)

    settings = Settings(concurrent=1, waiting=0)
    with (
        serve_app(lambda: create_app(shelf_of(_answer), settings)) as address,
        ThreadPoolExecutor(1) as people,
    ):
        first = people.submit(httpx.post, f"{address}/api/v1/ask", json={"question": "Who?"}, timeout=60)
        assert begun.wait(60)
        for path in ("/api/v1/ask", "/api/v1/ask/stream"):
            got = httpx.post(address + path, json={"question": "Why?"})
            assert (got.status_code, got.json()["type"]) == (503, "/api/docs#busy")
            assert int(got.headers["retry-after"]) >= 1
        assert httpx.get(f"{address}/healthz").status_code == 200
        go_on.set()
        assert first.result(60).status_code == 200


def test_newly_built_articles_are_answered_from_without_a_restart(
    tmp_path: Path, serve_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.05)
    settings = Settings(data=tmp_path / "data")
    seed = tmp_path / "a.md"
    seed.write_text("---\nid: a\ntitle: Алма\n---\nАлма 500 теңге болды.\n", encoding="utf-8")
    build_index([seed], settings)
    shelf = open_shelf(settings)
    with serve_app(lambda: create_app(shelf, settings)) as address:
        before = httpx.get(f"{address}/readyz").json()["generation"]
        seed.write_text("---\nid: a\ntitle: Алма\n---\nАлма 700 теңге болды.\n", encoding="utf-8")
        build_index([seed], settings)
        until = time.monotonic() + 60
        while httpx.get(f"{address}/readyz").json()["generation"] == before and time.monotonic() < until:
            time.sleep(0.05)
        assert "700" in httpx.get(f"{address}/api/v1/articles/a").json()["text"]
        assert "700" in httpx.post(f"{address}/api/v1/ask", json={"question": "Алма қанша теңге?"}).json()["answer"]
        assert 'switches_total{outcome="switched"} 1.0' in httpx.get(f"{address}/metrics").text
    shelf.close()


def takes_calls(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_who_was_asked_before_the_end_is_still_answered(
    shelf_of: Callable[..., Shelf], capsys: pytest.CaptureFixture[str]
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def _answer(ask: Ask) -> Answer:
        begun.set()
        assert go_on.wait(60)
        return refuse(ask)

    opened = open_port("127.0.0.1", 0)
    port, address = opened.getsockname()[1], name_address("127.0.0.1", opened)
    servers: list[AnnouncingServer] = []

    async def _run() -> None:
        app = create_app(shelf_of(_answer), Settings())
        servers.append(AnnouncingServer(configure_server(app, Settings()), address, app.state.answering.close))
        await servers[0].serve(sockets=[opened])

    thread = threading.Thread(target=asyncio.run, args=(_run(),))
    thread.start()
    with ThreadPoolExecutor(1) as people:
        asked = people.submit(httpx.post, f"{address}/api/v1/ask", json={"question": "Who?"}, timeout=60)
        assert begun.wait(60)
        servers[0].should_exit = True
        while takes_calls(port):
            time.sleep(0.05)
        go_on.set()
        assert asked.result(60).status_code == 200
    thread.join(60)
    assert not thread.is_alive()
    assert "Open http://127.0.0.1" in capsys.readouterr().out


def test_without_a_password_only_the_probes_answer(
    shelf_of: Callable[..., Shelf], serve_app: Any, tmp_path: Path
) -> None:
    people = tmp_path / "people"
    people.write_text(f"aigerim:{bcrypt.hashpw(b'aport', bcrypt.gensalt(4)).decode()}\n")
    with serve_app(lambda: create_app(shelf_of(refuse), Settings(password_file=str(people)))) as address:
        for path in (
            "/",
            "/api/v1/articles",
            "/api/docs",
            "/page/page.js",
            "/embed.js",
            "/gradio_api/queue/data",
            "/x",
        ):
            assert httpx.get(address + path).status_code == 401, path
        assert httpx.post(f"{address}/mcp", json={}).status_code == 401
        assert httpx.get(f"{address}/readyz").status_code == 200
        assert httpx.get(address, auth=("aigerim", "aport")).status_code == 200
