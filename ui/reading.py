"""Conversation and article as HTML for the page.

Each function returns one line without a line break: a line that starts with a block tag reaches the browser through
Gradio's Markdown untouched. Every text that comes from an article, a question or an answer is escaped here.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import quote as quote_url
from urllib.parse import unquote

from qa_bot.records import Answer, Article, Quote, Refusal
from ui.words import Words, count_articles, say_date, words_in

Span: TypeAlias = tuple[int, int]

Stage: TypeAlias = Literal["short", "context", "quotes"]
"""How much of an answer is shown yet; each stage includes those before it."""

STAGES: Final[tuple[Stage, ...]] = ("short", "context", "quotes")

_PLACE = re.compile(r"#?(?P<article>[^:]+):(?P<start>[0-9]{1,9})-(?P<end>[0-9]{1,9})")

# Longest short answers, in characters, that still read well in the two larger sizes.
_LARGE, _MEDIUM = 45, 100

# Longest words of a quote, in characters, that fit on one line of a phone.
_TOGETHER = 24


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was asked, and its answer."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reading side shows: an article and the spans marked in it, the one to scroll to first."""

    article_id: str
    spans: tuple[Span, ...] = ()


def escape_text(text: str) -> str:
    """Text as HTML that cannot end its line, its element or its attribute."""
    escaped = html.escape(text)
    return escaped.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def write_place(article_id: str, start: int, end: int) -> str:
    """The address of a quote within the page: `#article:start-end`, in code points."""
    return f"#{quote_url(article_id, safe='')}:{start}-{end}"


def read_place(place: str, articles: Mapping[str, Article]) -> Shown | None:
    """What an address of `write_place` points at. Returns: None where it names no article or no stretch of it."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return None
    article = articles.get(unquote(found["article"]))
    start, end = int(found["start"]), int(found["end"])
    if article is None or not start < end <= len(article.text):
        return None
    return Shown(article.id, ((start, end),))


def render_masthead(words: Words) -> str:
    """The title, and the words that the page's script needs: names of the two sides, and what to say when offline."""
    return (
        f'<div lang="{words.lang}"><h1>{words.title}</h1>'
        f'<span id="name-conversation" hidden>{words.conversation}</span>'
        f'<span id="name-article" hidden>{words.article}</span>'
        f'<span id="say-offline" hidden>{words.offline}</span></div>'
    )


def render_welcome(articles: Sequence[Article], words: Words) -> str:
    """One sentence on what this is, and the newest article that it knows."""
    if not articles:
        return f'<section class="welcome" lang="{words.lang}"><p>{words.no_articles}</p></section>'
    newest = newest_article(articles)
    known = words.welcome.format(articles=count_articles(len(articles), words))
    return (
        f'<section class="welcome" lang="{words.lang}"><p class="purpose">{known}</p>'
        f'<p class="newest">{words.newest} <cite lang="{newest.lang}">{escape_text(newest.title)}</cite></p></section>'
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
    answer = exchange.answer
    parts = [_render_question(exchange.question, words)]
    if answer.refusal is not None:
        parts.append(_render_refusal(answer, answer.refusal, articles, words, stage))
    else:
        quoted = _is_quoted(answer)
        if not quoted:
            size, lang = _size(answer.short), answer.language
            parts.append(f'<p class="short {size}" lang="{lang}">{escape_text(answer.short)}</p>')
        if stage != "short":
            parts.extend(
                f'<p class="context" lang="{answer.language}">{escape_text(line)}</p>' for line in _context(answer)
            )
        if stage == "quotes":
            parts.append(_render_quotes(answer.quotes, articles, words, leading=quoted))
            parts.append(_render_copy(answer, articles, words))
    return f'<section class="turn">{"".join(parts)}</section>'


def render_turns(exchanges: Sequence[Exchange], articles: Mapping[str, Article], words: Words) -> str:
    """The HTML of a conversation, its turns in order."""
    return "".join(render_turn(exchange, articles, words) for exchange in exchanges)


def render_article(article: Article, spans: Sequence[Span], words: Words) -> str:
    """An article as a page, `spans` of its text marked; the one to scroll to has the id `quoted`."""
    about = [part for part in (article.agency, article.place) if part]
    if article.published:
        about.append(say_date(article.published, words))
    byline = " · ".join(escape_text(part) for part in about)
    paragraphs: list[str] = []
    start = 0
    for line in article.text.split("\n"):
        end = start + len(line)
        if line.strip():
            paragraphs.append(f"<p>{_mark_spans(article.text, (start, end), spans)}</p>")
        start = end + 1
    original = ""
    if article.url and re.match(r"https?://", article.url):
        original = (
            f'<p class="original" lang="{words.lang}"><a href="{escape_text(article.url)}">{words.original}</a></p>'
        )
    return (
        f'<article class="page" lang="{article.lang}"><h2 class="headline">{escape_text(article.title)}</h2>'
        f'<p class="byline">{byline}</p>{"".join(paragraphs)}{original}</article>'
    )


def name_source(article: Article) -> str:
    """How a source is named beside a quote: `Kazinform — Title`."""
    return f"{article.agency} — {article.title}" if article.agency else article.title


def _mark_spans(text: str, line: Span, spans: Sequence[Span]) -> str:
    pieces: list[str] = []
    at = line[0]
    for start, end in sorted(set(spans)):
        start_here, end_here = max(start, at), min(end, line[1])
        if start_here >= end_here:
            continue
        anchor = ' id="quoted"' if (start, end) == spans[0] and start_here == start else ""
        pieces.append(escape_text(text[at:start_here]))
        pieces.append(f"<mark{anchor}>{escape_text(text[start_here:end_here])}</mark>")
        at = end_here
    pieces.append(escape_text(text[at : line[1]]))
    return "".join(pieces)


def _render_question(question: str, words: Words) -> str:
    return (
        f'<h2 class="question"><span class="unseen" lang="{words.lang}">{words.question}: </span>'
        f"{escape_text(question)}</h2>"
    )


def _render_refusal(
    answer: Answer, refusal: Refusal, articles: Mapping[str, Article], words: Words, stage: Stage
) -> str:
    # What is said to the asker speaks the asker's language, as any answer does.
    theirs = words_in(answer.language)
    heading = f'<p class="short medium" lang="{theirs.lang}">{theirs.refusals[refusal.reason]}</p>'
    if refusal.nearest is None or stage != "quotes":
        return heading
    return (
        f'{heading}<p class="context nearest" lang="{theirs.lang}">{theirs.nearest}</p>'
        f"{_render_quotes((refusal.nearest,), articles, words)}"
    )


def _is_quoted(answer: Answer) -> bool:
    """Whether the short answer is itself words of the first quote: then the quote is the answer, said once."""
    return answer.short.startswith("«") and answer.short.strip("«»") in answer.quotes[0].text


def _context(answer: Answer) -> list[str]:
    """What the text of an answer adds to the short answer, line by line."""
    return [line for line in answer.text.split("\n") if line.strip() and line != answer.short]


def _render_quotes(
    quotes: Sequence[Quote], articles: Mapping[str, Article], words: Words, *, leading: bool = False
) -> str:
    """The first quote in full size, further ones smaller, each source named once."""
    rendered: list[str] = []
    named: set[str] = set()
    for quote in quotes:
        kind = "quote" if rendered else "quote first leading" if leading else "quote first"
        rendered.append(_render_quote(quote, kind, articles, words, named=quote.article_id in named))
        named.add(quote.article_id)
    return "".join(rendered)


def _render_quote(quote: Quote, kind: str, articles: Mapping[str, Article], words: Words, *, named: bool) -> str:
    article = articles.get(quote.article_id)
    lang = f' lang="{article.lang}"' if article else ""
    source = ""
    if article:
        name = "" if named else f'<span class="source"{lang}>{escape_text(name_source(article))}</span> '
        source = (
            f'<figcaption><a class="show" href="{write_place(quote.article_id, quote.start, quote.end)}">'
            f'{name}<span class="action" lang="{words.lang}">{words.show_in_article}</span></a></figcaption>'
        )
    before = quote.text[: quote.mark_start - quote.start]
    marked = quote.text[quote.mark_start - quote.start : quote.mark_end - quote.start]
    after = quote.text[quote.mark_end - quote.start :]
    # An amount that breaks after its number is hard to read; longer stretches have to break somewhere.
    together = ' class="together"' if len(marked) <= _TOGETHER else ""
    strong = f"<strong{together}>{escape_text(marked)}</strong>" if marked else ""
    return (
        f'<figure class="{kind}"><blockquote{lang}>«{escape_text(before)}{strong}{escape_text(after)}»</blockquote>'
        f"{source}</figure>"
    )


def _render_copy(answer: Answer, articles: Mapping[str, Article], words: Words) -> str:
    lines = [*([] if _is_quoted(answer) else [answer.short]), *_context(answer)]
    for quote in answer.quotes:
        article = articles.get(quote.article_id)
        lines.append(f"«{quote.text}»" + (f" ({name_source(article)})" if article else ""))
    return (
        f'<p class="actions"><button type="button" class="copy" value="{escape_text(chr(10).join(lines))}">'
        f'<span lang="{words.lang}">{words.copy}</span>'
        f'<span class="done" role="status" lang="{words.lang}" hidden>{words.copied}</span></button></p>'
    )


def _size(short: str) -> str:
    if len(short) <= _LARGE:
        return "large"
    return "medium" if len(short) <= _MEDIUM else "small"
