"""The reading side as HTML: an article with its quotes marked, and the steps from quote to quote.

As in `ui.reading`, each function returns one line, and every text that comes from elsewhere is escaped.
"""

import html
import re
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TypeAlias
from urllib.parse import quote as quote_url
from urllib.parse import unquote

from qa_bot.records import Article
from ui.tab import Place, Shown
from ui.words import Words, say_date

Span: TypeAlias = tuple[int, int]

_PLACE = re.compile(r"#?(?P<article>[^:]+)(?::(?P<start>[0-9]{1,9})-(?P<end>[0-9]{1,9}))?")


def escape_text(text: str) -> str:
    """Text as HTML that cannot end its line, its element or its attribute."""
    escaped = html.escape(text)
    return escaped.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def write_place(article_id: str, start: int = 0, end: int = 0) -> str:
    """The address of a quote within the page, `#article:start-end` in code points; of an article, `#article`."""
    return f"#{quote_url(article_id, safe='')}" + (f":{start}-{end}" if start < end else "")


def read_place(address: str, articles: Mapping[str, Article]) -> Place | None:
    """What an address of `write_place` points at. Returns: None where it names no article or no stretch of it."""
    found = _PLACE.fullmatch(address)
    article = articles.get(unquote(found["article"])) if found else None
    if found is None or article is None:
        return None
    if found["start"] is None:
        return Place(article.id)
    start, end = int(found["start"]), int(found["end"])
    return Place(article.id, start, end) if start < end <= len(article.text) else None


def render_article(article: Article, spans: Sequence[Span], words: Words) -> str:
    """An article as a page, `spans` of its text marked; the first, which is scrolled to, has the id `quoted`."""
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
    body = "".join(paragraphs).replace('<mark class="here">', '<mark class="here" id="quoted">', 1)
    return (
        f'<article class="page" lang="{article.lang}"><h2 class="headline">{escape_text(article.title)}</h2>'
        f'<p class="byline">{escape_text(describe_article(article, words))}</p>{body}{original}</article>'
    )


def render_steps(shown: Shown | None, words: Words) -> str:
    """Where one is among several quotes, with a button to the one before and to the one after; else nothing."""
    if shown is None or len(shown.places) < 2:
        return ""
    at, count = shown.at, len(shown.places)

    def _button(to: int, kind: str, name: str) -> str:
        over = "" if 0 <= to < count else " over"
        place = shown.places[min(max(to, 0), count - 1)]
        address = escape_text(write_place(place.article_id, place.start, place.end))
        return (
            f'<button type="button" class="step {kind}{over}" value="{address}" title="{name}">'
            f'<span class="unseen">{name}</span></button>'
        )

    return (
        f'<div class="steps" role="group" title="{words.quotes}" lang="{words.lang}">'
        f'{_button(at - 1, "before", words.quote_before)}<p class="at" role="status">{at + 1} / {count}</p>'
        f"{_button(at + 1, 'after', words.quote_after)}</div>"
    )


def describe_article(article: Article, words: Words) -> str:
    """Where an article comes from, as far as it says: `Kazinform · Астана · 2025 жылғы 11 желтоқсан`."""
    about = [part for part in (article.agency, article.place) if part]
    if article.published:
        about.append(say_date(article.published, words))
    return " · ".join(about)


def name_source(article: Article) -> str:
    """How a source is named beside a quote: `Kazinform — Title`."""
    return f"{article.agency} — {article.title}" if article.agency else article.title


def _mark_spans(text: str, line: Span, spans: Sequence[Span]) -> str:
    """A line of an article, what is in a span marked, what is in the first span marked as the one in view."""
    cuts = sorted({min(max(cut, line[0]), line[1]) for span in (line, *spans) for cut in span})
    pieces: list[tuple[str, str]] = []
    for start, end in pairwise(cuts):
        holds = [span for span in spans if span[0] <= start and end <= span[1]]
        tag = "" if not holds else '<mark class="here">' if holds[0] == spans[0] else "<mark>"
        pieces.append((tag, escape_text(text[start:end])))
    # What is marked alike is marked as one, so that no seam shows.
    marked = [(tag, "".join(piece for _, piece in group)) for tag, group in groupby(pieces, key=itemgetter(0))]
    return "".join(f"{tag}{piece}</mark>" if tag else piece for tag, piece in marked)
