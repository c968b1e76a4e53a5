"""ui/cli.py: the verbs, their exit codes, and what goes to which stream."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from index.articles import read_articles
from index.build import build_index
from qa_bot.errors import IndexDamaged
from qa_bot.records import Article
from qa_bot.settings import Settings

ROOT = Path(__file__).parents[1]
VERBS = ("index", "ask", "search", "articles", "serve", "measure")
ENGLISH = "What is the trade target?"
KAZAKH = "Сауда айналымын қанша долларға жеткізбек?"
UNANSWERABLE = "How many medals did the boxers win in Paris?"
TARGET = "сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
ANSWER_KEYS = ["id", "question", "language", "status", "answer", "short", "confidence", "quotes", "ms"]
QUOTE_KEYS = ["article_id", "title", "start", "end", "text"]
HIT_KEYS = ["article_id", "start", "end", "text", "score", "ranks"]
PORT_NEWS = {
    "id": "port-berth",
    "title": "Aktau port to get a second berth",
    "text": "The port of Aktau will get a second grain berth. The berth costs 12 million euros.\n"
    "The work begins in May, the port's director Serik Abdrahmanov said.",
    "lang": "en",
    "published": "2025-04-02",
}

Row = dict[str, Any]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _plain_environment() -> Iterator[None]:
    """Neither do the developer's settings come in, nor does what a verb sets go out."""
    with mock.patch.dict(os.environ):
        for name in [name for name in os.environ if name.startswith("QA_BOT_")]:
            del os.environ[name]
        yield


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("news") / "news.jsonl"
    path.write_text(json.dumps(PORT_NEWS) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, news: Path) -> Path:
    """An index that tests only read."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    build_index([ROOT / "seeds", news], Settings(data=folder))
    return folder


@pytest.fixture(scope="module")
def articles(news: Path) -> dict[str, Article]:
    return {article.id: article for article in read_articles([ROOT / "seeds", news])}


def start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a verb in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def parse(out: str) -> list[Row]:
    return [json.loads(line) for line in out.splitlines()]


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def check_quotes(row: Row, articles: dict[str, Article]) -> None:
    assert list(row)[: len(ANSWER_KEYS)] == ANSWER_KEYS
    assert (row["status"] == "answered") == bool(row["quotes"])
    for quote in row["quotes"]:
        assert list(quote) == QUOTE_KEYS
        article = articles[quote["article_id"]]
        assert quote["text"] == article.text[quote["start"] : quote["end"]] != ""
        assert quote["title"] == article.title


# Usage


def test_help_names_every_verb(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert all(f"    {verb} " in out for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_tells_how_it_is_used(verb: str, run: Run) -> None:
    code, out, err = run(verb, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: qa-bot {verb} ")
    assert "--data DATA" in out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["index"],
        ["ask"],
        ["ask", "Кім?", "--batch", "-"],
        ["ask", "Кім?", "--lang", "ru"],
        ["search"],
        ["search", "сауда", "-k", "0"],
        ["search", "сауда", "-k", "many"],
        ["articles", "remove"],
        ["articles", "burn"],
        ["serve", "--port", "high"],
        ["measure"],
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_a_command_typed_wrong_exits_with_2_and_says_how(arguments: list[str], run: Run) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "qa-bot" in err
    assert "usage:" in err or "--help" in err


# index


def test_indexing_tells_what_came_and_went_and_then_that_nothing_did(tmp_path: Path, news: Path, run: Run) -> None:
    folder = ("--data", tmp_path / "data")
    code, out, err = run("index", ROOT / "seeds", *folder)
    assert (code, err) == (0, "")
    assert out.startswith("Indexed ")
    assert out.endswith(": 1 articles added, 0 changed, 0 removed, 0 unchanged.\n")

    unchanged = f"Nothing changed: 1 articles, {out.split()[1]} passages.\n"
    assert run("index", ROOT / "seeds", *folder) == (0, unchanged, "")

    code, out, _ = run("index", news, *folder, "--json")
    (report,) = parse(out)
    assert code == 0
    assert list(report) == ["added", "changed", "removed", "unchanged", "passages", "seconds", "built"]
    assert (report["added"], report["changed"], report["removed"], report["unchanged"]) == (1, 0, 1, 0)
    assert report["built"] is True

    assert parse(run("index", news, *folder, "--json")[1])[0]["built"] is False
    assert parse(run("index", news, *folder, "--json", "--rebuild")[1])[0]["built"] is True


# ask


@pytest.mark.parametrize(("question", "said"), [(ENGLISH, "3 billion"), (KAZAKH, "3 млрд")])
def test_a_person_is_answered_with_the_quote(question: str, said: str, data: Path, run: Run) -> None:
    code, out, err = run("ask", question, "--data", data)
    assert (code, err) == (0, "")
    assert said in out.splitlines()[0]
    assert TARGET in out
    assert "[iran-president-visit:" in out


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "The articles don't say."), ("kk", "Мақалаларда бұл туралы айтылмаған.")]
)
def test_a_refusal_exits_with_3_in_the_language_asked_for(lang: str, said: str, data: Path, run: Run) -> None:
    code, out, err = run("ask", UNANSWERABLE, "--lang", lang, "--data", data)
    assert (code, err) == (3, "")
    assert out.splitlines()[0] == said


def test_an_answer_as_json_is_one_line_of_the_contract(data: Path, run: Run, articles: dict[str, Article]) -> None:
    code, out, _ = run("ask", ENGLISH, "--data", data, "--json")
    (row,) = parse(out)
    check_quotes(row, articles)
    assert code == 0
    assert list(row) == ANSWER_KEYS
    assert (row["id"], row["question"], row["language"], row["status"]) == (None, ENGLISH, "en", "answered")
    assert "3 billion" in row["short"]
    assert row["short"] in row["answer"]
    assert 0 < row["confidence"] <= 1
    assert row["ms"] > 0


def test_a_refusal_as_json_has_its_reason(data: Path, run: Run, articles: dict[str, Article]) -> None:
    code, out, _ = run("ask", UNANSWERABLE, "--data", data, "--json")
    (row,) = parse(out)
    check_quotes(row, articles)
    assert (code, row["status"], row["answer"], row["short"]) == (3, "refused", "", "")
    assert row["reason"] == "not_in_articles"
    assert row["suggestions"]


def test_an_explanation_comes_before_the_answer_and_never_into_the_json(data: Path, run: Run) -> None:
    code, out, err = run("ask", ENGLISH, "--data", data, "--explain")
    assert (code, err) == (0, "")
    assert out.startswith("asked for: ")
    assert "threshold" in out
    assert "3 billion" in out

    code, out, err = run("ask", ENGLISH, "--data", data, "--explain", "--json")
    assert code == 0
    assert len(parse(out)) == 1
    assert err.startswith("asked for: ")


def test_a_batch_is_answered_in_order_line_by_line(
    tmp_path: Path, data: Path, run: Run, articles: dict[str, Article]
) -> None:
    batch = write(
        tmp_path / "batch.jsonl",
        {"id": "first", "question": ENGLISH},
        {"question": KAZAKH},
        "",
        {"id": 3.5, "question": UNANSWERABLE},
        "{broken",
        {"id": "empty", "question": " "},
        {"id": "ru", "question": KAZAKH, "lang": "ru"},
        {"id": "berth", "question": "How much does the berth cost?"},
    )
    code, out, _ = run("ask", "--batch", batch, "--data", data)
    rows = parse(out)
    assert code == 0
    assert [(row["id"], row["status"]) for row in rows] == [
        ("first", "answered"),
        (2, "answered"),
        (3.5, "refused"),
        (4, "error"),
        ("empty", "error"),
        ("ru", "error"),
        ("berth", "answered"),
    ]
    for row in rows:
        check_quotes(row, articles)
        assert ("error" in row) == (row["status"] == "error")
    by_id = {row["id"]: row for row in rows}
    assert (by_id["first"]["language"], by_id[2]["language"]) == ("en", "kk")
    assert by_id["berth"]["quotes"][0]["article_id"] == "port-berth"
    assert "12 million" in by_id["berth"]["short"]


def test_a_question_is_answered_in_the_language_asked_for(data: Path, run: Run) -> None:
    code, out, _ = run("ask", KAZAKH, "--lang", "en", "--data", data)
    assert code == 0
    assert "3 billion" in out.splitlines()[0]


def test_a_batch_line_follows_up_its_history(tmp_path: Path, data: Path, run: Run) -> None:
    history = [{"question": "How much does the berth cost?", "answer": "12 million euros"}]
    batch = write(tmp_path / "batch.jsonl", {"question": "And when does it begin?", "history": history})
    code, out, _ = run("ask", "--batch", batch, "--data", data)
    (row,) = parse(out)
    assert code == 0
    assert row["status"] in {"answered", "refused"}
    assert row["question"] == "And when does it begin?"


def test_a_fault_in_one_answer_keeps_the_others_and_exits_with_1(
    tmp_path: Path, data: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa_bot.steps import Ask, Steps

    answer_well = Steps.answer

    def answer(steps: Steps, ask: Ask) -> Any:
        if ask.question == "fail":
            raise RuntimeError("out of order")
        if ask.question == "lose":
            raise IndexDamaged("a file is missing")
        return answer_well(steps, ask)

    monkeypatch.setattr(Steps, "answer", answer)
    ask = {"question": ENGLISH}
    code, out, _ = run("ask", "--batch", write(tmp_path / "1", ask, {"question": "fail"}, ask), "--data", data)
    assert code == 1
    assert [row["status"] for row in parse(out)] == ["answered", "error", "answered"]

    code, out, err = run("ask", "--batch", write(tmp_path / "2", ask, {"question": "lose"}, ask), "--data", data)
    assert code == 1
    assert [row["status"] for row in parse(out)] == ["answered"]
    assert err == "qa-bot: a file is missing\n"


# search


def test_a_person_sees_ranked_passages(data: Path, run: Run) -> None:
    code, out, err = run("search", "сауда айналымы", "-k", "2", "--data", data)
    assert (code, err) == (0, "")
    assert out.startswith("1. ")
    assert "\n2. " in out
    assert "\n3. " not in out
    assert TARGET in out


def test_hits_as_json_are_slices_of_their_articles(data: Path, run: Run, articles: dict[str, Article]) -> None:
    code, out, _ = run("search", ENGLISH, "--data", data, "--json")
    (row,) = parse(out)
    assert code == 0
    assert list(row) == ["id", "query", "hits"]
    assert (row["id"], row["query"]) == (None, ENGLISH)
    assert len(row["hits"]) > 1
    scores = [hit["score"] for hit in row["hits"]]
    assert scores == sorted(scores, reverse=True)
    for hit in row["hits"]:
        assert list(hit) == HIT_KEYS
        assert hit["text"] == articles[hit["article_id"]].text[hit["start"] : hit["end"]] != ""
        assert set(hit["ranks"]) <= {"lexical", "passage", "sentence"}
        assert all(rank >= 1 for rank in hit["ranks"].values())


def test_a_batch_of_searches_is_ranked_in_order(tmp_path: Path, data: Path, run: Run) -> None:
    batch = write(
        tmp_path / "batch.jsonl",
        {"id": "a", "query": "grain berth"},
        {"id": "b", "query": ""},
        {"query": "сауда", "lang": "kk"},
        {"id": "d", "question": KAZAKH},
        {"id": "e", "query": "trade", "lang": "fr"},
        ["f"],
    )
    code, out, _ = run("search", "--batch", batch, "-k", "1", "--data", data)
    rows = parse(out)
    assert code == 0
    assert [row["id"] for row in rows] == ["a", "b", 3, "d", "e", 6]
    assert [len(row["hits"]) for row in rows] == [1, 0, 1, 1, 0, 0]
    assert [row.get("status") for row in rows] == [None, "error", None, None, "error", "error"]
    assert rows[0]["hits"][0]["article_id"] == "port-berth"
    assert rows[3]["query"] == KAZAKH


def test_search_finds_what_the_chain_reads(data: Path, run: Run) -> None:
    latin, cyrillic = (
        parse(run("search", query, "--data", data, "--json")[1])[0]["hits"]
        for query in ("sauda ainalymyn qansha dollarga zhetkizbek?", KAZAKH)
    )
    assert [hit["start"] for hit in latin] == [hit["start"] for hit in cyrillic]


# articles


def test_articles_are_listed_and_one_is_removed(tmp_path: Path, news: Path, run: Run) -> None:
    folder = ("--data", tmp_path / "data")
    run("index", ROOT / "seeds", news, *folder)
    code, out, _ = run("articles", *folder)
    assert code == 0
    assert [line.split("\t")[:3] for line in out.splitlines()] == [
        ["iran-president-visit", "kk", "-"],
        ["port-berth", "en", "2025-04-02"],
    ]
    assert run("articles", "list", *folder)[1] == out
    assert run("articles", "remove", "port-berth", *folder) == (
        0, "Removed port-berth; 1 articles are left.\n", "",
    )  # fmt: skip
    assert [line.split("\t")[0] for line in run("articles", *folder)[1].splitlines()] == ["iran-president-visit"]


def test_articles_as_json_have_every_field(data: Path, run: Run, articles: dict[str, Article]) -> None:
    code, out, _ = run("articles", "--json", "--data", data)
    assert code == 0
    assert [Article(**row) for row in parse(out)] == list(articles.values())


# measure


def test_measuring_prints_a_table_and_names_what_went_wrong(tmp_path: Path, data: Path, run: Run) -> None:
    ask = {"lang": "en", "answerable": True, "answers": ["3 billion"], "quote": TARGET}
    questions = write(
        tmp_path / "set.jsonl",
        {**ask, "id": "right", "question": ENGLISH},
        {**ask, "id": "off", "question": ENGLISH, "answers": ["5 billion"]},
        {"id": "none", "lang": "en", "answerable": False, "question": UNANSWERABLE},
        {"id": "trap", "lang": "kk", "answerable": False, "question": KAZAKH},
    )
    code, out, err = run("measure", questions, "--data", data)
    table = [[cell.strip() for cell in line.split("|")] for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [row[0] for row in table] == ["language", "kk", "en", "all"]
    assert table[3][1:] == ["1/2  50.0%", "2/2 100.0%", "0/2   0.0%", "1/2  50.0%", "1/2  50.0%"]

    code, out, _ = run("measure", questions, "--wrong", "--data", data)
    wrong = [line.split("\t") for line in out.splitlines() if "\t" in line]
    assert code == 0
    assert [line[0] for line in wrong] == ["off", "trap"]
    assert "3 billion" in wrong[0][2]


# Processes of their own: what only they show


def test_results_go_to_stdout_and_logs_to_stderr(data: Path) -> None:
    told = start("ask", ENGLISH, "--json", "--data", data, QA_BOT_LOG_LEVEL="debug")
    assert told.returncode == 0
    assert [row["status"] for row in parse(told.stdout)] == ["answered"]
    assert "DEBUG" in told.stderr


def test_kazakh_is_printed_in_a_locale_that_cannot(data: Path) -> None:
    told = start("ask", KAZAKH, "--data", data, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert told.returncode == 0
    assert TARGET in told.stdout


def test_an_error_of_the_settings_exits_with_1_and_no_traceback(data: Path) -> None:
    told = start("ask", ENGLISH, "--data", data, QA_BOT_PORTS="1")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("qa-bot: QA_BOT_PORTS: no such setting.")
    assert "Traceback" not in told.stderr


def test_a_reader_that_goes_away_is_no_fault(data: Path) -> None:
    command = [sys.executable, "-m", "ui.cli", "search", "сауда", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as searching:
        assert searching.stdout is not None
        assert searching.stderr is not None
        searching.stdout.close()
        complaint = searching.stderr.read().decode()
    assert searching.returncode == 1
    assert complaint == ""
