"""The page: the conversation on the left, the article that is quoted on the right. Its layout, and what leads where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import gradio as gr
from langchain_core.runnables import Runnable

from qa_bot.chain import Ask
from qa_bot.records import Answer, Article, Lang
from qa_bot.settings import Settings
from ui.desk import SUGGESTIONS, Desk, Parts
from ui.followups import FollowUps
from ui.tab import Conversation, WaitingRoom
from ui.words import ENGLISH, KAZAKH, LANGUAGES

SESSION_BYTES: Final = 128 * 2**10
"""What Gradio keeps of one open page: a copy of the layout, as measured, besides its conversation."""

SESSIONS: Final = 64 * 2**20 // SESSION_BYTES
"""Open pages whose state is kept, in 64 MB; Gradio's own 10,000 would take more than the machine may have."""

THREADS: Final = 40
"""Events besides questions that are worked on at once; a question takes no thread while it waits."""

LONGEST_TYPED: Final = 16_000
"""Characters that a browser lets into the box: few enough for the server to take them and say that they are many."""

TAB_LIFE: Final = 12 * 3600
"""Seconds that an open tab's conversation lasts."""


def build_page(
    chain: Runnable[Ask, Answer],
    articles: Sequence[Article] | Mapping[str, Article],
    settings: Settings,
    suggestions: Mapping[Lang, Sequence[str]],
    try_out: Callable[[Ask], Answer] | None = None,
) -> gr.Blocks:
    """Lay the page out and wire its events. It stays blank until `Desk.greet` knows the reader's language.

    A mapping of articles, or of suggestions, may change while the page is served. `try_out` answers the questions to
    go on with before they are offered; without it, `chain` does, unless a language model would have to.
    """
    known = articles if isinstance(articles, Mapping) else {article.id: article for article in articles}
    tries = try_out or (None if settings.language_model else chain.invoke)
    follow_ups = FollowUps(tries) if tries else None
    page = gr.Blocks(title=KAZAKH.title, analytics_enabled=False, fill_width=True)
    with page:
        parts = _lay_out()
        _wire(parts, Desk(parts, chain, known, settings, suggestions, WaitingRoom(settings), follow_ups))
    page.state_session_capacity = SESSIONS
    # Whose turn it is, the answering decides; Gradio would serve its own queue in the order of arrival, floods first.
    page.max_threads = settings.concurrent + settings.waiting + THREADS
    page.queue(default_concurrency_limit=None, max_size=settings.concurrent + settings.waiting, api_open=False)
    return page


def translate_gradio() -> gr.I18n:
    """Gradio's own few strings that can surface on the page; it ships no Kazakh."""
    return gr.I18n(kk=dict(KAZAKH.gradio), en=dict(ENGLISH.gradio))


def _wire(parts: Parts, desk: Desk) -> None:
    told = [parts.language, parts.conversation]
    everything = [
        component
        for part in fields(Parts)
        if part.name not in {"arrival", "place", "vote", "kept", "saved"}
        for component in _list(getattr(parts, part.name))
    ]
    # The desk itself reads what was sent; a component that does not like it would print it.
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "preprocess": False}
    at_once: dict[str, Any] = {**quiet, "queue": False}
    reading = [parts.article, parts.steps, parts.conversation]

    parts.arrival.submit(desk.greet, [parts.arrival], everything, **at_once)
    # By default Gradio drops an event whose like is still under way: a second choice, or the word that follows a vote.
    parts.language.input(desk.speak, told, everything, trigger_mode="always_last", **at_once)
    parts.place.submit(desk.show, [parts.place, *told], reading, trigger_mode="always_last", **at_once)
    # Not `input`: in Gradio 6.31 a box has it at a key that is pressed, and none for what is pasted or deleted.
    parts.seek.change(desk.seek, [parts.seek, parts.language], [parts.catalogue], trigger_mode="always_last", **at_once)
    noted = [parts.notice, parts.conversation, parts.kept]
    parts.vote.submit(desk.judge, [parts.vote, *told], noted, trigger_mode="multiple", **at_once)
    parts.save.click(desk.save, told, [parts.saved], **at_once)
    asking: list[Any] = []
    for begin, source in (
        (parts.question.submit, parts.question),
        (parts.ask.click, parts.question),
        *((button.click, button) for button in parts.suggestions),
    ):
        asked = begin(desk.ask, [source, *told], everything, concurrency_limit=None, concurrency_id="ask", **quiet)
        asked.then(desk.go_on, told, [parts.can_ask, *parts.suggestions], **at_once)
        asking.append(asked)
    parts.stop.click(desk.stop, [parts.question, *told], everything, cancels=asking, **at_once)
    parts.renew.click(desk.renew, told, everything, cancels=asking, **at_once)


def _list(part: Any) -> tuple[Any, ...]:
    return part if isinstance(part, tuple) else (part,)


def _lay_out() -> Parts:
    with gr.Row(elem_id="masthead"):
        more = gr.Button("", elem_id="more")
        masthead = _html("title")
        with gr.Row(elem_id="tools"):
            articles = gr.Button("", elem_id="articles")
            renew = gr.Button("", elem_id="renew")
            save = gr.Button("", elem_id="save")
            printing = gr.Button("", elem_id="print")
            dark = gr.Button("", elem_id="dark")
        language = gr.Radio([(name, lang) for lang, name in LANGUAGES.items()], elem_id="language", container=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talking"):
            with gr.Column(elem_id="conversation"):
                past = _html("past")
                now = _html("now")
                stop = gr.Button("", elem_id="stop")
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
                        max_length=LONGEST_TYPED,
                        show_label=False,
                        container=False,
                        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
                    )
                    ask = gr.Button("", elem_id="ask", variant="primary")
                keys = _html("keys")
        with gr.Column(elem_id="reading"):
            with gr.Row(elem_id="bar"):
                back = gr.Button("", elem_id="back")
                steps = _html("steps")
            article = _html("article")
            with gr.Column(elem_id="shelf"):
                seek = gr.Textbox(
                    elem_id="seek",
                    lines=1,
                    max_lines=1,
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="search"),
                )
                catalogue = _html("catalogue")
    return Parts(
        masthead=masthead,
        more=more,
        articles=articles,
        renew=renew,
        save=save,
        print=printing,
        dark=dark,
        language=language,
        past=past,
        now=now,
        stop=stop,
        can_ask=can_ask,
        suggestions=suggestions,
        notice=notice,
        question=question,
        ask=ask,
        keys=keys,
        back=back,
        steps=steps,
        article=article,
        seek=seek,
        catalogue=catalogue,
        # What the page's script has to say goes through boxes that nobody sees.
        arrival=gr.Textbox(elem_id="arrival", visible="hidden"),
        place=gr.Textbox(elem_id="place", visible="hidden"),
        vote=gr.Textbox(elem_id="vote", visible="hidden"),
        kept=_html("kept"),
        saved=_html("saved"),
        thread=_html("thread"),
        conversation=gr.State(Conversation(), time_to_live=TAB_LIFE),
    )


def _html(elem_id: str) -> gr.Markdown:
    return gr.Markdown("", elem_id=elem_id, latex_delimiters=[], sanitize_html=True)
