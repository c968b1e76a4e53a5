"""The list of articles beside the conversation: which there are, and how one is found."""

from collections.abc import Iterable, Sequence
from typing import Final

from qa_bot.language.letters import fold
from qa_bot.records import Article
from ui.paper import describe_article, escape_text, write_place
from ui.words import ENGLISH, KAZAKH, Words, count_articles

LISTED: Final = 50
"""Articles listed at once; whoever looks for another types some of its title."""


def order_articles(articles: Iterable[Article]) -> list[Article]:
    """The newest first; those without a date last, the last given first."""
    numbered = sorted(enumerate(articles), key=lambda pair: (pair[1].published or "", pair[0]), reverse=True)
    return [article for _, article in numbered]


def find_articles(articles: Iterable[Article], sought: str) -> list[Article]:
    """The articles whose title, agency, place or date holds every word sought, whole or in part; the newest first.

    Capital and small letters are the same, and so are a Kazakh letter and its Russian neighbour.
    """
    words = fold(sought).split()
    if not words:
        return order_articles(articles)
    return order_articles(article for article in articles if _holds(article, words))


def render_catalogue(found: Sequence[Article], total: int, words: Words) -> str:
    """The articles found, as links that open them beside the conversation."""
    count = count_articles(len(found), words)
    said = count if len(found) == total else words.found.format(articles=count) if found else words.found_none
    items = "".join(
        f'<li><a class="pick" href="{write_place(article.id)}">'
        f'<span class="name" lang="{article.lang}">{escape_text(article.title)}</span>'
        f'<span class="about">{escape_text(describe_article(article, words))}</span></a></li>'
        for article in found[:LISTED]
    )
    rest = len(found) - LISTED
    more = f'<p class="more">{words.found_more.format(count=rest)}</p>' if rest > 0 else ""
    return (
        f'<div class="catalogue" lang="{words.lang}"><p class="count" role="status">{said}</p>'
        f'<ul role="list">{items}</ul>{more}</div>'
    )


def _holds(article: Article, words: Sequence[str]) -> bool:
    dates = (article.published or "", describe_article(article, KAZAKH), describe_article(article, ENGLISH))
    described = fold(" ".join((article.title, *dates)))
    return all(word in described for word in words)
