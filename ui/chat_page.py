"""The page: the conversation on the left, the article that is quoted on the right.

What a browser sends is only ever the text of a question, the chosen language and the address of a quote. The
conversation itself stays on the server, in the session's state, so nobody can put words into it.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import gradio as gr
from langchain_core.runnables import Runnable

from qa_bot.chain import Ask
from qa_bot.errors import QaBotError
from qa_bot.records import Answer, Article, Lang, Turn
from qa_bot.settings import Settings
from ui.reading import (
    STAGES,
    Exchange,
    Shown,
    newest_article,
    read_place,
    render_article,
    render_masthead,
    render_turn,
    render_turns,
    render_waiting,
    render_welcome,
)
from ui.words import ENGLISH, KAZAKH, LANGUAGES, Words, choose_language, explain_error, words_in

logger = logging.getLogger(__name__)

SUGGESTIONS: Final = 4
"""Most questions offered as buttons."""

REMEMBERED: Final = 50
"""Exchanges kept on the page; older ones scroll out of the session's memory."""

HISTORY: Final = 6
"""Exchanges passed on with a question, to understand a follow-up."""

CONCURRENT: Final = 8
"""Questions answered at once; more wait in the queue."""

Update: TypeAlias = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one browser tab has asked and what its reading side shows."""

    exchanges: tuple[Exchange, ...] = ()
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events change."""

    masthead: gr.Markdown
    language: gr.Radio
    past: gr.Markdown
    now: gr.Markdown
    can_ask: gr.Markdown
    suggestions: tuple[gr.Button, ...]
    notice: gr.Markdown
    question: gr.Textbox
    ask: gr.Button
    keys: gr.Markdown
    back: gr.Button
    article: gr.Markdown
    place: gr.Textbox
    conversation: gr.State
    remembered: gr.BrowserState


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers the events of the page. `parts` are outputs, by which each answer names what it changes."""

    parts: Parts
    chain: Runnable[Ask, Answer]
    articles: Mapping[str, Article]
    settings: Settings
    suggestions: Mapping[Lang, Sequence[str]] = field(default_factory=dict)

    def greet(self, remembered: object, request: gr.Request) -> Update:
        """Fill the page when it opens: in the remembered language, else in the browser's."""
        known = isinstance(remembered, str) and remembered in LANGUAGES
        words = words_in(remembered if known else choose_language(request.headers.get("accept-language", "")))
        conversation = Conversation()
        if self.articles:
            conversation = Conversation(shown=Shown(newest_article(tuple(self.articles.values())).id))
        return {
            **self._frame(words),
            **self._talk(conversation, words),
            **self._offer(self.suggestions.get(words.lang, ()), words),
            self.parts.conversation: conversation,
        }

    def speak(self, language: object, conversation: Conversation) -> Update:
        """Put the whole interface into another language; answers keep theirs."""
        words = words_in(language)
        update = {**self._frame(words), **self._talk(conversation, words), self.parts.remembered: words.lang}
        if conversation.exchanges:
            refusal = conversation.exchanges[-1].answer.refusal
            return {**update, **self._offer(refusal.suggestions if refusal else (), words, refused=True)}
        return {**update, **self._offer(self.suggestions.get(words.lang, ()), words)}

    def ask(self, question: object, language: object, conversation: Conversation) -> Iterator[Update]:
        """Answer a question in steps: the question, then the short answer, its context, its quotes."""
        parts, words = self.parts, words_in(language)
        asked = question.strip() if isinstance(question, str) else ""
        limit = self.settings.max_question
        if not asked:
            yield {parts.notice: _notice(words.question_empty, words)}
            return
        if len(asked) > limit:
            yield {parts.notice: _notice(words.question_long.format(limit=limit, length=len(asked)), words)}
            return
        yield {
            parts.question: "",
            parts.notice: "",
            parts.past: render_turns(conversation.exchanges, self.articles, words),
            parts.now: render_waiting(asked, len(self.articles), words),
            **self._offer((), words),
        }
        try:
            answer = self.chain.invoke(Ask(asked, None, _history(conversation)))
        except Exception as error:
            # The asker gets a sentence and the question back whatever went wrong; the log gets the rest.
            known = error if isinstance(error, QaBotError) else QaBotError(str(error))
            logger.warning("A question was not answered: %s", error, exc_info=known is not error)
            yield {
                **self._talk(conversation, words),
                parts.question: asked,
                parts.notice: _notice(explain_error(known, asked, limit, words), words),
            }
            return
        exchange = Exchange(asked, answer)
        for stage in STAGES:
            yield {parts.now: render_turn(exchange, self.articles, words, stage)}
        shown = _point_at(answer) or _unmarked(conversation.shown)
        conversation = Conversation((*conversation.exchanges, exchange)[-REMEMBERED:], shown)
        refusal = answer.refusal
        yield {
            parts.article: self._article(shown, words),
            parts.conversation: conversation,
            **self._offer(refusal.suggestions if refusal else (), words, refused=True),
        }

    def show(self, place: object, language: object, conversation: Conversation) -> Update:
        """Show an article at the quote whose address was followed."""
        shown = read_place(place if isinstance(place, str) else "", self.articles)
        if shown is None:
            return {self.parts.conversation: conversation}
        return {
            self.parts.article: self._article(shown, words_in(language)),
            self.parts.conversation: Conversation(conversation.exchanges, shown),
        }

    def _frame(self, words: Words) -> Update:
        parts = self.parts
        return {
            parts.masthead: render_masthead(words),
            parts.language: gr.update(label=words.language, value=words.lang),
            parts.question: gr.update(label=words.ask_label, placeholder=words.ask_hint),
            parts.ask: words.ask,
            parts.keys: f'<p lang="{words.lang}">{words.keys}</p>',
            parts.back: words.back,
            parts.notice: "",
        }

    def _talk(self, conversation: Conversation, words: Words) -> Update:
        *past, now = conversation.exchanges or (None,)
        return {
            self.parts.past: render_turns([exchange for exchange in past if exchange], self.articles, words),
            self.parts.now: (
                render_turn(now, self.articles, words) if now else render_welcome(tuple(self.articles.values()), words)
            ),
            self.parts.article: self._article(conversation.shown, words),
        }

    def _article(self, shown: Shown | None, words: Words) -> str:
        article = self.articles.get(shown.article_id) if shown else None
        return render_article(article, shown.spans, words) if shown and article else ""

    def _offer(self, questions: Sequence[str], words: Words, *, refused: bool = False) -> Update:
        offered = list(questions)[:SUGGESTIONS]
        update: Update = {self.parts.can_ask: _can_ask(words) if offered and refused else ""}
        for place, button in enumerate(self.parts.suggestions):
            here = place < len(offered)
            update[button] = gr.update(value=offered[place] if here else "", visible=here)
        return update


def build_page(
    chain: Runnable[Ask, Answer],
    articles: Sequence[Article],
    settings: Settings,
    suggestions: Mapping[Lang, Sequence[str]],
) -> gr.Blocks:
    """Lay the page out and wire its events. It stays blank until `Desk.greet` knows the reader's language."""
    page = gr.Blocks(title=KAZAKH.title, analytics_enabled=False, fill_width=True)
    with page:
        parts = _lay_out()
        desk = Desk(parts, chain, {article.id: article for article in articles}, settings, suggestions)
        everything = [
            parts.masthead,
            parts.language,
            parts.past,
            parts.now,
            parts.can_ask,
            *parts.suggestions,
            parts.notice,
            parts.question,
            parts.ask,
            parts.keys,
            parts.back,
            parts.article,
            parts.conversation,
            parts.remembered,
        ]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(desk.greet, [parts.remembered], everything, queue=False, **quiet)
        parts.language.input(desk.speak, [parts.language, parts.conversation], everything, queue=False, **quiet)
        parts.place.submit(
            desk.show,
            [parts.place, parts.language, parts.conversation],
            [parts.article, parts.conversation],
            queue=False,
            **quiet,
        )
        for asked, source in (
            (parts.question.submit, parts.question),
            (parts.ask.click, parts.question),
            *((button.click, button) for button in parts.suggestions),
        ):
            asked(
                desk.ask,
                [source, parts.language, parts.conversation],
                everything,
                concurrency_limit=CONCURRENT,
                concurrency_id="ask",
                **quiet,
            )
    page.queue(default_concurrency_limit=CONCURRENT, api_open=False)
    return page


def translate_gradio() -> gr.I18n:
    """Gradio's own few strings that can surface on the page; it ships no Kazakh."""
    return gr.I18n(kk=dict(KAZAKH.gradio), en=dict(ENGLISH.gradio))


def _lay_out() -> Parts:
    with gr.Row(elem_id="masthead"):
        masthead = _html("title")
        language = gr.Radio([(name, lang) for lang, name in LANGUAGES.items()], elem_id="language", container=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talking"):
            with gr.Column(elem_id="conversation"):
                past = _html("past")
                now = _html("now")
                can_ask = _html("can-ask")
                with gr.Column(elem_id="suggestions"):
                    suggestions = tuple(
                        gr.Button("", elem_classes="suggestion", visible=False) for _ in range(SUGGESTIONS)
                    )
            with gr.Column(elem_id="asking"):
                notice = _html("notice")
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        elem_id="question",
                        lines=1,
                        max_lines=6,
                        show_label=False,
                        container=False,
                        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
                    )
                    ask = gr.Button("", elem_id="ask", variant="primary")
                keys = _html("keys")
        with gr.Column(elem_id="reading"):
            back = gr.Button("", elem_id="back")
            article = _html("article")
    return Parts(
        masthead,
        language,
        past,
        now,
        can_ask,
        suggestions,
        notice,
        question,
        ask,
        keys,
        back,
        article,
        place=gr.Textbox(elem_id="place", visible="hidden"),
        conversation=gr.State(Conversation(), time_to_live=12 * 3600),
        # The key that Gradio scrambles the value with hides nothing here; it must only survive a restart.
        remembered=gr.BrowserState("", storage_key="qa-bot-language", secret="qa-bot"),
    )


def _html(elem_id: str) -> gr.Markdown:
    return gr.Markdown("", elem_id=elem_id, latex_delimiters=[], sanitize_html=True)


def _notice(text: str, words: Words) -> str:
    return f'<p role="status" lang="{words.lang}">{text}</p>'


def _can_ask(words: Words) -> str:
    return f'<p lang="{words.lang}">{words.can_ask}</p>'


def _history(conversation: Conversation) -> tuple[Turn, ...]:
    return tuple(Turn(past.question, past.answer.text) for past in conversation.exchanges[-HISTORY:])


def _point_at(answer: Answer) -> Shown | None:
    """The quotes to mark beside an answer: those from the first quote's article."""
    quotes = answer.quotes or ((answer.refusal.nearest,) if answer.refusal and answer.refusal.nearest else ())
    if not quotes:
        return None
    first = quotes[0].article_id
    return Shown(first, tuple((quote.start, quote.end) for quote in quotes if quote.article_id == first))


def _unmarked(shown: Shown | None) -> Shown | None:
    """The same article without marks: those of an earlier answer would seem to belong to this one."""
    return Shown(shown.article_id) if shown else None
