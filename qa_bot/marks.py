"""Which of a sentence's words answer, after the judge has pointed at some."""

from collections.abc import Sequence

from qa_bot.analysis import Sentence
from qa_bot.question import Question
from qa_bot.records import Mark
from qa_bot.span import Span

LIKELY = 0.3  # of a mark that stands for itself


def marks_help(question: Question) -> bool:
    """Whether the words of the sentence are the answer, and not its speaker, nor yes or no."""
    return not question.wants_speaker and question.kinds[0] != "yes_no"


def prefer_marked(sentence: Sentence, spans: Sequence[Span], mark: Mark | None) -> tuple[Span, ...]:
    """The spans of the wanted kind, those first that the mark touches; or, if there is none, the mark itself."""
    if mark is None:
        return tuple(spans)
    if spans:
        return tuple(sorted(spans, key=lambda span: not (span.start < mark.end and mark.start < span.end)))
    if mark.probability < LIKELY:
        return ()
    return (Span(mark.start, mark.end, sentence.text[mark.start : mark.end], "statement"),)
