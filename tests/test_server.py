import asyncio
import os
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import gradio
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from langchain_core.runnables import RunnableLambda

from qa_bot.chain import Ask
from qa_bot.errors import PortUnavailable
from qa_bot.records import Answer, Article, Refusal
from qa_bot.settings import Settings
from ui.offline import stay_inside
from ui.server import (
    STATIC,
    AnnouncingServer,
    create_app,
    dress_html,
    name_address,
    open_port,
)
from ui.words import ENGLISH, KAZAKH

FONTS = Path(gradio.__file__).parent / "templates/frontend/static/fonts/IBMPlexSans"


def refuse(ask: Ask) -> Answer:
    return Answer(ask.question, "en", "", "", (), Refusal("not_in_articles"), 0.1)


@pytest.fixture(scope="module")
def app(visit: Article) -> FastAPI:
    async def _create() -> FastAPI:
        # Outside a running loop Gradio opens loops of its own and never closes them.
        return create_app(RunnableLambda(refuse), [visit], Settings(), {"kk": ["Кім?"], "en": ["Who?"]})

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
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
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


def test_nobody_can_leave_files_here(client: TestClient) -> None:
    assert client.post("/gradio_api/upload", files={"files": ("x.txt", b"x")}).status_code == 404


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_pages_that_load_from_elsewhere_are_off(path: str, client: TestClient) -> None:
    # FastAPI's documentation pages fetch their scripts from a content network.
    assert client.get(path).status_code == 404


def test_another_site_is_not_let_in(client: TestClient) -> None:
    got = client.get("/gradio_api/info", headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in got.headers


def test_a_page_of_another_make_is_left_readable() -> None:
    assert dress_html("<p>hello</p>", "en") == "<p>hello</p>"
    assert "<title>" in dress_html("<html><head></head></html>", "en")


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
    for variable in ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "LANGSMITH_TRACING"):
        # Setting first makes monkeypatch put the old state back, whatever is set in between.
        monkeypatch.setenv(variable, "x")
        monkeypatch.delenv(variable)
    stay_inside(Settings(embedding_model=model))
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["LANGSMITH_TRACING"] == "false"
    assert os.environ.get("HF_HUB_OFFLINE") == offline
    assert os.environ.get("TRANSFORMERS_OFFLINE") == offline
