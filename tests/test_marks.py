"""The judge's mark chooses among the spans of the wanted kind, and stands for the answer where there is none."""

import pytest

from qa_bot.analysis import Sentence, analyse_article
from qa_bot.marks import LIKELIER, LIKELY, marks_help, prefer_marked
from qa_bot.question import understand
from qa_bot.records import Article, Mark
from qa_bot.span import Span

TEXT = "Ахмет пен Болат жол салуға келісті."


@pytest.fixture
def sentence() -> Sentence:
    return analyse_article(Article("a", "Жол", TEXT)).sentences[0]


def span(text: str) -> Span:
    start = TEXT.index(text)
    return Span(start, start + len(text), text, "person")


def mark(text: str, probability: float = 1.0) -> Mark:
    start = TEXT.index(text)
    return Mark(start, start + len(text), probability)


def test_of_several_names_the_marked_one_comes_first(sentence: Sentence) -> None:
    spans = (span("Ахмет"), span("Болат"))
    assert prefer_marked(sentence, spans, mark("Болат")) == spans[::-1]
    assert prefer_marked(sentence, spans, mark("Ахмет")) == spans
    assert prefer_marked(sentence, spans, mark("жол", LIKELIER / 2)) == spans


def test_a_likely_mark_comes_before_what_is_of_the_wanted_kind_elsewhere(sentence: Sentence) -> None:
    first, *others = prefer_marked(sentence, (span("Ахмет"), span("Болат")), mark("жол салуға", LIKELIER))
    assert first.text == "жол салуға"
    assert others == [span("Ахмет"), span("Болат")]


def test_a_mark_stands_for_itself_where_nothing_is_of_the_wanted_kind(sentence: Sentence) -> None:
    (found,) = prefer_marked(sentence, (), mark("жол салуға", LIKELY))
    assert found.text == TEXT[found.start : found.end] == "жол салуға"
    assert prefer_marked(sentence, (), mark("жол салуға", LIKELY / 2)) == ()


def test_without_a_mark_the_spans_stay(sentence: Sentence) -> None:
    assert prefer_marked(sentence, (span("Ахмет"),), None) == (span("Ахмет"),)


@pytest.mark.parametrize(
    ("asked", "helps"), [("What did they agree on?", True), ("Who said that?", False), ("Did they agree?", False)]
)
def test_who_spoke_and_yes_or_no_need_no_mark(asked: str, helps: bool) -> None:
    assert marks_help(understand(asked)) is helps
