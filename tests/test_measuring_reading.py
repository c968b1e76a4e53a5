"""ui/measuring_reading.py: `qa-bot measure --reading` over a small set, with a real index and a small encoder."""

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from index.build import build_index
from qa_bot.measure_reading import Curve
from qa_bot.settings import Settings

TEXTS = {
    # The index leaves the blank lines out, so that offsets in it are others than in the file.
    "trade": "\n \nИран Қазақстанмен сауда жасайды. Тауар айналымы 40 пайызға өсті. Кездесу Астанада өтті.",
    "again": "Былтыр тауар айналымы 40 пайызға өсті. Биыл ол қайта өспек.",
    "sport": "Шымкентте бокстан халықаралық турнир өтті. Жеңімпаздарға жүлде берілді.",
    "snow": "Алматы маңындағы тауларда қар жауды. Жолдар жабылды.",
}

Run = Callable[..., tuple[int, str, str]]


def answer(name: str, text: str) -> dict[str, object]:
    return {"passage_id": name, "start": TEXTS[name].index(text), "text": text}


GROWTH = {
    "question": "Тауар айналымы қанша пайызға өсті?",
    "answers": [answer("trade", "40 пайызға"), answer("again", "40 пайызға")],
    "kind": "percent",
}
PLACE = {"question": "Бокстан турнир қай қалада өтті?", "answers": [answer("sport", "Шымкентте")], "kind": "place"}
MOON = {"question": "Ғарышкер айға қашан ұшты?", "answers": [answer("snow", "қар жауды")], "kind": "date"}
GREETING = {"question": "Сәлеметсіз бе!", "answers": [answer("snow", "Жолдар")], "kind": "other"}


pytestmark = pytest.mark.usefixtures("small_encoder")


def write_lines(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "set"
    made.mkdir()
    write_lines(made / "passages.jsonl", [{"id": name, "title": name, "text": text} for name, text in TEXTS.items()])
    write_lines(made / "questions.jsonl", [GROWTH, PLACE, MOON, GREETING])
    return made


def read_tables(out: str) -> list[list[list[str]]]:
    """The rows of the three tables, without their headers."""
    tables: list[list[list[str]]] = []
    for line in out.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if cells[0] == "language":
            tables.append([])
        elif len(cells) > 1:
            tables[-1].append(cells)
    return tables


def find_means(rows: list[list[str]], *names: str) -> list[float]:
    (row,) = [row for row in rows if row[: len(names)] == list(names)]
    return [float(cell.split()[0]) for cell in row[len(names) :]]


def test_reading_is_measured_given_the_passage_and_among_all(folder: Path, run: Run) -> None:
    code, out, err = run("measure", folder, "--reading")
    assert (code, err) == (0, "")
    alone, together, curve = read_tables(out)
    assert [row[:3] for row in alone] == [row[:3] for row in together]
    assert [row[:3] for row in alone] == [
        ["kk", "all", "4"], ["kk", "date", "1"], ["kk", "other", "1"], ["kk", "percent", "1"], ["kk", "place", "1"],
    ]  # fmt: skip
    # In both passages the sentence is the right one, and of «40 пайыз» one word in two is one of «40 пайызға».
    assert find_means(alone, "kk", "percent", "1") == [1.0, 1.0, 0.5, 0.0]
    assert find_means(alone, "kk", "place", "1")[:2] == [1.0, 1.0]
    assert find_means(together, "kk", "percent", "1")[:3] == [1.0, 1.0, 0.0]
    # The cosmonaut is nowhere; what greets is not looked up.
    assert find_means(together, "kk", "date", "1")[1:] == [0.0, 1.0, 0.0]
    assert find_means(together, "kk", "other", "1") == [0.0, 0.0, 1.0, 0.0]
    assert [row[:2] for row in curve] == [["kk", f"{step / 20:.2f}"] for step in range(1, 20)]


def test_the_curve_meets_the_table_at_the_threshold_in_use(folder: Path, tmp_path: Path, run: Run) -> None:
    drawn: list[tuple[list[Curve], float]] = []

    def draw(curves: list[Curve], threshold: float, _: Path) -> None:
        drawn.append((curves, threshold))

    with mock.patch("ui.measuring_reading.plot_reading", draw):
        code, out, _ = run("measure", folder, "--reading", "--plot", tmp_path / "curve.png")
    (((curve,), threshold),) = drawn
    assert code == 0
    assert f"at the threshold in use, {threshold}:" in out
    at = curve.thresholds.index(threshold)
    shares = [curve.right[at].mean, curve.refused[at].mean, curve.without[at].mean]
    assert find_means(read_tables(out)[1], "kk", "all", "4")[1:] == shares


def test_curves_are_drawn(folder: Path, tmp_path: Path, run: Run) -> None:
    assert run("measure", folder, "--reading", "--plot", tmp_path / "curve.png")[0] == 0
    assert (tmp_path / "curve.png").stat().st_size > 10_000


def test_its_passages_are_taken_from_what_is_found(folder: Path, run: Run) -> None:
    copy = GROWTH | {"answers": [answer("trade", "40 пайызға")]}
    write_lines(folder / "questions.jsonl", [copy])
    _, out, _ = run("measure", folder, "--reading")
    # The other article still says it, and nothing marks it as right.
    assert find_means(read_tables(out)[1], "kk", "all", "1")[3] == 1.0
    write_lines(folder / "questions.jsonl", [copy | {"relevant": ["trade", "again"]}])
    _, out, _ = run("measure", folder, "--reading")
    assert find_means(read_tables(out)[1], "kk", "all", "1")[3] == 0.0


def test_a_passage_that_the_search_does_not_find_is_read_as_a_whole(folder: Path, run: Run) -> None:
    with mock.patch("ui.measuring_reading.DEEP", 1):
        code, out, _ = run("measure", folder, "--reading")
    assert code == 0
    assert find_means(read_tables(out)[0], "kk", "percent", "1") == [1.0, 1.0, 0.5, 0.0]


def test_the_times_of_asking_and_of_reading_are_told(folder: Path, run: Run) -> None:
    _, out, _ = run("measure", folder, "--reading")
    told = re.fullmatch(
        r"4 articles; ask p50 ([\d.]+) ms, p95 ([\d.]+) ms; of that reading p50 ([\d.]+) ms, p95 ([\d.]+) ms",
        out.splitlines()[-1],
    )
    assert told is not None
    ask, ask_slow, read, read_slow = map(float, told.groups())
    assert read <= ask <= ask_slow
    assert read <= read_slow <= ask_slow


def test_wordings_are_held_to_the_answers_of_their_originals(folder: Path, tmp_path: Path, run: Run) -> None:
    wordings = tmp_path / "en.tsv"
    wordings.write_text("1\tBy how many percent did trade turnover grow?\n", encoding="utf-8")
    code, out, _ = run("measure", folder, "--reading", "--questions", wordings)
    alone, together, _ = read_tables(out)
    assert code == 0
    assert find_means(together, "en", "all", "1")[1] == find_means(together, "kk", "all", "1")[1] == 1.0
    # The short answer given to the English question is Kazakh there, too, as the references are.
    assert find_means(alone, "en", "all", "1") == find_means(alone, "kk", "all", "1")


@pytest.mark.parametrize("script", ["latin", "russian"])
def test_kazakh_is_read_in_any_script(folder: Path, script: str, run: Run) -> None:
    code, out, _ = run("measure", folder, "--reading", "--script", script)
    alone, together, _ = read_tables(out)
    assert code == 0
    assert find_means(alone, f"kk {script}", "percent", "1") == [1.0, 1.0, 0.5, 0.0]
    assert find_means(together, f"kk {script}", "percent", "1")[1] == 1.0


def test_an_index_that_holds_the_passages_can_be_measured(folder: Path, tmp_path: Path, encoder: str, run: Run) -> None:
    more = write_lines(tmp_path / "more.jsonl", [{"id": "more", "text": "Басқа мақала мүлде басқа туралы."}])
    settings = Settings(data=tmp_path / "data", embedding_model=encoder)
    build_index([folder / "passages.jsonl", more], settings)
    code, out, _ = run("measure", folder, "--reading", "--data", tmp_path / "data")
    assert code == 0
    assert out.splitlines()[-1].startswith("5 articles; ")


def test_what_went_wrong_is_listed(folder: Path, run: Run) -> None:
    off = GROWTH | {"answers": [answer("trade", "Астанада")]}
    write_lines(folder / "questions.jsonl", [GROWTH, off, MOON])
    code, out, _ = run("measure", folder, "--reading", "--wrong")
    wrong = [line.split("\t")[:4] for line in out.splitlines() if "\t" in line]
    assert code == 0
    assert wrong == [
        ["2", "kk", off["question"], "40 пайыз"],
        ["2", "kk", off["question"], "without its passages: 40 пайыз"],
        ["3", "kk", MOON["question"], "(refused)"],
    ]


@pytest.mark.parametrize(
    "question",
    [
        {"question": "Не?", "relevant": ["trade"]},
        {"question": "Не?", "answers": [{"passage_id": "trade"}]},
        {"question": "Не?", "relevant": ["trade"], "answers": ["40 пайыз"]},
    ],
    ids=["relevant only", "no offset", "texts"],
)
def test_a_set_that_does_not_say_where_answers_stand_is_refused(
    folder: Path, question: dict[str, Any], run: Run
) -> None:
    write_lines(folder / "questions.jsonl", [GROWTH, question])
    code, out, err = run("measure", folder, "--reading")
    assert (code, out) == (1, "")
    assert f"{folder / 'questions.jsonl'}: the question '2' does not say where its answer stands" in err
    assert "leave --reading out" in err


def test_a_language_model_is_not_what_is_measured(folder: Path, run: Run) -> None:
    os.environ["QA_BOT_LANGUAGE_MODEL"] = "ollama:none"
    code, out, err = run("measure", folder, "--reading")
    assert (code, out) == (1, "")
    assert "Run without QA_BOT_LANGUAGE_MODEL" in err


def test_a_plot_that_cannot_be_drawn_is_told_before_anything_is_measured(tmp_path: Path, run: Run) -> None:
    code, out, err = run("measure", tmp_path, "--reading", "--plot", tmp_path / "plot.gif")
    assert (code, out) == (1, "")
    assert "a plot is one of .png, .svg, .pdf" in err


def test_a_file_of_questions_has_no_passages_to_read(tmp_path: Path, run: Run) -> None:
    code, out, err = run("measure", tmp_path / "set.jsonl", "--reading")
    assert (code, out) == (2, "")
    assert "--reading goes with a folder of passages and questions" in err
