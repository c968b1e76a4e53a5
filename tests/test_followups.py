import pytest

from qa_bot.errors import ServerBusy
from qa_bot.proposal import Proposal
from qa_bot.records import Answer, Article, Quote, Refusal
from qa_bot.steps import Ask
from qa_bot.suggest import mix_sorts, propose_questions
from ui import followups
from ui.followups import OFFERED, TRIED, FollowUps
from ui.tab import Exchange

AWAY = 900
"""A place in the article that nothing is proposed of."""


def answer_at(article: Article, start: int) -> Answer:
    quote = Quote(article.id, start, start + 20, article.text[start : start + 20], start, start)
    return Answer("?", "en", "x", "x", (quote,), None, 0.9)


class Reader:
    """Answers each proposed question where it was made from, and remembers what it was asked."""

    def __init__(self, article: Article) -> None:
        self.proposed: list[Proposal] = mix_sorts(propose_questions(article, "en"))[:TRIED]
        self.asked: list[str] = []
        self._article = article

    def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask.question)
        start = next(proposal.start for proposal in self.proposed if proposal.question == ask.question)
        return answer_at(self._article, start)


@pytest.fixture(scope="module")
def first(visit: Article) -> Proposal:
    """What is proposed first of the article."""
    return mix_sorts(propose_questions(visit, "en"))[0]


@pytest.fixture
def reader(visit: Article) -> Reader:
    return Reader(visit)


def test_questions_are_those_that_the_quoted_article_answers(visit: Article, reader: Reader) -> None:
    found = FollowUps(reader).find([Exchange("Who?", answer_at(visit, AWAY))], {visit.id: visit})
    assert 1 <= len(found) <= OFFERED
    assert set(found) <= {proposal.question for proposal in reader.proposed}


def test_an_article_is_tried_out_once(visit: Article, reader: Reader) -> None:
    follow_ups, exchanges = FollowUps(reader), [Exchange("Who?", answer_at(visit, AWAY))]
    found = follow_ups.find(exchanges, {visit.id: visit})
    tried = len(reader.asked)
    assert tried <= TRIED
    assert follow_ups.find(exchanges, {visit.id: visit}) == found
    assert len(reader.asked) == tried
    # Built anew, it may say something else.
    again = Article(visit.id, visit.title, visit.text)
    follow_ups.find(exchanges, {visit.id: again})
    assert len(reader.asked) == 2 * tried


def test_nothing_is_offered_that_was_asked_or_just_answered(visit: Article, reader: Reader, first: Proposal) -> None:
    follow_ups, away = FollowUps(reader), Exchange("Who?", answer_at(visit, AWAY))
    assert first.question in follow_ups.find([away], {visit.id: visit})
    asked = Exchange(f"  {first.question.upper()} ", answer_at(visit, AWAY))
    assert first.question not in follow_ups.find([asked, away], {visit.id: visit})
    quoted = Exchange("Who?", answer_at(visit, first.start))
    assert first.question not in follow_ups.find([quoted], {visit.id: visit})


@pytest.mark.parametrize("where", ["another article", "another sentence", "nowhere"])
def test_what_is_not_answered_by_its_own_sentence_is_not_offered(
    where: str, visit: Article, monkeypatch: pytest.MonkeyPatch, first: Proposal
) -> None:
    monkeypatch.setattr(followups, "propose_questions", lambda *_: iter([first]))
    answers = {
        "another article": answer_at(Article("other", "t", visit.text), first.start),
        "another sentence": answer_at(visit, AWAY),
        "nowhere": Answer("?", "en", "", "", (), Refusal("not_in_articles"), 0.1),
    }
    exchange = Exchange("Who?", answer_at(visit, AWAY))
    assert FollowUps(lambda _: answers[where]).find([exchange], {visit.id: visit}) == []


def test_an_article_that_is_gone_offers_nothing(visit: Article, reader: Reader) -> None:
    assert FollowUps(reader).find([Exchange("Who?", answer_at(visit, AWAY))], {}) == []


def test_a_busy_server_is_no_answer_to_remember(visit: Article, reader: Reader) -> None:
    busy = True

    def _answer(ask: Ask) -> Answer:
        if busy:
            raise ServerBusy("Busy.", 1)
        return reader(ask)

    follow_ups, exchanges = FollowUps(_answer), [Exchange("Who?", answer_at(visit, AWAY))]
    with pytest.raises(ServerBusy):
        follow_ups.find(exchanges, {visit.id: visit})
    busy = False
    assert follow_ups.find(exchanges, {visit.id: visit})


def test_only_so_many_articles_are_remembered(visit: Article, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followups, "_REMEMBERED", 1)
    follow_ups, other = FollowUps(reader), Article("other", visit.title, visit.text)
    for article in (visit, other, visit):
        follow_ups.find([Exchange("Who?", answer_at(article, AWAY))], {article.id: article})
    assert len(reader.asked) == 3 * len(set(reader.asked))
