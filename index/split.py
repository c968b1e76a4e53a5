"""Article → passages of a few sentences, and passage → sentences: spans of the text, never copies that could differ."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from math import ceil

from qa_bot.language.sentences import split_sentences
from qa_bot.records import Article, Passage

TARGET = 800
"""Length that a passage is filled up to, in characters: about what one question needs to be answered from."""

MAX_SENTENCES = 8
"""Sentences that a passage is filled up to."""

MAX_PARAGRAPH = 1000
"""A paragraph up to this length stays whole: mostly one person's direct speech, with who said it at the very end."""

MAX_SENTENCE = 1200
"""A longer sentence is cut at a word bound: a table or a list without full stops, say."""

Span = tuple[int, int]


def split_article(article: Article) -> list[Passage]:
    """Split an article into passages that follow its paragraphs and sentences.

    Returns: passages in order, without overlap; of the text only white space lies outside them.
    """
    units = [unit for paragraph in _find_paragraphs(article.text) for unit in _split_paragraph(paragraph)]
    return [
        Passage(article.id, start, end, article.text[start:end])
        for start, end in (_bounds(run) for run in _join(units))
    ]


def passage_sentences(passage: Passage) -> list[Passage]:
    """Split a passage into its sentences, each a passage of its own with offsets in the article."""
    return [
        Passage(passage.article_id, passage.start + start, passage.start + end, passage.text[start:end])
        for start, end in split_sentences(passage.text)
    ]


def _find_paragraphs(text: str) -> Iterator[list[Span]]:
    """The sentences of each line that is not blank."""
    paragraph: list[Span] = []
    for span in split_sentences(text):
        if paragraph and "\n" in text[paragraph[-1][1] : span[0]]:
            yield paragraph
            paragraph = []
        paragraph.extend(_cut(text, *span))
    if paragraph:
        yield paragraph


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > MAX_SENTENCE:
        limit = start + MAX_SENTENCE
        bound = next((place for place in range(limit, start, -1) if text[place].isspace()), limit)
        stop = start + len(text[start:bound].rstrip())
        yield start, stop
        start = bound + len(text[bound:end]) - len(text[bound:end].lstrip())
    yield start, end


def _split_paragraph(spans: list[Span]) -> Iterable[list[Span]]:
    """One unit if the paragraph is short enough, else parts of nearly equal length."""
    start, end = _bounds(spans)
    if end - start <= MAX_PARAGRAPH and len(spans) <= MAX_SENTENCES:
        return [spans]
    parts = max(ceil((end - start) / TARGET), ceil(len(spans) / MAX_SENTENCES))
    length = (end - start) / parts

    def part_of(span: Span) -> int:
        return int(((span[0] + span[1]) / 2 - start) / length)

    return [list(group) for _, group in groupby(spans, key=part_of)]


def _join(units: Iterable[list[Span]]) -> Iterator[list[Span]]:
    """Neighbouring units together, as long as both limits allow."""
    run: list[Span] = []
    for unit in units:
        if run and (unit[-1][1] - run[0][0] > TARGET or len(run) + len(unit) > MAX_SENTENCES):
            yield run
            run = []
        run = run + unit
    if run:
        yield run


def _bounds(spans: list[Span]) -> Span:
    return spans[0][0], spans[-1][1]
