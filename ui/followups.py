"""Questions to go on with: about the articles that an answer quotes, and tried out before they are offered."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Final

from qa_bot.proposal import Proposal
from qa_bot.records import Answer, Article, Lang
from qa_bot.steps import Ask
from qa_bot.suggest import mix_sorts, propose_questions
from ui.tab import Exchange, Place, locate

OFFERED: Final = 3
"""Most questions offered after an answer."""

TRIED: Final = 12
"""Proposals tried for one article in one language; trying one costs as much as answering it."""

_REMEMBERED: Final = 256  # articles and languages whose questions are remembered


class FollowUps:
    """Finds what else the quoted articles answer. Threads may share it.

    `try_out` answers a question, or raises. It is asked up to `TRIED` times for an article, the first time that this
    article is quoted.
    """

    def __init__(self, try_out: Callable[[Ask], Answer]) -> None:
        self._try_out = try_out
        self._found: OrderedDict[tuple[str, Lang], tuple[Article, tuple[tuple[str, Place], ...]]] = OrderedDict()
        self._lock = Lock()

    def find(self, exchanges: Sequence[Exchange], articles: Mapping[str, Article]) -> list[str]:
        """Questions after the last of some exchanges: neither asked before, nor answered by what was just quoted."""
        answer = exchanges[-1].answer
        asked = {" ".join(exchange.question.casefold().split()) for exchange in exchanges}
        quoted = set(map(locate, answer.quotes))
        kept: list[str] = []
        for article_id in dict.fromkeys(quote.article_id for quote in answer.quotes):
            article = articles.get(article_id)
            for question, place in self._questions(article, answer.language) if article else ():
                if question.casefold() not in asked and place not in quoted:
                    kept.append(question)
                    quoted.add(place)
        return kept[:OFFERED]

    def _questions(self, article: Article, lang: Lang) -> tuple[tuple[str, Place], ...]:
        with self._lock:
            known, questions = self._found.get((article.id, lang), (None, ()))
        if known is article:
            return questions
        proposed = mix_sorts(propose_questions(article, lang))[:TRIED]
        questions = tuple(found for proposal in proposed if (found := self._try(proposal, lang, article)))
        with self._lock:
            self._found[article.id, lang] = (article, questions)
            if len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)
        return questions

    def _try(self, proposal: Proposal, lang: Lang, article: Article) -> tuple[str, Place] | None:
        """A question with the place that answers it, if that is where the proposal was made from."""
        quotes = self._try_out(Ask(proposal.question, lang)).quotes
        if not quotes or quotes[0].article_id != article.id:
            return None
        meant = proposal.sort == "statement" or quotes[0].start <= proposal.start < quotes[0].end
        return (proposal.question, locate(quotes[0])) if meant else None
