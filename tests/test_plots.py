"""ui/plots.py: what is drawn, and what is said when it cannot be."""

import sys
from pathlib import Path
from unittest import mock

import pytest

from qa_bot.errors import PlotImpossible
from qa_bot.measure import RefusalCurve
from qa_bot.measure_reading import Curve
from qa_bot.measure_retrieval import METRICS, Estimate, Row
from ui.plots import check_plot, plot_channels, plot_reading, plot_refusals

CURVE = RefusalCurve("kk", (0.0, 0.5, 1.0), (0.0, 0.5, 1.0), (1.0, 0.5, 0.0))


def measured(group: str, channel: str, mean: float, kind: str | None = None) -> Row:
    return Row(group, kind, channel, 7, (Estimate(mean, mean - 0.1, mean + 0.1),) * len(METRICS))


def read_words(path: Path) -> str:
    """The words of an SVG, which matplotlib notes beside their outlines."""
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf", ".PNG"])
def test_a_plot_is_written_in_the_format_of_its_name(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"plot{suffix}"
    check_plot(path)
    plot_channels([measured("kk", "fused", 0.8)], path)
    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    assert path.read_bytes().startswith(starts[suffix.lower()])


def test_bars_name_their_channels_and_languages(tmp_path: Path) -> None:
    path = tmp_path / "bars.svg"
    rows = [measured("kk", "fused", 0.8), measured("kk", "lexical", 0.7), measured("en latin", "fused", 0.41)]
    plot_channels([*rows, measured("kk", "fused", 0.33, kind="date")], path)
    words = read_words(path)
    for word in ("fused", "lexical", "en latin", "7 questions", "nDCG@10", "0.80", "0.41"):
        assert f"<!-- {word}" in words
    assert "<!-- 0.33" not in words


def test_curves_name_their_languages_and_the_threshold_in_use(tmp_path: Path) -> None:
    path = tmp_path / "curves.svg"
    plot_refusals([CURVE, RefusalCurve("en", (0.0, 1.0), (), (1.0, 0.0))], [0.42, 0.5], path)
    words = read_words(path)
    for word in ("kk, unanswerable: refused", "kk, answerable: right quote", "en, answerable: right quote"):
        assert f"<!-- {word} -->" in words
    assert "en, unanswerable" not in words
    assert "<!-- in use: 0.42 -->" in words
    assert "<!-- in use: 0.50 -->" in words


def test_the_reading_is_drawn_by_language_with_the_threshold_in_use(tmp_path: Path) -> None:
    path = tmp_path / "reading.svg"
    lines = (tuple(Estimate(share, share - 0.1, share + 0.1) for share in (0.2, 0.5)),) * 3
    plot_reading([Curve(group, (0.0, 1.0), *lines) for group in ("kk", "kk latin")], 0.42, path)
    words = read_words(path)
    for group in ("kk", "kk latin"):
        for line in ("right quote", "refused", "answered without its passages"):
            assert f"<!-- {group}, {line} -->" in words
    assert "<!-- in use: 0.42 -->" in words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plot.gif", "a plot is one of .png, .svg, .pdf"),
        ("plot", "a plot is one of"),
        ("no/plot.png", "no such folder"),
    ],
)
def test_a_place_where_no_plot_can_go_is_told_at_once(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(PlotImpossible, match=said.replace(".", r"\.")):
        check_plot(tmp_path / name)


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "plot.png").mkdir()
    with pytest.raises(PlotImpossible, match=r"plot\.png: cannot be written \(Is a directory\)"):
        plot_refusals([CURVE], [0.4], tmp_path / "plot.png")


def test_what_to_install_is_told(tmp_path: Path) -> None:
    with (
        mock.patch.dict(sys.modules, {"matplotlib.figure": None}),
        pytest.raises(PlotImpossible, match=r"Run: pip install -c constraints\.txt -e '\.\[plot\]'"),
    ):
        check_plot(tmp_path / "plot.png")
