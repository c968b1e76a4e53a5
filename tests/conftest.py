import asyncio
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

from index.articles import read_articles
from index.build import build_index
from qa_bot.records import Answer, Article, Lang
from qa_bot.settings import Settings
from qa_bot.steps import Ask
from tests.tiny_model import write_tiny_model
from ui.cli import main
from ui.shelf import Edition, Shelf, open_shelf

ROOT = Path(__file__).parents[1]

# The first draw of a fresh clone builds the Unicode tables, and the machine that tests may be busy: neither is a fault.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(autouse=True, scope="module")
def _root_logger() -> Iterator[None]:
    """Leave the root logger as it was: what a server or a command sets up shapes what other modules see of a log."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def visit() -> Article:
    """The user's article."""
    return next(article for article in read_articles([ROOT / "seeds"]) if article.id == "iran-president-visit")


@pytest.fixture(scope="session")
def article_of(visit: Article) -> Callable[[str], Article]:
    """Look an article up by its id, as an index does."""
    return {visit.id: visit}.__getitem__


class Whole:
    """Answers in one step, for tests of what goes on around an answer."""

    def __init__(self, answer: Callable[[Ask], Answer]) -> None:
        self.verify = answer

    def understand(self, ask: Ask) -> Ask:
        return ask

    retrieve = read = understand


@pytest.fixture(scope="session")
def shelf_of() -> Callable[..., Shelf]:
    """Make a shelf without an index: `shelf_of(answer, articles, suggestions)`."""

    def _make(
        answer: Callable[[Ask], Answer],
        articles: Sequence[Article] = (),
        suggestions: Mapping[Lang, Sequence[str]] | None = None,
    ) -> Shelf:
        edition = Edition(
            generation="made-up",
            created=0.0,
            steps=Whole(answer),
            articles={article.id: article for article in articles},
            search=lambda *_: [],
            suggestions=suggestions or {},
        )
        return Shelf(lambda: edition, lambda: "made-up")

    return _make


# What no article should be able to do: run, load, or end what it stands in.
HOSTILE = Article(
    "hostile <b>\"'",
    "Алма бағасы <img src=x onerror=window.hacked=1> {{7*7}}",
    "Алматыда алма бағасы 500 теңге болды <script>window.hacked=1</script> деді сатушы Марат.\n"
    "![x](http://evil.example/x.png) \u202eаударма\u202c \u200bжасырын &lt;b&gt; </script> ${7*7}",
    url="javascript:alert(1)",
    agency="<script>window.hacked=1</script>",
)


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the user's article and a hostile one. Nothing may change it."""
    folder = tmp_path_factory.mktemp("served")
    extra = folder / "hostile.jsonl"
    extra.write_text(json.dumps(asdict(HOSTILE)) + "\n", encoding="utf-8")
    build_index([ROOT / "seeds", extra], Settings(data=folder / "data"))
    return folder / "data"


@pytest.fixture(scope="session")
def small_shelf(small_data: Path) -> Iterator[Shelf]:
    """A shelf over a real index."""
    shelf = open_shelf(Settings(data=small_data))
    yield shelf
    shelf.close()


@contextmanager
def _run_app(create: Callable[[], Any]) -> Iterator[str]:
    import uvicorn

    from ui.server import configure_server, name_address, open_port

    opened = open_port("127.0.0.1", 0)
    server: uvicorn.Server | None = None
    failed: list[BaseException] = []

    async def _run() -> None:
        nonlocal server
        try:
            config = configure_server(create(), Settings())
            config.timeout_graceful_shutdown = 1
        except BaseException as error:
            failed.append(error)
            raise
        server = uvicorn.Server(config)
        await server.serve(sockets=[opened])

    thread = threading.Thread(target=asyncio.run, args=(_run(),))
    thread.start()
    while (server is None or not server.started) and not failed:
        time.sleep(0.01)
    try:
        yield name_address("127.0.0.1", opened)
    finally:
        if server is not None:
            server.should_exit = True
        thread.join(60)


@pytest.fixture(scope="session")
def serve_app() -> Callable[[Callable[[], Any]], Any]:
    """Serve an application over HTTP from this process: `with serve_app(create) as address`.

    It is made inside the server's loop: outside of one Gradio opens loops of its own and never closes them.
    """
    return _run_app


@pytest.fixture(scope="session")
def site_address(small_shelf: Shelf, small_data: Path) -> Iterator[str]:
    """The address of the whole server over a real index, with all settings as they are by default."""
    from ui.server import create_app

    with _run_app(lambda: create_app(small_shelf, Settings(data=small_data))) as address:
        yield address


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a small model made here."""
    return write_tiny_model(tmp_path_factory.mktemp("encoder") / "model")


@pytest.fixture
def small_encoder(encoder: str) -> Iterator[None]:
    """Settings of the surroundings do not count, and the small model is the encoder."""
    with mock.patch.dict(os.environ):
        for name in [name for name in os.environ if name.startswith("QA_BOT_")]:
            del os.environ[name]
        os.environ["QA_BOT_EMBEDDING_MODEL"] = encoder
        yield


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a verb in this process. Returns: the exit code, stdout and stderr."""

    def _run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return _run
