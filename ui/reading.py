"""The conversation as HTML for the page.

Each function returns one line without a line break: a line that starts with a block tag reaches the browser through
Gradio's Markdown untouched. Every text that comes from an article, a question or an answer is escaped here.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode

from qa_bot.records import Answer, Article, Quote, Refusal
from ui.paper import escape_text, name_source, write_place
from ui.tab import Exchange
from ui.words import Words, count_articles, words_in, write_in

Stage: TypeAlias = Literal["short", "context", "quotes"]
"""How much of an answer is shown yet; each stage includes those before it."""

STAGES: Final[tuple[Stage, ...]] = ("short", "context", "quotes")

# Longest short answers, in characters, that still read well in the two larger sizes.
_LARGE, _MEDIUM = 45, 100

# Longest quote, in characters, that is set larger where it is itself the answer.
_LEADING = 160

# Longest words of a quote, in characters, that fit on one line of a phone.
_TOGETHER = 24


def render_masthead(words: Words) -> str:
    """The title, and the words that the page's scripts need: names of parts, and what they say themselves."""
    said = {
        "name-conversation": words.conversation,
        "name-article": words.article,
        "say-offline": words.offline,
        "say-failed": words.failed,
        "say-word": words.word,
        "say-send": words.word_send,
        "say-thanks": words.thanks,
    }
    spans = "".join(f'<span id="{name}" hidden>{text}</span>' for name, text in said.items())
    return f'<div lang="{words.lang}"><h1>{words.title}</h1>{spans}</div>'


def render_welcome(articles: Sequence[Article], words: Words) -> str:
    """One sentence on what this is, and the newest article that it knows."""
    if not articles:
        return (
            f'<section class="welcome" lang="{words.lang}">'
            f'<p class="purpose">{words.no_articles} <code>{words.add_articles}</code></p></section>'
        )
    newest = newest_article(articles)
    known = words.welcome.format(articles=count_articles(len(articles), words))
    return (
        f'<section class="welcome" lang="{words.lang}"><p class="purpose">{known}</p>'
        f'<p class="newest">{words.newest} <a class="pick" href="{write_place(newest.id)}" lang="{newest.lang}">'
        f"{escape_text(newest.title)}</a></p></section>"
    )


def newest_article(articles: Sequence[Article]) -> Article:
    """The latest published; among articles without a date, the last given."""
    return max(enumerate(articles), key=lambda numbered: (numbered[1].published or "", numbered[0]))[1]


def render_waiting(question: str, articles: int, words: Words) -> str:
    """The question, and what is being done; the style sheet shows the latter only after half a second."""
    searching = words.searching.format(articles=count_articles(articles, words))
    return (
        f'<section class="turn">{_render_question(question, words)}'
        f'<p class="searching" role="status" lang="{words.lang}">{searching}</p></section>'
    )


def render_turn(exchange: Exchange, articles: Mapping[str, Article], words: Words, stage: Stage = "quotes") -> str:
    """One exchange, from top to bottom: question, short answer, context, quotes with their source, actions."""
    answer, whole = exchange.answer, stage == "quotes"
    parts = [_render_question(exchange.question, words)]
    if answer.refusal is not None:
        parts.append(_render_refusal(answer, answer.refusal, articles, words, whole=whole))
    else:
        quoted, lang = _is_quoted(answer), _tag(answer)
        if answer.short and not quoted:
            # What claims nothing of the articles is said quietly.
            size = _size(answer.short) if answer.quotes else "plain"
            parts.append(f'<p class="short {size}" lang="{lang}">{escape_text(answer.short)}</p>')
        if stage != "short":
            parts.extend(f'<p class="context" lang="{lang}">{escape_text(line)}</p>' for line in _context(answer))
        if whole:
            parts.append(_render_quotes(answer.quotes, articles, words, leading=quoted))
    if whole and (answer.quotes or answer.refusal):
        parts.append(_render_actions(exchange, articles, words))
    return f'<section class="turn{" whole" if whole else ""}">{"".join(parts)}</section>'


def render_turns(exchanges: Sequence[Exchange], articles: Mapping[str, Article], words: Words) -> str:
    """The HTML of a conversation, its turns in order."""
    return "".join(render_turn(exchange, articles, words) for exchange in exchanges)


def stands(quote: Quote, articles: Mapping[str, Article]) -> bool:
    """Whether a quote still is what its article says there; articles may be built anew while a page is open."""
    article = articles.get(quote.article_id)
    return article is not None and article.text[quote.start : quote.end] == quote.text


def _render_question(question: str, words: Words) -> str:
    return (
        f'<h2 class="question"><span class="unseen" lang="{words.lang}">{words.question}: </span>'
        f"{escape_text(question)}</h2>"
    )


def _render_refusal(
    answer: Answer, refusal: Refusal, articles: Mapping[str, Article], words: Words, *, whole: bool
) -> str:
    # What is said to the asker speaks the asker's language, as any answer does.
    theirs, lang = words_in(answer.language), _tag(answer)
    heading = f'<p class="short medium" lang="{lang}">{write_in(answer.script, theirs.refusals[refusal.reason])}</p>'
    if whole and answer.note:
        heading += f'<p class="context" lang="{lang}">{escape_text(answer.note)}</p>'
    if refusal.nearest is None or not whole:
        return heading
    return (
        f'{heading}<p class="context nearest" lang="{lang}">{write_in(answer.script, theirs.nearest)}</p>'
        f"{_render_quotes((refusal.nearest,), articles, words)}"
    )


def _is_quoted(answer: Answer) -> bool:
    """Whether the short answer is itself words of the first quote: then the quote is the answer, said once."""
    return bool(answer.quotes) and answer.short.startswith("«") and answer.short.strip("«»") in answer.quotes[0].text


def _tag(answer: Answer) -> str:
    """The language of an answer's own words, as HTML names it (BCP 47)."""
    return answer.language if answer.script == "Cyrl" or answer.language == "en" else f"kk-{answer.script}"


def _context(answer: Answer) -> list[str]:
    """What is said besides the short answer: the lines that the text adds to it, and the note."""
    lines = [line for line in answer.text.split("\n") if line.strip() and line != answer.short]
    return [*lines, *([answer.note] if answer.note and answer.note not in lines else [])]


def _render_quotes(
    quotes: Sequence[Quote], articles: Mapping[str, Article], words: Words, *, leading: bool = False
) -> str:
    """The first quote in full size, further ones smaller, each source named once."""
    rendered: list[str] = []
    named: set[str] = set()
    for quote in quotes:
        large = leading and len(quote.text) <= _LEADING
        kind = "quote" if rendered else "quote first leading" if large else "quote first"
        rendered.append(_render_quote(quote, kind, articles, words, named=quote.article_id in named))
        named.add(quote.article_id)
    return "".join(rendered)


def _render_quote(quote: Quote, kind: str, articles: Mapping[str, Article], words: Words, *, named: bool) -> str:
    article = articles.get(quote.article_id)
    lang = f' lang="{article.lang}"' if article else ""
    if article and stands(quote, articles):
        name = "" if named else f'<span class="source"{lang}>{escape_text(name_source(article))}</span> '
        source = (
            f'<a class="show" href="{write_place(quote.article_id, quote.start, quote.end)}">'
            f'{name}<span class="action" lang="{words.lang}">{words.show_in_article}</span></a>'
        )
    else:
        # Other articles, or another state of this one, have been put in place since the answer was given.
        source = f'<span class="changed" lang="{words.lang}">{words.changed}</span>'
    before = quote.text[: quote.mark_start - quote.start]
    marked = quote.text[quote.mark_start - quote.start : quote.mark_end - quote.start]
    after = quote.text[quote.mark_end - quote.start :]
    # An amount that breaks after its number is hard to read; longer stretches have to break somewhere.
    together = ' class="together"' if len(marked) <= _TOGETHER else ""
    strong = f"<strong{together}>{escape_text(marked)}</strong>" if marked else ""
    return (
        f'<figure class="{kind}"><blockquote{lang}>«{escape_text(before)}{strong}{escape_text(after)}»</blockquote>'
        f"<figcaption>{source}</figcaption></figure>"
    )


def _render_actions(exchange: Exchange, articles: Mapping[str, Article], words: Words) -> str:
    """What can be done with an answer: copy it with its source, get a link to it, say whether it helped."""
    asked = "?" + urlencode({"q": exchange.question, "lang": words.lang})
    actions = [_render_button("share", asked, words.share, words.shared, words)]
    if exchange.answer.quotes:
        text = write_answer(exchange.answer, articles)
        actions.insert(0, _render_button("copy", text, words.copy, words.copied, words))
    for vote, name in (("up", words.useful), ("down", words.useless)):
        chosen = " chosen" if exchange.vote == vote else ""
        actions.append(
            f'<button type="button" class="vote {vote}{chosen}" value="{escape_text(exchange.id)}" title="{name}">'
            f'<span class="unseen" lang="{words.lang}">{name}</span></button>'
        )
    return f'<p class="actions">{"".join(actions)}</p>'


def _render_button(kind: str, value: str, name: str, done: str, words: Words) -> str:
    return (
        f'<button type="button" class="{kind}" value="{escape_text(value)}"><span lang="{words.lang}">{name}</span>'
        f'<span class="done" role="status" lang="{words.lang}" hidden>{done}</span></button>'
    )


def write_answer(answer: Answer, articles: Mapping[str, Article]) -> str:
    """An answer as plain text: what it says, line by line, then each quote with its source."""
    lines = list_lines(answer)
    for quote in answer.quotes:
        article = articles.get(quote.article_id)
        lines.append(f"«{quote.text}»" + (f" ({name_source(article)})" if article else ""))
    return "\n".join(lines)


def list_lines(answer: Answer) -> list[str]:
    """What an answer says besides its quotes: the short answer, unless a quote is it, then what is said about it."""
    return [*([] if _is_quoted(answer) or not answer.short else [answer.short]), *_context(answer)]


def _size(short: str) -> str:
    if len(short) <= _LARGE:
        return "large"
    return "medium" if len(short) <= _MEDIUM else "small"
