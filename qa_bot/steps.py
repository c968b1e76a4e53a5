"""From a question to a verified answer in four steps: understand, retrieve, read, verify."""

import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from qa_bot.errors import WriterFailed
from qa_bot.features import Candidate
from qa_bot.follow_up import read_follow_up
from qa_bot.ports import Reader, Retriever
from qa_bot.proposal import Proposal
from qa_bot.question import REMEMBERED, Question, asks_something, tidy_question, understand
from qa_bot.quotes import quote_span, verify
from qa_bot.reader import ExtractiveReader, Reading
from qa_bot.records import (
    Answer,
    Article,
    Courtesy,
    Draft,
    Lang,
    Passage,
    Quote,
    Refusal,
    RefusalReason,
    Reply,
    Retrieved,
    Turn,
)
from qa_bot.replies import (
    MORE,
    NEAR,
    SUMMED_UP,
    address,
    find_topic,
    names_topic,
    note_lead,
    read_on,
    reply_to,
    sort_newest,
    sum_up,
    talk_question,
)
from qa_bot.settings import Settings
from qa_bot.small_talk import Talk, recognise
from qa_bot.suggest import choose_questions, propose_questions, suggest_questions

log = logging.getLogger(__name__)

OFFERED = 3  # questions beside a refusal
ELSEWHERE = 0.25  # by how much surer an answer has to be to leave the article that was talked about


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as it is put. `lang` is the language to answer in, if not the question's own."""

    question: str
    lang: Lang | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known after each step; `found`, `reading` and `draft` are filled in on the way.

    `talk` is set where nothing is asked of the articles but what they begin with or what more there is.
    """

    question: Question
    history: tuple[Turn, ...] = ()
    talk: Talk | None = None
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
        # The same questions are suggested, and the same turns asked after, again and again.
        self._find_answered = lru_cache(maxsize=1024)(self._answered)
        self._find_place_before = lru_cache(maxsize=256)(self._place_before)

    def understand(self, ask: Ask) -> Trace:
        """Raises: QuestionInvalid."""
        asked = tidy_question(ask.question, self._settings.max_question)
        talk = recognise(asked)
        if talk is not None:
            return Trace(talk_question(talk, asked, ask.lang), ask.history, talk)
        return Trace(understand(asked, ask.lang, ask.history, self._settings.max_question), ask.history)

    def retrieve(self, trace: Trace) -> Trace:
        """Find the passages to read; small talk and what cannot be understood need none."""
        question = trace.question
        if trace.talk is not None or question.unclear:
            return trace
        return replace(
            trace, found=tuple(self._retriever.search(question.text, question.language, self._settings.passages))
        )

    def read(self, trace: Trace) -> Trace:
        """Weigh the sentences; the language model drafts, if there is one and it does."""
        if trace.talk is not None:
            return replace(trace, draft=self._follow_command(trace.talk, trace))
        if trace.question.unclear:
            return trace
        trace = self._weigh(trace)
        if self._writer is not None and trace.found:
            try:
                return replace(trace, draft=self._writer.read(trace.question, trace.found))
            except WriterFailed as error:
                log.warning("%s", error)
        drafted = self._reader.draft(trace.question, trace.reading) if trace.reading else None
        return replace(trace, draft=drafted)

    def verify(self, trace: Trace) -> Answer:
        """Turn the draft into what may be shown: an answer, a reply, or a refusal that says what comes nearest."""
        question, talk = trace.question, trace.talk
        articles = self._retriever.articles()
        if talk is not None and talk.kind not in {"summary", "more"}:
            offered = self.suggest(question.answer_in) if talk.kind in {"about", "questions"} else ()
            return address(reply_to(cast(Courtesy, talk.kind), question, articles, offered), question)
        answer = verify(
            trace.draft, question.asked, question.answer_in, self._retriever.article, Refusal("not_in_articles")
        )
        if answer.refusal is not None:
            confidence = trace.reading.confidence if trace.reading else 0.0
            answer = replace(answer, confidence=confidence, refusal=self._refuse(trace))
        elif talk is not None:
            answer = replace(answer, reply=cast(Reply, talk.kind))
            if talk.kind == "summary" and len(articles) > 1:
                answer = note_lead(answer, self._retriever.article)
        return address(answer, question)

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
            self._suggested[lang] = tuple(suggest_questions(articles, lang, self._find_answered))
        return self._suggested[lang]

    def _suggest_near(self, trace: Trace) -> tuple[str, ...]:
        """Questions that are answered, the nearest to one that is not; fewer are tried than for a first page."""
        question, lang = trace.question, trace.question.answer_in
        if not trace.found:
            return self.suggest(lang)[:OFFERED]
        ranked = trace.reading.ranked if trace.reading else ()
        article = self._retriever.article(
            ranked[0].candidate.sentence.article_id if ranked else trace.found[0].passage.article_id
        )
        proposals = list({proposal.question: proposal for proposal in propose_questions(article, lang)}.values())
        if proposals:
            near = self._retriever.similarity(question.text, [proposal.question for proposal in proposals])
            order = sorted(range(len(proposals)), key=lambda place: -near[place])
            proposals = [proposals[place] for place in order if proposals[place].sort != "topic"]
        kept = choose_questions(proposals, article, self._find_answered, OFFERED)
        others = (offered for offered in self.suggest(lang) if offered not in kept)
        return (*kept, *others)[:OFFERED]

    def _answered(self, proposal: Proposal, article: Article) -> bool:
        """Whether a proposed question is answered with the sentence that it was made from."""
        trace = self.retrieve(self.understand(Ask(proposal.question)))
        reading = self._reader.weigh(trace.question, trace.found)
        if not reading.answers:
            return False
        best = reading.ranked[0].candidate.sentence
        return best.article_id == article.id and (proposal.sort == "statement" or best.start == proposal.start)

    def _weigh(self, trace: Trace) -> Trace:
        """Weigh what was found; for a follow-up first what stands in the article that was talked about.

        What goes on from there may be a question of its own. It is read as one if there is nothing there, or if the
        articles together answer it far more surely.
        """
        question = trace.question
        before = self._find_place_before(trace.history) if question.follows_up else None
        here, elsewhere = None, trace
        if before is not None:
            article = self._retriever.article(before[0])
            near = [hit for hit in trace.found if hit.passage.article_id == article.id]
            whole = Passage(article.id, 0, len(article.text), article.text)
            here = read_follow_up(question, self._reader.weigh(question, near or [Retrieved(whole, 0.0)]), before)
            if here.answers and (question.follows_up != "on" or here.confidence >= 1 - ELSEWHERE):
                return replace(trace, reading=here)
            if question.follows_up == "on":
                alone = understand(question.asked, None, (), self._settings.max_question)
                question = replace(alone, answer_in=question.answer_in, script=question.script, unclear=False)
                elsewhere = self.retrieve(replace(trace, question=question))
        reading = read_follow_up(question, self._reader.weigh(question, elsewhere.found), before)
        if here and here.answers and reading.confidence - here.confidence < ELSEWHERE:
            return replace(trace, reading=here)
        return replace(elsewhere, reading=reading)

    def _place_before(self, history: tuple[Turn, ...]) -> tuple[str, int] | None:
        """What the conversation is about: where the answer of the last turn that was answered stands."""
        for at in range(len(history) - 1, max(-1, len(history) - 1 - REMEMBERED), -1):
            turn = history[at]
            if turn.place is not None and any(article.id == turn.place[0] for article in self._retriever.articles()):
                return turn.place
            if asks_something(turn):
                trace = self.retrieve(self.understand(Ask(turn.question, None, history[:at])))
                reading = self._reader.weigh(trace.question, trace.found)
                if reading.answers:
                    sentence = reading.ranked[0].candidate.sentence
                    return sentence.article_id, sentence.start
        return None

    def _follow_command(self, talk: Talk, trace: Trace) -> Draft | None:
        """Claim the lead of an article, or more of what was found for the last question."""
        if talk.kind == "summary":
            return sum_up(self._choose_articles(talk, trace))
        if talk.kind != "more":
            return None
        told = 0
        for at in range(len(trace.history) - 1, -1, -1):
            turn = trace.history[at]
            last = recognise(turn.question)
            if asks_something(turn):
                before = self.trace(Ask(turn.question, None, trace.history[:at]))
                return self._read_on(before, told) if before.reading else None
            if last is not None and last.kind == "summary":
                return sum_up(self._choose_articles(last, replace(trace, history=trace.history[:at])), told + 1)
            told += last is not None and last.kind == "more"
        return None

    def _read_on(self, before: Trace, told: int) -> Draft | None:
        shown = verify(before.draft, "", before.question.answer_in, self._retriever.article, Refusal("not_in_articles"))
        return read_on(before.reading, shown.quotes, MORE * told) if before.reading else None

    def _choose_articles(self, talk: Talk, trace: Trace) -> list[Article]:
        """Which articles are to be summed up: those named, the one talked about, or the newest."""
        articles = self._retriever.articles()
        lang = trace.question.language
        if names_topic(talk.topic, lang):
            named = find_topic(talk.topic, lang, articles)
            return [named] if named else []
        newest = sort_newest(articles)
        if talk.several:
            return newest[:SUMMED_UP]
        before = self._find_place_before(trace.history)
        return [self._retriever.article(before[0])] if before else newest[:1]

    def _refuse(self, trace: Trace) -> Refusal:
        if not self._retriever.articles():
            return Refusal("no_articles")
        reason: RefusalReason = "not_in_articles"
        if trace.talk is not None and trace.talk.kind == "more":
            reason = "nothing_more" if any(map(asks_something, trace.history)) else "unclear"
        elif trace.question.unclear:
            reason = "unclear"
        ranked = trace.reading.ranked if trace.reading else ()
        nearest = _nearest(ranked[0].candidate) if ranked else None
        return Refusal(reason, nearest, self._suggest_near(trace))


def _open_writer(retriever: Retriever, settings: Settings) -> Reader:
    # Importing chat models takes longer than answering does, and most never use one.
    from qa_bot.writer import Writer, open_model

    return Writer(open_model(settings.language_model), retriever.article)


def _nearest(candidate: Candidate) -> Quote | None:
    if candidate.feature("covered") < NEAR:
        return None
    return quote_span(candidate.analysis.article, candidate.sentence.start, candidate.sentence.end)
