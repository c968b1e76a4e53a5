"""Bad input of every sort: told in one clear line with the next step, and nothing that was there is lost."""

import errno
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.runnables import Runnable

from index.build import build_index
from index.generation import find_current, list_generations
from index.retriever import Index, open_index
from qa_bot.chain import Ask, build_chain
from qa_bot.errors import PortUnavailable, QuestionInvalid
from qa_bot.question import understand
from qa_bot.records import Answer, Article, Lang
from qa_bot.settings import Settings
from tests.tiny_model import write_tiny_model
from ui.cli import main
from ui.server import open_port, serve

ROOT = Path(__file__).parents[2]
ENGLISH = "What is the trade target?"
TARGET = "сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
PATIENCE = 20.0
"""Seconds after which a person would think that bad input has hung the program."""

WITHOUT_PRIVILEGES = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, linux/capability.h
        if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) != 0:  # PR_CAPBSET_DROP, linux/prctl.h
            sys.exit(77)
os.execv(sys.executable, [sys.executable, "-m", "ui.cli", *sys.argv[1:]])
"""
"""Runs the command line so that file permissions bind root, too."""

Run = Callable[..., tuple[int, str, str]]

BAD_FILES: dict[str, tuple[str, bytes | int, str]] = {
    "empty": ("news.md", b"", "there is no text in it"),
    "blank": ("news.txt", b" \n\n\t\n", "there is no text in it"),
    "only front matter": ("news.md", b"---\nid: news\ntitle: News\n---\n\n", "there is no text in it"),
    "no text in a line": ("news.jsonl", b'{"id": "news", "text": ""}\n', "there is no text in it"),
    "no lines": ("news.jsonl", b"", "the file is empty"),
    "binary": ("news.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a NUL byte at byte 8"),
    "binary without NUL": ("news.md", bytes(range(128, 256)), "not UTF-8: byte 0 is 0x80"),
    "mis-encoded": ("news.txt", "Новости\n\nИран и Казахстан".encode("cp1251"), "not UTF-8: byte 0 is 0xcd"),
    "mis-encoded line": ("news.jsonl", '{"id": "a", "text": "Иран"}'.encode("cp1251"), "line 1: not UTF-8"),
    "UTF-16": ("news.txt", "News\n\nIran".encode("utf-16"), "a NUL byte"),
    "50 MB": ("news.txt", 50_000_000, "50,000,000 bytes are more than 10,000,000"),
    "50 MB in one line": ("news.jsonl", 50_000_000, "50,000,000 bytes are more than 10,000,000"),
}
"""Name → file name, content or size in bytes, what is said of it."""

BAD_QUESTIONS = {
    "empty": ("", "The question is empty"),
    "blank": (" \t\n ", "The question is empty"),
    "100,000 characters": ("сауда " * 16_666 + "айна", "The question has 100,000 characters; at most 1,000 are read"),
    "one word of 100,000": ("а" * 100_000, "The question has 100,000 characters; at most 1,000 are read"),
    "only emoji": ("😀🇰🇿👩‍👩‍👧‍👦", "The question has no letter and no digit"),
    "only punctuation": ("?!…«»—()", "The question has no letter and no digit"),
    "half a character": ("\ud83d", "U+D83D, which is no character"),
}


@pytest.fixture(autouse=True)
def _plain_environment() -> Iterator[None]:
    """Neither do the developer's settings come in, nor does what a verb sets go out."""
    with mock.patch.dict(os.environ):
        for name in [name for name in os.environ if name.startswith("QA_BOT_")]:
            del os.environ[name]
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the seeds, in which nothing may change however bad the input."""
    folder = tmp_path_factory.mktemp("faults") / "data"
    build_index([ROOT / "seeds"], Settings(data=folder))
    return folder


@pytest.fixture(scope="module")
def shelf(data: Path) -> Iterator[Index]:
    with open_index(Settings(data=data)) as opened:
        yield opened


@pytest.fixture(scope="module")
def asked(shelf: Index) -> Runnable[Ask, Answer]:
    """The whole chain, over an index that is held open."""
    return build_chain(shelf, Settings())


@pytest.fixture(scope="module")
def articles(shelf: Index) -> dict[str, Article]:
    return {article.id: article for article in shelf.articles()}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a verb that must not hang. Returns: the exit code, stdout and stderr."""

    def _run(*arguments: object) -> tuple[int, str, str]:
        started = time.monotonic()
        code = main([str(argument) for argument in arguments])
        assert time.monotonic() - started < PATIENCE
        said = capsys.readouterr()
        return code, said.out, said.err

    return _run


def check_still_answers(data: Path, run: Run) -> None:
    code, out, _ = run("ask", ENGLISH, "--data", data)
    assert code == 0
    assert TARGET in out


def say_error(told: tuple[int, str, str]) -> str:
    """Check that a verb failed with one message and nothing else. Returns: the message."""
    code, out, err = told
    assert (code, out) == (1, "")
    assert err.startswith("qa-bot: ")
    assert "Traceback" not in err
    return err.removeprefix("qa-bot: ")


def list_files(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "LOCK"
    }


# Articles


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_among_the_articles_is_named_and_the_old_index_stays(
    kind: str, tmp_path: Path, data: Path, run: Run
) -> None:
    name, content, said = BAD_FILES[kind]
    bad = tmp_path / name
    if isinstance(content, bytes):
        bad.write_bytes(content)
    else:
        bad.write_bytes(b"a" * content)
    before = list_files(data)
    message = say_error(run("index", ROOT / "seeds", bad, "--data", data))
    assert message.startswith(str(bad))
    assert said in message
    assert list_files(data) == before
    check_still_answers(data, run)


def test_every_bad_file_is_named_at_once(tmp_path: Path, data: Path, run: Run) -> None:
    for number, (name, content, _) in enumerate(BAD_FILES.values()):
        if isinstance(content, bytes):
            (tmp_path / f"{number}-{name}").write_bytes(content)
    message = say_error(run("index", ROOT / "seeds", tmp_path, "--data", data))
    assert all(path.name in message for path in tmp_path.iterdir())


def test_a_bad_file_leaves_no_data_folder_behind(tmp_path: Path, run: Run) -> None:
    (tmp_path / "news.md").write_bytes(b"")
    say_error(run("index", tmp_path / "news.md", "--data", tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_a_path_that_is_not_there_is_named(data: Path, run: Run) -> None:
    message = say_error(run("index", ROOT / "seeds", "nowhere.md", "--data", data))
    assert message.startswith("nowhere.md: no such file or folder")
    check_still_answers(data, run)


# Questions


@pytest.mark.parametrize("kind", BAD_QUESTIONS)
@pytest.mark.parametrize("verb", ["ask", "search"])
def test_a_bad_question_is_told(kind: str, verb: str, data: Path, run: Run) -> None:
    question, said = BAD_QUESTIONS[kind]
    assert said in say_error(run(verb, question, "--data", data))
    assert said in say_error(run(verb, question, "--json", "--data", data))


@pytest.mark.parametrize("verb", ["ask", "search"])
def test_bad_questions_in_a_batch_lose_nothing_of_the_others(verb: str, tmp_path: Path, data: Path, run: Run) -> None:
    rows: list[dict[str, Any]] = [{"id": "first", "question": ENGLISH}]
    for kind, (question, _) in BAD_QUESTIONS.items():
        rows += [{"id": kind, "question": question}, {"id": f"after {kind}", "question": ENGLISH}]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    code, out, _ = run(verb, "--batch", batch, "--data", data)
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["id"] for row in told] == [row["id"] for row in rows]
    for row in told:
        if row["id"] in BAD_QUESTIONS:
            assert row["status"] == "error"
            assert BAD_QUESTIONS[row["id"]][1] in row["error"]
        else:
            assert TARGET in json.dumps(row, ensure_ascii=False)


@pytest.mark.parametrize("kind", [kind for kind in BAD_QUESTIONS if kind != "half a character"])
def test_a_bad_question_is_refused_by_the_conversation_itself(kind: str) -> None:
    question, said = BAD_QUESTIONS[kind]
    with pytest.raises(QuestionInvalid, match=said):
        understand(question)


@hypothesis.settings(max_examples=40, deadline=None)
@given(
    question=st.lists(
        st.sampled_from(
            [
                "кім",
                "қанша",
                "what",
                "who",
                "when",
                "Иран",
                "0-ші",
                "31.02.2025",
                "1e999",
                "½",
                "٣",
                "€0",
                "-5",
                "25:99",
            ]
        )
        | st.text("аәбқңы zA0.,-–%$'’«»№?!\u200b\u0301\u2028İß😀\x00\x1f", max_size=12),
        max_size=6,
    ).map(" ".join),
    lang=st.sampled_from(["kk", "en", None]),
)
def test_any_text_asked_is_answered_refused_or_told(
    question: str, lang: Lang | None, asked: Runnable[Ask, Answer], articles: dict[str, Article]
) -> None:
    try:
        answer = asked.invoke(Ask(question, lang))
    except QuestionInvalid:
        return
    assert bool(answer.quotes) == (answer.refusal is None)
    for quote in answer.quotes:
        assert quote.text == articles[quote.article_id].text[quote.start : quote.end]


def test_the_longest_question_allowed_is_answered_in_time(data: Path, run: Run) -> None:
    code, out, _ = run("ask", f"{ENGLISH} {'please ' * 200}"[:1000], "--json", "--data", data)
    assert code in {0, 3}
    assert json.loads(out)["status"] in {"answered", "refused"}


# The index


def test_an_index_of_another_model_is_told_with_both_and_stays(tmp_path: Path, data: Path, run: Run) -> None:
    model = write_tiny_model(tmp_path / "model")
    before = list_files(data)
    os.environ["QA_BOT_EMBEDDING_MODEL"] = model
    for arguments in (["ask", ENGLISH], ["search", "сауда"], ["articles"]):
        message = say_error(run(*arguments, "--data", data))
        assert f"{data} was built with the encoder bundled (" in message
        assert f"settings ask for {model}. Run: qa-bot index --rebuild PATH" in message
    del os.environ["QA_BOT_EMBEDDING_MODEL"]
    assert list_files(data) == before
    check_still_answers(data, run)


def test_a_model_that_is_not_there_is_told_and_the_index_stays(tmp_path: Path, data: Path, run: Run) -> None:
    before = list_files(data)
    os.environ["QA_BOT_EMBEDDING_MODEL"] = str(tmp_path / "nowhere")
    assert "No folder" in say_error(run("index", ROOT / "seeds", "--data", data))
    del os.environ["QA_BOT_EMBEDDING_MODEL"]
    assert list_files(data) == before


@pytest.mark.parametrize(
    "arguments",
    [["ask", ENGLISH], ["search", "сауда"], ["articles"], ["articles", "remove", "a"], ["measure", "SET"]],
    ids=" ".join,
)
def test_nothing_indexed_is_told_with_the_command_to_run(arguments: list[str], tmp_path: Path, run: Run) -> None:
    if arguments[-1] == "SET":
        arguments = ["measure", str(ROOT / "tests/questions/visit.jsonl")]
    folder = tmp_path / "data"
    message = say_error(run(*arguments, "--data", folder))
    assert message == f"Nothing is indexed in {folder}. Run: qa-bot index PATH\n"
    assert not folder.exists()


def test_an_unknown_article_is_told_and_none_removed(data: Path, run: Run) -> None:
    before = find_current(data)
    message = say_error(run("articles", "remove", "nobody", "--data", data))
    assert message == "The index holds no article 'nobody'. Run: qa-bot articles\n"
    assert find_current(data) == before


def test_a_question_set_that_is_none_is_told(tmp_path: Path, data: Path, run: Run) -> None:
    (tmp_path / "set.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    assert "set.jsonl:1: not a question" in say_error(run("measure", tmp_path / "set.jsonl", "--data", data))


# The data folder


def test_a_file_in_place_of_the_data_folder_is_told_and_stays(tmp_path: Path, run: Run) -> None:
    place = tmp_path / "data"
    place.write_text("precious", encoding="utf-8")
    for arguments in (["index", ROOT / "seeds"], ["ask", ENGLISH], ["articles"], ["articles", "remove", "a"]):
        message = say_error(run(*arguments, "--data", place))
        assert message.startswith(f"The data folder {place} cannot be used (")
        assert "--data" in message
    assert place.read_text(encoding="utf-8") == "precious"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="privileges are dropped as Linux has it")
def test_a_data_folder_without_write_permission_is_told_and_kept(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "data"
    assert run("index", ROOT / "seeds", "--data", folder)[0] == 0
    before = list_files(folder)
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))

    def try_to(*arguments: str) -> subprocess.CompletedProcess[str]:
        told = subprocess.run(
            [sys.executable, "-c", WITHOUT_PRIVILEGES, *arguments, "--data", str(folder)],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if told.returncode == 77:
            pytest.skip("root cannot give up its privileges here")
        assert "Traceback" not in told.stderr
        return told

    try:
        for verb in (["index", "--rebuild", str(ROOT / "seeds")], ["articles", "remove", "iran-president-visit"]):
            told = try_to(*verb)
            assert told.returncode == 1
            assert told.stderr.startswith(f"qa-bot: The data folder {folder} cannot be used (Permission denied).")
        assert try_to("articles").stdout.startswith("iran-president-visit\t")
    finally:
        for path in paths:
            path.chmod(path.stat().st_mode | stat.S_IWUSR)
    assert list_files(folder) == before
    check_still_answers(folder, run)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC], ids=errno.errorcode.get)
def test_a_refusal_of_the_file_system_is_told_and_the_old_index_answers(
    code: int, data: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = find_current(data)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr("index.build.write_texts", refuse)
        message = say_error(run("index", ROOT / "seeds", "--rebuild", "--data", data))
    assert f"The data folder {data} cannot be written ({os.strerror(code)})" in message
    assert find_current(data) == before
    assert before in list_generations(data)
    check_still_answers(data, run)


# The server and the settings


def test_a_port_in_use_is_told_before_anything_is_loaded(data: Path, run: Run) -> None:
    with open_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailable, match=f"127.0.0.1:{port}: Address already in use"):
            serve(Settings(data=data, port=port))
        message = say_error(run("serve", "--port", port, "--data", data))
        assert message.startswith(f"Cannot serve on 127.0.0.1:{port}: Address already in use.")
        assert "qa-bot serve --port " in message
        taken.getsockname()  # and whoever holds the port still does


def test_serving_without_an_index_is_told_and_the_port_is_free_again(tmp_path: Path, run: Run) -> None:
    with open_port("127.0.0.1", 0) as found:
        port = found.getsockname()[1]
    message = say_error(run("serve", "--port", port, "--data", tmp_path / "data"))
    assert message.startswith("Nothing is indexed in ")
    open_port("127.0.0.1", port).close()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("QA_BOT_PORTS", "1", "QA_BOT_PORTS: no such setting. Known: QA_BOT_DATA"),
        ("QA_BOT_PORT", "many", "QA_BOT_PORT: 'many' is not a whole number."),
        ("QA_BOT_PASSAGES", "0", "QA_BOT_PASSAGES: 0 is less than 1."),
        ("QA_BOT_LOG_LEVEL", "loud", "QA_BOT_LOG_LEVEL: 'loud' is none of"),
        ("QA_BOT_LANGUAGE_MODEL", "nobody:nothing", "Language model 'nobody:nothing' cannot be opened: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(variable: str, value: str, said: str, data: Path, run: Run) -> None:
    os.environ[variable] = value
    code, out, err = run("ask", ENGLISH, "--data", data)
    assert (code, out) == (1, "")
    assert err.startswith(f"qa-bot: {said}")


def test_a_port_out_of_range_is_told(data: Path, run: Run) -> None:
    assert "70000 is not a port" in say_error(run("serve", "--port", 70000, "--data", data))
