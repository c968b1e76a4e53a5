"""`qa-bot measure --reading`: how answers are read over a retrieval set that says where they stand."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa_bot.errors import RetrievalSetUnreadable, SettingInvalid
from qa_bot.measure_reading import (
    THRESHOLDS,
    Place,
    Read,
    Tried,
    draw_curves,
    place_references,
    score_alone,
    score_answer,
    tabulate_alone,
    tabulate_curves,
    tabulate_together,
)
from qa_bot.question import Question, understand
from qa_bot.quotes import verify
from qa_bot.reader import ExtractiveReader, Reading, bundled_weights
from qa_bot.records import Passage, Refusal, Retrieved
from qa_bot.retrieval_set import QUESTIONS, Reference, Script, Sought
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Steps
from ui.measuring import Progress, open_passages, read_sought
from ui.plots import check_plot, plot_reading

if TYPE_CHECKING:
    from index.retriever import Index

DEEP = 1000  # passages among which those of one article are looked for, and enough for ten that are none of its

DRAWN = tuple(step / 100 for step in range(101))  # thresholds that make a line of points


def measure_reading(
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
    """Print how well the answers of a retrieval set are read, given their passage and among all, and what is refused.

    Each question is asked of each passage that answers it as if there were no other, of all passages, and of all but
    those. `wrong`: name the questions that got no right quote from all passages, or an answer from the others; `plot`:
    draw what the threshold costs and buys into that file. The rest is as for `measure_search`.
    Raises: as `measure_search`; also RetrievalSetUnreadable if the set does not say where its answers stand, and
    SettingInvalid if a language model is set, which has neither rank nor threshold.
    """
    if plot:
        check_plot(plot)
    if settings.language_model:
        raise SettingInvalid("--reading measures the reader that ships. Run without QA_BOT_LANGUAGE_MODEL.")
    sought = read_sought(folder, renderings, script)
    for one in sought:
        if not one.references:
            raise RetrievalSetUnreadable(
                f"{folder / QUESTIONS}: the question '{one.id}' does not say where its answer stands. Give each "
                "answers with passage_id, start and text, or leave --reading out to measure the search."
            )
    with open_passages(folder, settings, progress, indexed) as index:
        reads, seconds = _read_all(index, sought, settings, progress)
        count = len(index.articles())
    threshold = bundled_weights().threshold
    for read in reads if wrong else ():
        for said in _tell_wrong(read, threshold):
            print(f"{read.sought.id}\t{read.sought.group}\t{read.sought.question}\t{said}")
    print("Given a passage that answers, alone:")
    print("\n".join(tabulate_alone(reads)))
    print(f"\nAmong all passages, at the threshold in use, {threshold}:")
    print("\n".join(tabulate_together(reads, threshold)))
    print("\nAt other thresholds:")
    print("\n".join(tabulate_curves(draw_curves(reads, THRESHOLDS))))
    (ask, ask_slow), (read_, read_slow) = np.percentile(np.array(seconds) * 1000, (50, 95), axis=0).T
    print(
        f"\n{count:,} articles; ask p50 {ask:.1f} ms, p95 {ask_slow:.1f} ms; "
        f"of that reading p50 {read_:.1f} ms, p95 {read_slow:.1f} ms"
    )
    if plot:
        plot_reading(draw_curves(reads, DRAWN), threshold, plot)


def _read_all(
    index: "Index", sought: Sequence[Sought], settings: Settings, progress: Progress
) -> tuple[list[Read], list[tuple[float, float]]]:
    """Returns: what came of each question, and how many seconds all of `ask` took and the reading in it."""
    steps, reader = Steps(index, settings), ExtractiveReader(index)
    # The first one loads the models, and the first refusal makes up suggestions, as a server does before it answers.
    steps.answer(Ask(sought[0].question))
    for lang in dict.fromkeys(one.lang for one in sought):
        steps.suggest(lang)
    reads, seconds = [], []
    for number, one in enumerate(sought, 1):
        references = place_references(one.references, index.article)
        started = time.perf_counter()
        trace = steps.retrieve(steps.understand(Ask(one.question)))
        found = time.perf_counter()
        trace = steps.read(trace)
        read = time.perf_counter()
        steps.verify(trace)
        seconds.append((time.perf_counter() - started, read - found))
        question = trace.question
        hits = index.search(question.text, question.language, DEEP)
        own = {reference.article_id for reference in references}
        others = [hit for hit in hits if hit.passage.article_id not in own | one.relevant]
        without = steps.read(replace(trace, found=tuple(others[: settings.passages])))
        reads.append(
            Read(
                one,
                score_alone(
                    [_read_alone(index, one, article_id, hits, settings, reader) for article_id in sorted(own)],
                    references,
                ),
                any(hit.passage.article_id in own for hit in trace.found),
                _try(question, trace.reading, references, reader, index),
                _try(question, without.reading, references, reader, index),
            )
        )
        progress("questions", number, len(sought))
    return reads, seconds


def _read_alone(
    index: "Index",
    sought: Sought,
    article_id: str,
    hits: Sequence[Retrieved],
    settings: Settings,
    reader: ExtractiveReader,
) -> tuple[list[Place], str, str]:
    """Ask one article as if there were no other, for a short answer in its language.

    Returns: its sentences as they were ranked, the short answer, and its id, as `score_alone` takes them.
    """
    article = index.article(article_id)
    whole = Retrieved(Passage(article.id, 0, len(article.text), article.text), 0.0)
    found = [hit for hit in hits if hit.passage.article_id == article_id] or [whole]
    question = understand(sought.question, article.lang, limit=settings.max_question)
    reading = reader.weigh(question, found[: settings.passages])
    draft = reader.draft(question, replace(reading, threshold=0.0))
    sentences = [ranked.candidate.sentence for ranked in reading.ranked]
    places = [(sentence.article_id, sentence.start, sentence.end) for sentence in sentences]
    return places, draft.short if draft else "", article_id


def _try(
    question: Question,
    reading: Reading | None,
    references: Sequence[Reference],
    reader: ExtractiveReader,
    index: "Index",
) -> Tried:
    """What would be answered if the best candidate were believed; nothing, if none was read, as for small talk."""
    draft = reader.draft(question, replace(reading, threshold=0.0)) if reading else None
    answer = verify(draft, question.asked, question.answer_in, index.article, Refusal("not_in_articles"))
    return score_answer(answer, reading.confidence if reading else 0.0, references)


def _tell_wrong(read: Read, threshold: float) -> Iterator[str]:
    if not read.together.right_at(threshold):
        said = read.together.short if read.together.answered_at(threshold) else "(refused)"
        yield f"{said}\t{read.together.confidence:.2f}"
    if read.without.answered_at(threshold):
        yield f"without its passages: {read.without.short}\t{read.without.confidence:.2f}"
