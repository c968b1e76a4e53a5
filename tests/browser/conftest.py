"""A real server over a real index, and a real browser before it.

The server is the `qa-bot` command in processes of its own; what leaves the machine is recorded by the browser.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI

from ui.server import name_address, open_port

ROOT = Path(__file__).parents[2]

# What Chromium does by itself on start, none of which a test needs.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

HOSTILE = """---
id: hostile "id" <b>
title: Алма бағасы <img src=x onerror=window.hacked=1> $$x$$
agency: <script>window.hacked=1</script>
place: Алматы
lang: kk
---
Алматыда алма бағасы 500 теңге болды <script>window.hacked=1</script> <svg/onload=window.hacked=1> деді сатушы Марат.
# Тақырып *емес* `код` {{x}} ${x} &lt;b&gt; <a href="javascript:window.hacked=1">бас</a>
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A busy machine can stop a browser for seconds: what fails once is tried again, and the report marks it R.

    A fault fails every time.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))


def find_browser() -> str | None:
    """A Chromium on this machine: the one named by QA_BOT_BROWSER, else a known name, else Playwright's own."""
    named = os.environ.get("QA_BOT_BROWSER")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def wait_for_row() -> Callable[[Path, str], None]:
    """Waits until the server, which the page tells in the background, has written a line with these words."""

    def wait(path: Path, words: str, patience: float = 20.0) -> None:
        until = time.monotonic() + patience
        while not (path.exists() and words in path.read_text(encoding="utf-8")):
            assert time.monotonic() < until, f"{words} not in {path.name} within {patience} s"
            time.sleep(0.05)

    return wait


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A running browser. Without one the tests are skipped, except in continuous integration, where they fail."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None:
        reason = "No Chromium found. Install one, run `playwright install chromium`, or name it in QA_BOT_BROWSER."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Index a folder and serve it by the `qa-bot` command. Returns: the address that the command prints.

    Settings are given by their names in small letters: `serve(folder, root_path="/bot")`.
    """
    running: list[subprocess.Popen[str]] = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_BOT_")}

    def _serve(folder: Path, **settings: str) -> str:
        data = tmp_path_factory.mktemp("data")
        command = [sys.executable, "-m", "ui.cli"]
        subprocess.run(
            [*command, "index", str(folder), "--data", str(data)], cwd=ROOT, env=environment, check=True, timeout=120
        )
        server = subprocess.Popen(
            [*command, "serve", "--data", str(data), "--port", "0"],
            cwd=ROOT,
            env={**environment, **{f"QA_BOT_{name.upper()}": value for name, value in settings.items()}},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(server)
        return _first_line(server).removeprefix("Open ").strip()

    yield _serve
    for server in running:
        server.terminate()
        server.wait(20)
        if server.stdout:
            server.stdout.close()


def _first_line(server: "subprocess.Popen[str]") -> str:
    lines: Queue[str] = Queue()
    assert server.stdout is not None
    threading.Thread(target=lambda out: lines.put(out.readline()), args=(server.stdout,), daemon=True).start()
    try:
        return lines.get(timeout=120)
    except Empty:
        pytest.fail("The server printed no address within two minutes.")


@pytest.fixture(scope="module")
def site(serve: Callable[..., str]) -> str:
    """The address of a server that knows the article in `seeds`."""
    return serve(ROOT / "seeds")


@pytest.fixture(scope="module")
def hostile_site(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a server that knows an article full of markup."""
    folder = tmp_path_factory.mktemp("articles")
    (folder / "hostile.md").write_text(HOSTILE, encoding="utf-8")
    return serve(folder)


@contextmanager
def _run_app(create: Callable[[], FastAPI], port: int = 0) -> Iterator[str]:
    """Serve an application from this process, for what a real index cannot do: be slow, or go away and come back.

    Yields: its address. Ends the server on leaving.
    """
    opened = open_port("127.0.0.1", port)
    server: uvicorn.Server | None = None

    async def _run() -> None:
        nonlocal server
        server = uvicorn.Server(uvicorn.Config(create(), log_level="error", timeout_graceful_shutdown=1))
        await server.serve(sockets=[opened])

    thread = threading.Thread(target=asyncio.run, args=(_run(),))
    thread.start()
    try:
        yield name_address("127.0.0.1", opened)
    finally:
        while server is None:
            time.sleep(0.01)
        server.should_exit = True
        thread.join(30)


@pytest.fixture
def run_app() -> Callable[..., AbstractContextManager[str]]:
    """Make a served application: `with run_app(create) as address`; `port` is the one it had before."""
    return _run_app


# Whoever leaves a page ends its streams, of which Gradio complains in one of these ways.
LEAVING = ("AbortError", "Unexpected error Connection errored out.")


class Visit:
    """One browser window on the page, with what it fetched and complained about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.address = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(LEAVING):
            self.complaints.append(message.text)

    def open(self, address: str) -> None:
        self.address = address
        self.page.goto(address)
        self.page.wait_for_selector("#title h1")
        self.page.wait_for_selector("#now section")

    def ask(self, question: str) -> None:
        """Type a question, press Enter, and wait for the whole answer and for its quote in the article."""
        self.page.fill("#question textarea", question)
        self.send()
        self.wait_for(question)

    def send(self, tries: int = 20) -> None:
        """Press Enter until the question is taken: while the last answer is being laid out, it stays in the box."""
        from playwright.sync_api import TimeoutError as NotTaken

        for _ in range(tries):
            self.page.press("#question textarea", "Enter")
            try:
                self.page.wait_for_function(
                    "() => document.querySelector('#question textarea').value === ''", timeout=1500
                )
            except NotTaken:
                continue
            return
        pytest.fail("The page took no question.")

    def wait_for(self, question: str) -> None:
        self.page.wait_for_function(
            """asked => {
                if (!document.querySelector("#now .whole .question")?.textContent.endsWith(asked)) return false;
                const quote = document.querySelector("#now blockquote");
                return !quote || quote.textContent === `«${document.getElementById("quoted")?.textContent}»`;
            }""",
            arg=question,
        )


def is_served(address: str) -> bool:
    """Whether anything listens at the address."""
    url = urlsplit(address)
    try:
        socket.create_connection((url.hostname, url.port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.fixture
def visit_page(chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Open a window: `visit_page(locale="kk-KZ", size=(390, 844))`. Afterwards it must have nothing to complain of."""
    opened: list[tuple[Any, Visit]] = []

    def _open(locale: str = "en-US", size: tuple[int, int] = (1280, 800), **options: Any) -> Visit:
        context = chromium.new_context(
            locale=locale, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **options
        )
        # The machine may be busy with other things; a test that passes does not wait any longer for it.
        context.set_default_timeout(60_000)
        visit = Visit(context.new_page())
        opened.append((context, visit))
        return visit

    yield _open
    for context, visit in opened:
        context.close()
        outside = [url for url in visit.requests if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]
        assert outside == []
        # A page that outlives its server calls for it until the window is closed.
        left = "net::ERR_CONNECTION_REFUSED" if visit.address and not is_served(visit.address) else None
        assert [said for said in visit.complaints if left is None or left not in said] == []
