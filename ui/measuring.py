"""`qa-bot measure`: answers over a question set, or search over a retrieval set, as tables and plots."""

import contextlib
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from qa_bot.errors import IndexMismatch, PlotImpossible
from qa_bot.measure import Asked, Outcome, draw_refusal_curves, judge, read_questions, tabulate
from qa_bot.measure_retrieval import FUSED, Found, rank_articles, reciprocal_rank, summarise, tabulate_rows
from qa_bot.question import understand
from qa_bot.reader import ExtractiveReader, Reading
from qa_bot.records import Answer, Lang
from qa_bot.retrieval_set import PASSAGES, WRITE, Script, Sought, read_renderings, read_retrieval_set, write_in_script
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Steps, Trace
from ui.plots import check_plot, plot_channels, plot_refusals

if TYPE_CHECKING:
    from index.retriever import Index

Progress = Callable[[str, int, int], None]

FAR = 100
"""Passages ranked for a question: enough that ten articles stand among them even if each has several."""


def measure_answers(
    path: Path, settings: Settings, *, wrong: bool = False, script: Script | None = None, plot: Path | None = None
) -> None:
    """Print how well the questions of a file are answered and refused, from the index that is there.

    `wrong`: name the questions that went wrong, too; `script`: spell the Kazakh ones so; `plot`: draw the refusal
    curves into that file.
    Raises: QuestionSetUnreadable, PlotImpossible, and as `open_index`.
    """
    from index.retriever import open_index

    if plot:
        check_plot(plot)
        if settings.language_model:
            raise PlotImpossible(
                "A language model has no threshold whose cost could be drawn. Run without QA_BOT_LANGUAGE_MODEL."
            )
    asked = read_questions(path)
    with open_index(settings) as retriever:
        steps, reader = Steps(retriever, settings), ExtractiveReader(retriever)
        outcomes: list[Outcome] = []
        believed: list[tuple[Outcome, float]] = []
        thresholds: set[float] = set()
        for question in asked:
            trace = steps.trace(Ask(_spell(question, script), None, question.history))
            answer = steps.verify(trace)
            outcome = judge(question, answer, retriever.article)
            outcomes.append(outcome)
            if wrong and _went_wrong(outcome):
                said = answer.short if outcome.answered else "(refused)"
                print(f"{question.id}\t{question.question}\t{said}\t{answer.confidence:.2f}")
            if plot:
                reading, bold = _believe(trace, steps, reader)
                believed.append((judge(question, bold, retriever.article), reading.confidence))
                thresholds.add(reading.threshold)
    print("\n".join(tabulate(outcomes)))
    if plot:
        plot_refusals(draw_refusal_curves(believed), sorted(thresholds), plot)


def measure_search(
    folder: Path,
    settings: Settings,
    progress: Progress,
    *,
    indexed: bool = False,
    renderings: Path | None = None,
    wrong: bool = False,
    script: Script | None = None,
    plot: Path | None = None,
) -> None:
    """Print how well the passages of a retrieval set are found, by every channel alone and by all of them.

    `indexed`: search the index of the settings, which has to hold these passages, not a temporary one;
    `renderings`: ask its wordings, and the set's own of the same questions; `wrong`: name the questions of which
    nothing was among the first ten; `script`: spell the Kazakh ones so; `plot`: draw the bars into that file.
    Raises: RetrievalSetUnreadable, PlotImpossible, IndexMismatch, and as `build_index` and `open_index`.
    """
    if plot:
        check_plot(plot)
    sought = read_sought(folder, renderings, script)
    with open_passages(folder, settings, progress, indexed) as index:
        found, seconds = _search_all(index, sought, settings, progress)
        count = len(index.articles())
    for one in found if wrong else ():
        if not reciprocal_rank(one.channels[FUSED], one.sought.relevant):
            print(f"{one.sought.id}\t{one.sought.group}\t{one.sought.question}\t{' '.join(one.channels[FUSED][:1])}")
    rows = summarise(found)
    print("\n".join(tabulate_rows(rows)))
    median, slow = np.percentile(np.array(seconds) * 1000, (50, 95))
    print(f"{count:,} articles; search p50 {median:.1f} ms, p95 {slow:.1f} ms; memory at most {_peak_memory():.0f} MB")
    if plot:
        plot_channels(rows, plot)


def read_sought(folder: Path, renderings: Path | None, script: Script | None) -> list[Sought]:
    """Read the questions of a set, in other wordings and letters if they are wanted. Raises: RetrievalSetUnreadable."""
    sought = read_retrieval_set(folder)
    if renderings:
        sought = read_renderings(renderings, sought)
    return [write_in_script(one, script) for one in sought] if script else sought


def _spell(question: Asked, script: Script | None) -> str:
    return WRITE[script](question.question) if script and question.lang == "kk" else question.question


def _went_wrong(outcome: Outcome) -> bool:
    return not (outcome.answer_right and outcome.quote_right) if outcome.asked.answerable else outcome.answered


def _believe(trace: Trace, steps: Steps, reader: ExtractiveReader) -> tuple[Reading, Answer]:
    """The reading, and what would be answered if its best candidate were believed, however unlikely."""
    assert trace.reading is not None  # as after every read
    sure = replace(trace.reading, threshold=0.0)
    return trace.reading, steps.verify(replace(trace, reading=sure, draft=reader.draft(trace.question, sure)))


@contextlib.contextmanager
def open_passages(folder: Path, settings: Settings, progress: Progress, indexed: bool) -> Iterator["Index"]:
    """Open an index of a set's passages for a while: the one of the settings if they are `indexed`, or a temporary one.

    Raises: IndexMismatch if that of the settings does not hold them; and as `build_index` and `open_index`.
    """
    from index.build import build_index
    from index.retriever import open_index

    if indexed:
        with open_index(settings) as index:
            _check_passages(folder, index, settings.data)
            yield index
        return
    with TemporaryDirectory(prefix="qa-bot-measure-") as data:
        own = replace(settings, data=Path(data), chroma_url="")  # nothing of it stays on a server
        build_index([folder / PASSAGES], own, progress)
        with open_index(own) as index:
            yield index


def _check_passages(folder: Path, index: "Index", data: Path) -> None:
    """Other articles may be there as well: they make it harder."""
    from index.articles import read_articles

    held = {article.id: article.text for article in index.articles()}
    for passage in read_articles([folder / PASSAGES]):
        if held.get(passage.id) != passage.text:
            raise IndexMismatch(
                f"{data} does not hold the passage '{passage.id}' of {folder} as it is there. "
                f"Leave --data out, or run: qa-bot index --data {data} {folder / PASSAGES}"
            )


def _search_all(
    index: "Index", sought: Sequence[Sought], settings: Settings, progress: Progress
) -> tuple[list[Found], list[float]]:
    """Returns: what was found, and how many seconds each search took."""
    queries: list[tuple[str, Lang]] = []
    for one in sought:
        question = understand(one.question, limit=settings.max_question)
        queries.append((question.text, question.language))
    index.search(*queries[0], FAR)  # the first one loads the index, which is not what is timed
    found, seconds = [], []
    for number, (one, query) in enumerate(zip(sought, queries, strict=True), 1):
        started = time.perf_counter()
        hits = index.search(*query, FAR)
        seconds.append(time.perf_counter() - started)
        alone = {name: rank_articles(ranked) for name, ranked in index.search_by_channel(*query, FAR).items()}
        found.append(Found(one, {FUSED: rank_articles(hits), **alone}))
        progress("questions", number, len(sought))
    return found, seconds


def _peak_memory() -> float:
    """The most this process ever had resident, in MB (10⁶ bytes)."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB on Linux: getrusage(2) of each
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
