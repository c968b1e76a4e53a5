"""Which of a sentence's words answer, after the judge has pointed at some."""

from collections.abc import Sequence

from qa_bot.analysis import Sentence
from qa_bot.question import Question
from qa_bot.records import Mark
from qa_bot.span import Span

# Of a mark that stands for itself, where the sentence has no words of the wanted kind and where it has some. On sets
# that the judge never saw, this made 7 or 8 in 100 answers more the same as the accepted ones than .3 and never did.
LIKELY, LIKELIER = 0.1, 0.35


def marks_help(question: Question) -> bool:
    """Whether the words of the sentence are the answer, and not its speaker, nor yes or no."""
    return not question.wants_speaker and question.kinds[0] != "yes_no"


def prefer_marked(sentence: Sentence, spans: Sequence[Span], mark: Mark | None) -> tuple[Span, ...]:
    """The spans of the wanted kind, those first that the mark touches; or, if there is none such, the mark itself."""
    if mark is None:
        return tuple(spans)
    touched = [span for span in spans if span.start < mark.end and mark.start < span.end]
    others = [span for span in spans if span not in touched]
    if touched or mark.probability < (LIKELIER if spans else LIKELY):
        return (*touched, *others)
    return (Span(mark.start, mark.end, sentence.text[mark.start : mark.end], "statement"), *others)
