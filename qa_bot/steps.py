"""From a question to a verified answer in four steps: understand, retrieve, read, verify."""

import logging
from dataclasses import dataclass, replace

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
    """A question as it is put. `lang` is the language to answer in, if not the question's own."""

    question: str
    lang: Lang | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known after each step; `found`, `reading` and `draft` are filled in on the way."""

    question: Question
    found: tuple[Retrieved, ...] = ()
    reading: Reading | None = None
    draft: Draft | None = None


class Steps:
    """The four steps over one retriever. Threads may share it."""

    def __init__(self, retriever: Retriever, settings: Settings) -> None:
        self._retriever = retriever
        self._settings = settings
        self._reader = ExtractiveReader(retriever)
        self._writer = _open_writer(retriever, settings) if settings.language_model else None
        self._suggested: dict[Lang, tuple[str, ...]] = {}

    def understand(self, ask: Ask) -> Trace:
        """Raises: QuestionInvalid."""
        return Trace(understand(ask.question, ask.lang, ask.history, self._settings.max_question))

    def retrieve(self, trace: Trace) -> Trace:
        """Find the passages to read."""
        question = trace.question
        return replace(
            trace, found=tuple(self._retriever.search(question.text, question.language, self._settings.passages))
        )

    def read(self, trace: Trace) -> Trace:
        """Weigh the sentences; the language model drafts, if there is one and it does."""
        reading = self._reader.weigh(trace.question, trace.found)
        if self._writer is not None and trace.found:
            try:
                return replace(trace, reading=reading, draft=self._writer.read(trace.question, trace.found))
            except WriterFailed as error:
                log.warning("%s", error)
        return replace(trace, reading=reading, draft=self._reader.draft(trace.question, reading))

    def verify(self, trace: Trace) -> Answer:
        """Turn the draft into what may be shown: an answer, or a refusal that says what comes nearest."""
        question = trace.question
        article = self._retriever.article
        answer = verify(trace.draft, question.asked, question.answer_in, article, Refusal("not_in_articles"))
        if answer.refusal is None:
            return answer
        confidence = trace.reading.confidence if trace.reading else 0.0
        return replace(answer, confidence=confidence, refusal=self._refuse(trace))

    def trace(self, ask: Ask) -> Trace:
        """The first three steps, for those who want to see why an answer won."""
        return self.read(self.retrieve(self.understand(ask)))

    def answer(self, ask: Ask) -> Answer:
        """All four steps. Raises: QuestionInvalid."""
        return self.verify(self.trace(ask))

    def suggest(self, lang: Lang) -> tuple[str, ...]:
        """Questions in a language that the bot itself answers; tried out once, when first asked for."""
        if lang not in self._suggested:
            articles = self._retriever.articles()
            self._suggested[lang] = tuple(suggest_questions(articles, lang, lambda asked: self._reads(asked, lang)))
        return self._suggested[lang]

    def _reads(self, question: str, lang: Lang) -> bool:
        trace = self.retrieve(self.understand(Ask(question, lang)))
        return self._reader.weigh(trace.question, trace.found).answers

    def _refuse(self, trace: Trace) -> Refusal:
        if not self._retriever.articles():
            return Refusal("no_articles")
        ranked = trace.reading.ranked if trace.reading else ()
        nearest = _nearest(ranked[0].candidate) if ranked else None
        return Refusal("not_in_articles", nearest, self.suggest(trace.question.answer_in)[:3])


def _open_writer(retriever: Retriever, settings: Settings) -> Reader:
    # Importing chat models takes longer than answering does, and most never use one.
    from qa_bot.writer import Writer, open_model

    return Writer(open_model(settings.language_model), retriever.article)


def _nearest(candidate: Candidate) -> Quote | None:
    if candidate.feature("covered") < NEAR:
        return None
    return quote_span(candidate.analysis.article, candidate.sentence.start, candidate.sentence.end)
