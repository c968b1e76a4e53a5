"""The retrieval chain: understand → retrieve → read → verify, as a LangChain Runnable."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from langchain_core.runnables import Runnable, RunnableLambda

from qa_bot.errors import WriterFailed
from qa_bot.features import Candidate
from qa_bot.ports import Reader, Retriever
from qa_bot.question import Question, understand
from qa_bot.quotes import quote_span, verify
from qa_bot.reader import ExtractiveReader, Reading
from qa_bot.records import Answer, Draft, Lang, Quote, Refusal, Retrieved, Turn
from qa_bot.settings import Settings
from qa_bot.suggest import suggest_questions

log = logging.getLogger(__name__)

NEAR = 0.34  # of the question's weight a sentence has to say before a refusal names it as what comes nearest


@dataclass(frozen=True, slots=True)
class Ask:
    """What goes into the chain. `lang` is the language to answer in, if not the question's own."""

    question: str
    lang: Lang | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """What the chain knows after each step; `found` and `reading` are filled in on the way."""

    question: Question
    found: tuple[Retrieved, ...] = ()
    reading: Reading | None = None
    draft: Draft | None = None


def build_chain(retriever: Retriever, settings: Settings) -> Runnable[Ask, Answer]:
    """Compose the chain over a retriever. Raises on invoke: QuestionInvalid."""
    suggest = build_suggestions(retriever, settings)
    writer = _open_writer(retriever, settings) if settings.language_model else None
    return trace_chain(retriever, settings, writer) | RunnableLambda(
        lambda trace: _verify(trace, retriever, suggest), name="verify"
    )


def _open_writer(retriever: Retriever, settings: Settings) -> Reader:
    # Importing chat models takes longer than answering does, and most never use one.
    from qa_bot.writer import Writer, open_model

    return Writer(open_model(settings.language_model), retriever.article)


def trace_chain(retriever: Retriever, settings: Settings, writer: Reader | None = None) -> Runnable[Ask, Trace]:
    """The chain up to the draft, for those who want to see why an answer won."""
    reader = ExtractiveReader(retriever)

    def _understand(ask: Ask) -> Trace:
        return Trace(understand(ask.question, ask.lang, ask.history, settings.max_question))

    def _retrieve(trace: Trace) -> Trace:
        found = retriever.search(trace.question.text, trace.question.language, settings.passages)
        return replace(trace, found=tuple(found))

    def _read(trace: Trace) -> Trace:
        reading = reader.weigh(trace.question, trace.found)
        if writer is not None and trace.found:
            try:
                return replace(trace, reading=reading, draft=writer.read(trace.question, trace.found))
            except WriterFailed as error:
                log.warning("%s", error)
        return replace(trace, reading=reading, draft=reader.draft(trace.question, reading))

    return (
        RunnableLambda(_understand, name="understand")
        | RunnableLambda(_retrieve, name="retrieve")
        | RunnableLambda(_read, name="read")
    )


def build_suggestions(retriever: Retriever, settings: Settings) -> Callable[[Lang], tuple[str, ...]]:
    """Make the function that suggests questions in a language; each was answered once, when first asked for."""
    read = trace_chain(retriever, settings)

    def _answers(question: str, lang: Lang) -> bool:
        reading = read.invoke(Ask(question, lang)).reading
        return reading is not None and reading.answers

    @cache
    def _suggest(lang: Lang) -> tuple[str, ...]:
        return tuple(suggest_questions(retriever.articles(), lang, lambda question: _answers(question, lang)))

    return _suggest


def _verify(trace: Trace, retriever: Retriever, suggest: Callable[[Lang], tuple[str, ...]]) -> Answer:
    question = trace.question
    answer = verify(trace.draft, question.asked, question.answer_in, retriever.article, Refusal("not_in_articles"))
    if answer.refusal is None:
        return answer
    confidence = trace.reading.confidence if trace.reading else 0.0
    return replace(answer, confidence=confidence, refusal=_refuse(trace, retriever, suggest))


def _refuse(trace: Trace, retriever: Retriever, suggest: Callable[[Lang], tuple[str, ...]]) -> Refusal:
    if not retriever.articles():
        return Refusal("no_articles")
    question, reading = trace.question, trace.reading
    nearest = _nearest(reading.ranked[0].candidate) if reading and reading.ranked else None
    return Refusal("not_in_articles", nearest, suggest(question.answer_in)[:3])


def _nearest(candidate: Candidate) -> Quote | None:
    if candidate.feature("covered") < NEAR:
        return None
    return quote_span(candidate.analysis.article, candidate.sentence.start, candidate.sentence.end)
