"""What the page answers to each thing that a person does there.

What a browser sends is only ever the text of a question, the chosen language, the address of a quote, a vote, and the
id of a conversation. The conversation itself stays on the server, in the session's state, so nobody can put words
into it.
"""

import json
import logging
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import gradio as gr
from langchain_core.runnables import Runnable

from qa_bot.chain import Ask
from qa_bot.errors import QaBotError
from qa_bot.records import Answer, Article, Lang
from qa_bot.settings import Settings
from ui.catalogue import find_articles, render_catalogue
from ui.conversations import hash_conversation
from ui.export import write_markdown
from ui.feedback import Feedback, drop_halves, keep_feedback
from ui.followups import FollowUps
from ui.paper import escape_text, read_place, render_article, render_steps
from ui.reading import (
    STAGES,
    newest_article,
    render_masthead,
    render_turn,
    render_turns,
    render_waiting,
    render_welcome,
    stands,
)
from ui.tab import (
    Conversation,
    Exchange,
    Place,
    Shown,
    WaitingRoom,
    list_quotes,
    locate,
    new_id,
    point_at,
    turn_to,
)
from ui.words import LANGUAGES, Words, choose_language, explain_error, words_in

logger = logging.getLogger(__name__)

SUGGESTIONS: Final = 4
"""Most questions offered as buttons."""

LONGEST_SEARCH: Final = 200
"""Characters of a search among the articles that are heeded."""

Update: TypeAlias = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events change."""

    masthead: gr.Markdown
    more: gr.Button
    articles: gr.Button
    renew: gr.Button
    save: gr.Button
    print: gr.Button
    dark: gr.Button
    language: gr.Radio
    past: gr.Markdown
    now: gr.Markdown
    stop: gr.Button
    can_ask: gr.Markdown
    suggestions: tuple[gr.Button, ...]
    notice: gr.Markdown
    question: gr.Textbox
    ask: gr.Button
    keys: gr.Markdown
    back: gr.Button
    steps: gr.Markdown
    article: gr.Markdown
    seek: gr.Textbox
    catalogue: gr.Markdown
    arrival: gr.Textbox
    place: gr.Textbox
    vote: gr.Textbox
    kept: gr.Markdown
    saved: gr.Markdown
    thread: gr.Markdown
    conversation: gr.State


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a browser says when it opens the page: the language chosen before, and what this tab had asked before."""

    language: str = ""
    conversation: str = ""
    asked: tuple[str, ...] = ()


def read_object(sent: object) -> dict[str, Any]:
    """A JSON object as a browser sends it; anything else is an empty one."""
    try:
        read = json.loads(sent) if isinstance(sent, str) else {}
    except (ValueError, RecursionError):
        read = {}
    return read if isinstance(read, dict) else {}


def read_arrival(sent: object, limit: int) -> Arrival:
    """What of an arrival makes sense; questions longer than `limit` characters do not."""
    said = read_object(sent)
    language, conversation, asked = said.get("language"), said.get("conversation"), said.get("asked")
    texts = [drop_halves(text) for text in asked if isinstance(text, str)] if isinstance(asked, list) else []
    return Arrival(
        language if isinstance(language, str) and language in LANGUAGES else "",
        conversation if isinstance(conversation, str) else "",
        tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= limit)),
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers the events of the page. `parts` are outputs, by which each answer names what it changes.

    `articles` and `suggestions` may change while pages are open. The chain is told of each question's `scope` (the
    request by which it came, if that is known) and its `conversation`, as `configurable`.
    """

    parts: Parts
    chain: Runnable[Ask, Answer]
    articles: Mapping[str, Article]
    settings: Settings
    suggestions: Mapping[Lang, Sequence[str]]
    room: WaitingRoom
    follow_ups: FollowUps | None = field(default=None)
    underway: dict[str, object] = field(default_factory=dict, init=False)  # the asking of each conversation that waits

    def greet(self, sent: object, request: gr.Request) -> Update:
        """Fill the page when it opens: in the language asked for, else in the browser's; as it was before a reload."""
        arrival = read_arrival(sent, self.settings.max_question)
        words = words_in(arrival.language or choose_language(request.headers.get("accept-language", "")))
        known = self.room.call(arrival.conversation)
        conversation = known or self._begin()
        update = {
            **self._frame(words),
            **self._talk(conversation, words),
            **self._offer_after(conversation, words),
            self.parts.conversation: conversation,
        }
        if known:
            self.room.keep(known)
        elif arrival.asked:
            offered = self._offer(arrival.asked[-SUGGESTIONS:], words.asked_before, words)
            update |= {**offered, self.parts.notice: _notice(words.lost, words)}
        return update

    def speak(self, language: object, conversation: Conversation) -> Update:
        """Put the whole interface into another language; answers keep theirs."""
        words = words_in(language)
        return {**self._frame(words), **self._talk(conversation, words), **self._offer_after(conversation, words)}

    async def ask(
        self, question: object, language: object, conversation: Conversation, request: gr.Request | None = None
    ) -> AsyncIterator[Update]:
        """Answer a question in steps: the question, then the short answer, its context, its quotes.

        While it is being answered, no other of the same conversation is, and one that is stopped meanwhile, or whose
        conversation is, changes nothing any more.
        """
        parts, words = self.parts, words_in(language)
        asked = drop_halves(question).strip() if isinstance(question, str) else ""
        limit = self.settings.max_question
        if not asked:
            yield {parts.notice: _notice(words.question_empty, words)}
            return
        if len(asked) > limit:
            yield {parts.notice: _notice(words.question_long.format(limit=limit, length=len(asked)), words)}
            return
        if conversation.id in self.underway:
            yield {parts.question: gr.skip()}
            return
        lost = not conversation.id
        if lost:
            conversation = self._begin()
        mine = self.underway[conversation.id] = object()
        try:
            yield {
                parts.question: "",
                parts.notice: _notice(words.lost, words) if lost else "",
                **self._turns(replace(conversation, pending=asked), words),
                parts.conversation: replace(conversation, pending=asked),
                **self._offer((), "", words),
            }
            updates = await self._answer(asked, conversation, words, request)
            while self.underway.get(conversation.id) is mine and (update := next(updates, None)):
                yield update
        finally:
            if self.underway.get(conversation.id) is mine:
                del self.underway[conversation.id]

    async def _answer(
        self, asked: str, conversation: Conversation, words: Words, request: gr.Request | None
    ) -> Iterator[Update]:
        """What there is to show once the question is answered, or was not."""
        scope = request.request.scope if request and request.request else None
        try:
            answer = await self.chain.ainvoke(
                Ask(asked, None, conversation.history),
                {"configurable": {"scope": scope, "conversation": conversation.id}},
            )
        except Exception as error:
            # The asker gets a sentence and the question back whatever went wrong; the log gets the rest.
            known = error if isinstance(error, QaBotError) else QaBotError(type(error).__name__)
            logger.warning("A question was not answered: %s", known, exc_info=known is not error)
            notice = explain_error(known, asked, self.settings.max_question, words)
            return iter([self._give_back(conversation, words, asked, notice)])
        return self._unfold(Exchange(asked, answer), conversation, words)

    def _unfold(self, exchange: Exchange, conversation: Conversation, words: Words) -> Iterator[Update]:
        for stage in STAGES:
            yield {self.parts.now: render_turn(exchange, self.articles, words, stage)}
        conversation = conversation.add(exchange, point_at(exchange.answer) or _unmarked(conversation.shown))
        self.room.keep(conversation)
        yield {**self._read(conversation, words), self.parts.conversation: conversation}

    def _give_back(self, conversation: Conversation, words: Words, question: str, notice: str) -> Update:
        """The conversation as it was before a question, and the question back in its box."""
        return {
            **self._talk(conversation, words),
            self.parts.question: question,
            self.parts.notice: _notice(notice, words),
            self.parts.conversation: conversation,
        }

    def go_on(self, language: object, conversation: Conversation) -> Update:
        """Offer questions to go on with; finding them may take longer than answering did."""
        return self._offer_after(conversation, words_in(language))

    def stop(self, written: object, language: object, conversation: Conversation) -> Update:
        """Give the question back that is being answered. Whoever wires this cancels the answer."""
        if not conversation.pending:
            return {self.parts.conversation: conversation}
        self.underway.pop(conversation.id, None)
        words, stopped = words_in(language), replace(conversation, pending="")
        given_back = self._give_back(stopped, words, str(written or conversation.pending), words.stopped)
        return {**given_back, **self._offer_after(stopped, words)}

    def renew(self, language: object, conversation: Conversation) -> Update:
        """Begin a new conversation and forget the present one, with the question that may be on its way."""
        words = words_in(language)
        self.underway.pop(conversation.id, None)
        self.room.forget(conversation.id)
        conversation = self._begin()
        return {
            **self._talk(conversation, words),
            **self._offer_after(conversation, words),
            self.parts.notice: "",
            self.parts.conversation: conversation,
        }

    def show(self, address: object, language: object, conversation: Conversation) -> Update:
        """Show an article, at the quote whose address was followed if it is that of a quote."""
        place = read_place(address, self.articles) if isinstance(address, str) else None
        if place is None:
            return {self.parts.conversation: conversation}
        conversation = replace(conversation, shown=turn_to(place, conversation))
        if conversation.id:
            self.room.keep(conversation)
        return {**self._read(conversation, words_in(language)), self.parts.conversation: conversation}

    def seek(self, sought: object, language: object) -> Update:
        """List the articles that are sought."""
        return {self.parts.catalogue: self._list(sought, words_in(language))}

    def judge(self, sent: object, language: object, conversation: Conversation) -> Update:
        """Keep a vote on an answer of this conversation, with a word if there is one."""
        said = read_object(sent)
        exchange = conversation.find(str(said.get("id")))
        vote, comment = said.get("vote"), said.get("comment")
        if exchange is None or vote not in {"up", "down"}:
            return {self.parts.conversation: conversation}
        feedback = Feedback(
            hash_conversation(conversation.id),
            exchange.id,
            vote,
            comment if isinstance(comment, str) else "",
            exchange.question,
            exchange.answer.text,
        )
        try:
            keep_feedback(self.settings, feedback)
        except QaBotError as error:
            logger.warning("A vote was not kept: %s", error)
            words = words_in(language)
            return {self.parts.notice: _notice(words.unkept, words)}
        conversation = conversation.judge(exchange.id, vote)
        self.room.keep(conversation)
        return {self.parts.conversation: conversation, self.parts.kept: _hide("")}

    def save(self, language: object, conversation: Conversation) -> Update:
        """Hand the conversation over as Markdown, for the browser to save."""
        text = escape_text(write_markdown(conversation.exchanges, self.articles, words_in(language)))
        return {self.parts.saved: _hide(text)}

    def _begin(self) -> Conversation:
        articles = tuple(self.articles.values())
        return Conversation(new_id(), shown=Shown((Place(newest_article(articles).id),)) if articles else None)

    def _frame(self, words: Words) -> Update:
        parts = self.parts
        return {
            parts.masthead: render_masthead(words),
            parts.more: words.menu,
            parts.articles: words.articles,
            parts.renew: words.renew,
            parts.save: words.save,
            parts.print: words.print,
            parts.dark: words.dark,
            parts.language: gr.update(label=words.language, value=words.lang),
            parts.stop: words.stop,
            parts.question: gr.update(label=words.ask_label, placeholder=words.ask_hint),
            parts.ask: words.ask,
            parts.keys: f'<p lang="{words.lang}">{words.keys}</p>',
            parts.back: words.back,
            parts.seek: gr.update(label=words.seek, placeholder=words.seek_hint),
            parts.catalogue: self._list("", words),
            parts.notice: "",
        }

    def _talk(self, conversation: Conversation, words: Words) -> Update:
        return {**self._turns(conversation, words), **self._read(conversation, words)}

    def _turns(self, conversation: Conversation, words: Words) -> Update:
        past: Sequence[Exchange] = conversation.exchanges
        if conversation.pending:
            now = render_waiting(conversation.pending, len(self.articles), words)
        elif past:
            *past, last = past
            now = render_turn(last, self.articles, words)
        else:
            now = render_welcome(tuple(self.articles.values()), words)
        return {
            self.parts.past: render_turns(past, self.articles, words),
            self.parts.now: now,
            self.parts.thread: _thread(conversation),
        }

    def _read(self, conversation: Conversation, words: Words) -> Update:
        shown = conversation.shown
        article = self.articles.get(shown.place.article_id) if shown else None
        if shown is None or article is None:
            return {self.parts.steps: "", self.parts.article: ""}
        # In articles that were built anew since, a quote's place may hold other words.
        quotes = [quote for exchange in conversation.exchanges for quote in list_quotes(exchange.answer)]
        moved = {locate(quote) for quote in quotes if not stands(quote, self.articles)}
        spans = [span for span in shown.spans if Place(article.id, *span) not in moved]
        return {
            self.parts.steps: render_steps(shown, words),
            self.parts.article: render_article(article, spans, words),
        }

    def _list(self, sought: object, words: Words) -> str:
        articles = self.articles.values()
        found = find_articles(articles, sought[:LONGEST_SEARCH] if isinstance(sought, str) else "")
        return render_catalogue(found, len(articles), words)

    def _offer_after(self, conversation: Conversation, words: Words) -> Update:
        """Offer what fits where a conversation stands: at its beginning, after a refusal, after an answer."""
        if conversation.pending:
            return self._offer((), "", words)
        if not conversation.exchanges:
            return self._offer(self.suggestions.get(words.lang, ()), "", words)
        answer = conversation.exchanges[-1].answer
        theirs = words_in(answer.language)
        offered = answer.refusal.suggestions if answer.refusal else answer.suggestions
        if offered or not answer.quotes or self.follow_ups is None:
            return self._offer(offered, theirs.can_ask, theirs)
        try:
            return self._offer(self.follow_ups.find(conversation.exchanges, self.articles), theirs.go_on, theirs)
        except QaBotError as error:
            logger.info("No questions to go on with: %s", error)
            return self._offer((), "", theirs)

    def _offer(self, questions: Sequence[str], heading: str, words: Words) -> Update:
        offered = list(questions)[:SUGGESTIONS]
        said = f'<p lang="{words.lang}">{heading}</p>' if offered and heading else ""
        update: Update = {self.parts.can_ask: said}
        for place, button in enumerate(self.parts.suggestions):
            here = place < len(offered)
            update[button] = gr.update(value=offered[place] if here else "", visible=here)
        return update


def _notice(text: str, words: Words) -> str:
    return f'<p role="status" lang="{words.lang}">{text}</p>'


def _hide(text: str) -> str:
    """What is for the page's script; told twice, it has to differ, or the browser does not hear of it."""
    return f'<div hidden><button value="{text}" id="{secrets.token_hex(4)}"></button></div>'


def _thread(conversation: Conversation) -> str:
    return f'<div hidden><span id="conversation-id">{conversation.id}</span></div>'


def _unmarked(shown: Shown | None) -> Shown | None:
    """The same article without marks: those of an earlier answer would seem to belong to this one."""
    return Shown((Place(shown.place.article_id),)) if shown else None
