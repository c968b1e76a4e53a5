from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.articles import read_articles
from qa_bot.records import Article

ROOT = Path(__file__).parents[1]

# The first draw of a fresh clone builds the Unicode tables, and the machine that tests may be busy: neither is a fault.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(scope="session")
def visit() -> Article:
    """The user's article."""
    return next(article for article in read_articles([ROOT / "seeds"]) if article.id == "iran-president-visit")


@pytest.fixture(scope="session")
def article_of(visit: Article) -> Callable[[str], Article]:
    """Look an article up by its id, as an index does."""
    return {visit.id: visit}.__getitem__
