from collections.abc import Callable
from pathlib import Path

import pytest

from index.articles import read_articles
from qa_bot.records import Article

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def visit() -> Article:
    """The user's article."""
    return next(article for article in read_articles([ROOT / "seeds"]) if article.id == "iran-president-visit")


@pytest.fixture(scope="session")
def article_of(visit: Article) -> Callable[[str], Article]:
    """Look an article up by its id, as an index does."""
    return {visit.id: visit}.__getitem__
