"""What the judge is shown of a sentence: itself, and enough around it to know whom "he" and "this" speak of."""

from collections.abc import Callable

from qa_bot.analysis import Analysis, Sentence

TITLE_WORDS = 10
NAME_WORDS = 6  # of who speaks, the last: a name follows its post
BEFORE_WORDS = 14  # of the sentence before; more would cost the judge time and told it little


def put_in_context(
    analysis: Analysis, sentence: Sentence, say: Callable[[Sentence], str] = lambda sentence: sentence.text
) -> str:
    """The sentence; then, each after a bar, who says it, the article's title and how the sentence before begins.

    `say` gives a sentence's words where they are to be others than the article's.
    """
    words = say(sentence)
    name = " ".join(analysis.speakers_in_full[sentence.position].split()[-NAME_WORDS:])
    said_by = [f"— {name}"] if name and name not in words else []
    before = say(analysis.sentences[sentence.position - 1]) if sentence.position else ""
    return " | ".join((words, *said_by, _begin(analysis.article.title, TITLE_WORDS), _begin(before, BEFORE_WORDS)))


def _begin(text: str, words: int) -> str:
    return " ".join(text.split()[:words])
