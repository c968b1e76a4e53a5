"""A conversation as a Markdown file, for whoever wants to keep it or pass it on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from qa_bot.records import Answer, Article, Quote
from ui.paper import describe_article, name_source
from ui.reading import list_lines
from ui.tab import Exchange, list_quotes
from ui.words import Words, words_in

# Characters that mean something inside a line (CommonMark 0.31 section 2.4 lets each be escaped); `~`, `|` and `$`
# mean something to GitHub.
_INLINE: Final = re.compile(r"[\\`*_\[\]<>&~|$^!#]")

# What else makes a list, a rule or an underlined heading where a line begins with it.
_OPENING: Final = re.compile(r"^(\s*)(\d{0,9})([+=.)-])", re.MULTILINE)

_ADDRESS: Final = re.compile(r"https?://[^\s<>]+")


def write_markdown(exchanges: Sequence[Exchange], articles: Mapping[str, Article], words: Words) -> str:
    """The questions with their answers, quotes and sources. Read as CommonMark, every text is what it was."""
    parts = [f"# {words.title}"]
    for exchange in exchanges:
        question = escape_markdown(" ".join(exchange.question.split()))
        parts += [f"## {question}", *_write_answer(exchange.answer, articles)]
    cited = dict.fromkeys(quote.article_id for exchange in exchanges for quote in list_quotes(exchange.answer))
    sources = [_write_source(articles[article_id], words) for article_id in cited if article_id in articles]
    if sources:
        parts += [f"## {words.sources}", "\n".join(sources)]
    return "\n\n".join(parts) + "\n"


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    escaped = _INLINE.sub(lambda found: f"\\{found[0]}", text)
    return _OPENING.sub(r"\1\2\\\3", escaped)


def _write_answer(answer: Answer, articles: Mapping[str, Article]) -> Iterator[str]:
    if answer.refusal is not None:
        theirs = words_in(answer.language)
        yield f"**{theirs.refusals[answer.refusal.reason]}**"
        if answer.refusal.nearest is not None:
            yield theirs.nearest
    else:
        for line in list_lines(answer):
            said = escape_markdown(line.strip())
            yield f"**{said}**" if line == answer.short and _can_be_strong(line) else said
    for quote in list_quotes(answer):
        article = articles.get(quote.article_id)
        source = f"\n>\n> — {escape_markdown(name_source(article))}" if article else ""
        yield f"{_write_quote(quote)}{source}"


def _write_quote(quote: Quote) -> str:
    at, end = quote.mark_start - quote.start, quote.mark_end - quote.start
    before, marked, after = (escape_markdown(text) for text in (quote.text[:at], quote.text[at:end], quote.text[end:]))
    strong = f"**{marked}**" if _can_be_strong(quote.text[at:end]) else marked
    return "\n".join(f"> {line}" for line in re.split(r"\r\n?|\n", f"«{before}{strong}{after}»"))


def _can_be_strong(text: str) -> bool:
    """Whether asterisks around a text are emphasis whatever stands beside them (CommonMark 0.31 section 6.2)."""
    return bool(text) and text[0].isalnum() and text[-1].isalnum() and "\n" not in text


def _write_source(article: Article, words: Words) -> str:
    about = describe_article(article, words)
    title = " ".join(article.title.split())
    address = f" <{article.url}>" if article.url and _ADDRESS.fullmatch(article.url) else ""
    return f"- {escape_markdown(title)}" + (f" ({escape_markdown(about)})" if about else "") + address
