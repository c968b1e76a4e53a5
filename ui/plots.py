"""Plots of what `qa-bot measure` counted, by matplotlib: the extra `plot`, imported only when a plot is asked for."""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from qa_bot.errors import PlotImpossible
from qa_bot.measure import RefusalCurve
from qa_bot.measure_reading import Curve
from qa_bot.measure_retrieval import METRICS, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg", ".pdf")

COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#0072b2", "#d55e00")
"""Told apart by the colour-blind, too: Okabe and Ito 2008, "Color Universal Design"."""

SHOWN = "nDCG@10"


def check_plot(path: Path) -> None:
    """Find out before the long part whether a plot can be drawn and where it goes. Raises: PlotImpossible."""
    if path.suffix.lower() not in FORMATS:
        raise PlotImpossible(f"{path}: a plot is one of {', '.join(FORMATS)}. Name the file so.")
    if not path.absolute().parent.is_dir():
        raise PlotImpossible(f"{path}: there is no such folder. Make it, or name another.")
    _new_figure()


def plot_channels(rows: Sequence[Row], path: Path) -> None:
    """Draw nDCG@10 as one bar per channel, grouped by language, with its 95 % interval. Kinds are left out.

    Raises: PlotImpossible.
    """
    shown = [row for row in rows if row.kind is None]
    groups = list(dict.fromkeys(row.group for row in shown))
    channels = list(dict.fromkeys(row.channel for row in shown))
    asked = {row.group: row.questions for row in shown}
    figure, axes = _new_figure()
    width = 0.8 / len(channels)
    for number, channel in enumerate(channels):
        placed = [
            (groups.index(row.group), row.estimates[METRICS.index(SHOWN)]) for row in shown if row.channel == channel
        ]
        bars = axes.bar(
            [place + (number + 0.5) * width - 0.4 for place, _ in placed],
            [estimate.mean for _, estimate in placed],
            width * 0.92,
            yerr=[
                [estimate.mean - estimate.low for _, estimate in placed],
                [estimate.high - estimate.mean for _, estimate in placed],
            ],
            capsize=3,
            color=COLOURS[number % len(COLOURS)],
            label=channel,
        )
        axes.bar_label(bars, fmt="%.2f", label_type="center", fontsize=9)
    axes.set_xticks(range(len(groups)), [f"{group}\n{asked[group]} questions" for group in groups])
    axes.set_ylim(0, 1)
    axes.set_ylabel(f"{SHOWN}, 95 % interval")
    axes.set_title("Finding the article that answers, by language of the question")
    axes.legend(title="channel", ncols=len(channels), loc="upper right")
    _save(figure, path)


def plot_refusals(curves: Sequence[RefusalCurve], thresholds: Sequence[float], path: Path) -> None:
    """Draw, against the threshold, what share is refused of what cannot be answered, and answered of what can.

    `thresholds`: those in use. Raises: PlotImpossible.
    """
    figure, axes = _new_figure()
    for curve, colour in zip(curves, COLOURS, strict=False):
        lines = (
            (curve.refused_rightly, "dashed", "unanswerable: refused"),
            (curve.quote_right, "solid", "answerable: right quote"),
        )
        for shares, style, label in lines:
            if shares:
                # Each share holds from the threshold before it up to its own.
                axes.step(
                    curve.thresholds, shares, where="pre", linestyle=style, color=colour, label=f"{curve.lang}, {label}"
                )
    for threshold in thresholds:
        axes.axvline(threshold, color="grey", linewidth=1, linestyle="dotted", label=f"in use: {threshold:.2f}")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("threshold on the confidence")
    axes.set_ylabel("share of the questions")
    axes.set_title("What a higher threshold refuses")
    axes.legend()
    _save(figure, path)


def plot_reading(curves: Sequence[Curve], threshold: float, path: Path) -> None:
    """Draw, against the threshold, what is answered rightly, refused, and answered without its passages.

    Each line lies in its 95 % interval; `threshold`: the one in use. Raises: PlotImpossible.
    """
    figure, axes = _new_figure()
    for curve, colour in zip(curves, cycle(COLOURS), strict=False):
        for estimates, style, label in (
            (curve.right, "solid", "right quote"),
            (curve.refused, "dashed", "refused"),
            (curve.without, "dotted", "answered without its passages"),
        ):
            axes.plot(
                curve.thresholds,
                [estimate.mean for estimate in estimates],
                linestyle=style,
                color=colour,
                label=f"{curve.group}, {label}",
            )
            axes.fill_between(
                curve.thresholds,
                [estimate.low for estimate in estimates],
                [estimate.high for estimate in estimates],
                color=colour,
                alpha=0.15,
                linewidth=0,
            )
    axes.axvline(threshold, color="grey", linewidth=1, label=f"in use: {threshold:.2f}")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("threshold on the confidence")
    axes.set_ylabel("share of the questions")
    axes.set_title("What the reader answers and refuses at each threshold")
    axes.legend(fontsize=8)
    _save(figure, path)


def _new_figure() -> "tuple[Figure, Axes]":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotImpossible(
            f"Plots need matplotlib ({error}). Run: pip install -c constraints.txt -e '.[plot]'"
        ) from error
    figure = Figure(figsize=(8, 5), dpi=150, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    return figure, axes


def _save(figure: "Figure", path: Path) -> None:
    try:
        figure.savefig(path)
    except OSError as error:
        raise PlotImpossible(f"{path}: cannot be written ({error.strerror}). Name another file.") from error
