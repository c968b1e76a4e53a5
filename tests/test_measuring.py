"""ui/measuring.py: `qa-bot measure` over small sets, with a real index and a small encoder."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from index.build import build_index
from qa_bot.measure import RefusalCurve
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Steps, Trace

TEXTS = {
    "trade": "Иран Қазақстанмен сауда саласындағы ынтымақтастықты дамытуға мүдделі. Тауар айналымы 40 пайызға өсті.",
    "sport": "Шымкентте бокстан халықаралық турнир өтті. Жеңімпаздарға жүлде берілді.",
    "snow": "Алматы маңындағы тауларда қар жауды. Жолдар жабылды.",
    "grid": "The two ministers signed an agreement on the power grid in Dushanbe. The line will open next year.",
}
QUESTIONS: tuple[dict[str, object], ...] = (
    {"question": "Тауар айналымы қанша пайызға өсті?", "relevant": ["trade"], "kind": "percent"},
    {"question": "Турнир қай қалада өтті?", "relevant": ["sport"], "kind": "place"},
    {"question": "What did the ministers sign?", "relevant": ["grid"], "kind": "statement"},
    {"question": "Ғарышкер айға қашан ұшты?", "relevant": ["snow"], "kind": "date"},
)

Run = Callable[..., tuple[int, str, str]]


pytestmark = pytest.mark.usefixtures("small_encoder")


@pytest.fixture(scope="module")
def data(encoder: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the passages and one more article."""
    folder = tmp_path_factory.mktemp("index")
    texts = TEXTS | {"more": "Басқа мақала мүлде басқа туралы."}
    rows = [{"id": name, "title": name, "text": text} for name, text in texts.items()]
    build_index([write_lines(folder / "more.jsonl", *rows)], Settings(data=folder / "data", embedding_model=encoder))
    return folder / "data"


def write_lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "set"
    made.mkdir()
    write_lines(made / "passages.jsonl", *({"id": name, "title": name, "text": text} for name, text in TEXTS.items()))
    write_lines(made / "questions.jsonl", *QUESTIONS)
    return made


def read_table(out: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in out.splitlines() if "|" in line]


def find_row(out: str, *names: str) -> list[str]:
    (row,) = [row for row in read_table(out) if row[: len(names)] == list(names)]
    return row


def test_a_retrieval_set_is_measured_by_language_kind_and_channel(folder: Path, run: Run) -> None:
    code, out, err = run("measure", folder)
    assert (code, err) == (0, "")
    table = read_table(out)
    assert table[0] == [
        "language", "kind", "channel", "questions", "nDCG@10", "MRR@10", "recall@1", "recall@5", "recall@10",
    ]  # fmt: skip
    assert {row[2] for row in table[1:]} == {"fused", "lexical", "passage", "sentence"}
    assert find_row(out, "kk", "all", "fused")[3] == "3"
    assert find_row(out, "kk", "percent", "lexical")[4:] == ["1.000 [1.000, 1.000]"] * 5
    assert find_row(out, "en", "statement", "fused")[6] == "1.000 [1.000, 1.000]"
    # No word of the question is said anywhere, so that terms find nothing, and vectors something of four articles.
    assert find_row(out, "kk", "date", "lexical")[4:] == ["0.000 [0.000, 0.000]"] * 5
    assert find_row(out, "kk", "date", "fused")[8] == "1.000 [1.000, 1.000]"


def test_the_time_and_memory_of_search_are_told(folder: Path, run: Run) -> None:
    _, out, _ = run("measure", folder)
    told = re.fullmatch(
        r"4 articles; search p50 ([\d.]+) ms, p95 ([\d.]+) ms; memory at most (\d+) MB", out.splitlines()[-1]
    )
    assert told is not None
    assert float(told[1]) <= float(told[2])
    assert 10 < int(told[3]) < 100_000


def test_nothing_is_left_of_a_temporary_index(folder: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "temporary").mkdir()
    with mock.patch("tempfile.tempdir", str(tmp_path / "temporary")):
        assert run("measure", folder)[0] == 0
    assert list((tmp_path / "temporary").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set", "temporary"]


def test_an_index_that_holds_the_passages_among_others_can_be_measured(folder: Path, data: Path, run: Run) -> None:
    code, out, _ = run("measure", folder, "--data", data)
    assert code == 0
    assert out.splitlines()[-1].startswith("5 articles; ")


@pytest.mark.parametrize(
    ("name", "text"), [("snow", TEXTS["snow"] + " Тағы."), ("rain", "Жаңбыр.")], ids=["another text", "not there"]
)
def test_an_index_that_holds_other_passages_is_refused(
    folder: Path, data: Path, name: str, text: str, run: Run
) -> None:
    passages = TEXTS | {name: text}
    rows = [{"id": name, "title": name, "text": text} for name, text in passages.items()]
    write_lines(folder / "passages.jsonl", *rows)
    code, out, err = run("measure", folder, "--data", data)
    assert (code, out) == (1, "")
    assert f"{data} does not hold the passage '{name}'" in err


def test_wordings_are_measured_beside_their_originals(folder: Path, tmp_path: Path, run: Run) -> None:
    wordings = tmp_path / "en.tsv"
    wordings.write_text("# by line\n1\tBy how much did trade grow?\n", encoding="utf-8")
    code, out, _ = run("measure", folder, "--questions", wordings)
    assert code == 0
    groups = {row[0]: row[3] for row in read_table(out)[1:]}
    assert groups == {"kk": "1", "en": "1"}


@pytest.mark.parametrize("script", ["latin", "russian"])
def test_kazakh_is_found_in_any_script(folder: Path, script: str, run: Run) -> None:
    code, out, _ = run("measure", folder, "--script", script)
    assert code == 0
    assert {row[0] for row in read_table(out)[1:]} == {f"kk {script}", "en"}
    assert find_row(out, f"kk {script}", "percent", "fused")[6] == "1.000 [1.000, 1.000]"


def test_questions_whose_article_is_far_down_are_listed(folder: Path, run: Run) -> None:
    crowd = [{"id": f"{number}", "title": "Ғарышкер", "text": "Ғарышкер айға ұшты."} for number in range(12)]
    passages = (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    write_lines(folder / "passages.jsonl", *map(json.loads, passages), *crowd)
    code, out, _ = run("measure", folder, "--wrong")
    wrong = [line.split("\t") for line in out.splitlines() if "\t" in line]
    assert code == 0
    assert [line[:3] for line in wrong] == [["4", "kk", "Ғарышкер айға қашан ұшты?"]]
    assert wrong[0][3].isdigit()


def test_bars_are_drawn(folder: Path, tmp_path: Path, run: Run) -> None:
    assert run("measure", folder, "--plot", tmp_path / "bars.png")[0] == 0
    assert (tmp_path / "bars.png").stat().st_size > 10_000


def test_a_malformed_set_is_told_with_its_line(folder: Path, run: Run) -> None:
    write_lines(folder / "questions.jsonl", QUESTIONS[0], {"question": "Не?"})
    code, out, err = run("measure", folder)
    assert (code, out) == (1, "")
    assert f"{folder / 'questions.jsonl'}:2: not a question" in err


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_plot_that_cannot_be_drawn_is_told_before_anything_is_measured(
    folder: Path, tmp_path: Path, kind: str, run: Run
) -> None:
    given = folder if kind == "folder" else tmp_path / "nowhere.jsonl"
    code, out, err = run("measure", given, "--plot", tmp_path / "plot.gif")
    assert (code, out) == (1, "")
    assert "a plot is one of .png, .svg, .pdf" in err


# Question sets


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    growth = {"lang": "kk", "answerable": True, "question": QUESTIONS[0]["question"]}
    return write_lines(
        tmp_path / "set.jsonl",
        {**growth, "id": "growth", "answers": ["40 пайыз"]},
        {**growth, "id": "off", "answers": ["50 пайыз"]},
        {"id": "moon", "lang": "kk", "answerable": False, "question": QUESTIONS[3]["question"]},
        {"id": "medals", "lang": "en", "answerable": False, "question": "How many medals did the boxers win?"},
    )


def test_refusal_curves_meet_the_table_at_the_threshold(data: Path, asked: Path, tmp_path: Path, run: Run) -> None:
    drawn: list[tuple[list[RefusalCurve], list[float]]] = []

    def draw(curves: list[RefusalCurve], thresholds: list[float], _: Path) -> None:
        drawn.append((curves, thresholds))

    with mock.patch("ui.measuring.plot_refusals", draw):
        code, out, _ = run("measure", asked, "--data", data, "--plot", tmp_path / "curves.png")
    assert code == 0
    ((curves, (threshold,)),) = drawn
    assert [curve.lang for curve in curves] == ["kk", "en"]
    assert [len(curve.quote_right) > 0 for curve in curves] == [True, False]
    for curve in curves:
        place = next(number for number, above in enumerate(curve.thresholds) if above >= threshold)
        row = find_row(out, curve.lang)
        assert row[4].endswith(f" {100 * curve.refused_rightly[place]:5.1f}%")
        assert not curve.quote_right or row[2].endswith(f" {100 * curve.quote_right[place]:5.1f}%")


def test_curves_are_drawn_and_what_went_wrong_is_listed(data: Path, asked: Path, tmp_path: Path, run: Run) -> None:
    code, out, _ = run("measure", asked, "--data", data, "--plot", tmp_path / "curves.png", "--wrong")
    assert code == 0
    assert [line.split("\t")[:2] for line in out.splitlines() if "\t" in line] == [["off", QUESTIONS[0]["question"]]]
    assert (tmp_path / "curves.png").stat().st_size > 10_000


def test_questions_are_asked_in_the_script_wanted(data: Path, asked: Path, run: Run) -> None:
    put: list[str] = []
    trace = Steps.trace

    def listen(steps: Steps, ask: Ask) -> Trace:
        put.append(ask.question)
        return trace(steps, ask)

    with mock.patch.object(Steps, "trace", listen):
        assert run("measure", asked, "--data", data, "--script", "latin")[0] == 0
    assert put == [
        "Tauar ainalymy qanşa paiyzğa östı?",
        "Tauar ainalymy qanşa paiyzğa östı?",
        "Ğaryşker aiğa qaşan ūşty?",
        "How many medals did the boxers win?",
    ]


def test_a_language_model_has_no_threshold_to_draw(asked: Path, tmp_path: Path, run: Run) -> None:
    os.environ["QA_BOT_LANGUAGE_MODEL"] = "ollama:none"
    code, out, err = run("measure", asked, "--plot", tmp_path / "curves.png")
    assert (code, out) == (1, "")
    assert "has no threshold" in err


def test_wordings_are_refused_for_a_file_of_questions(asked: Path, run: Run) -> None:
    code, out, err = run("measure", asked, "--questions", asked)
    assert (code, out) == (2, "")
    assert "--questions goes with a folder" in err
