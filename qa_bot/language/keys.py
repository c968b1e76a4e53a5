"""What words are compared by: their folded stems."""

from functools import lru_cache

from qa_bot.language.letters import fold
from qa_bot.language.stem import stem
from qa_bot.language.words import find_words
from qa_bot.records import Lang


@lru_cache(maxsize=4096)
def key(word: str, lang: Lang) -> str:
    """The folded stem by which words are compared."""
    return fold(stem(word, lang))


def keys(phrase: str, lang: Lang) -> tuple[str, ...]:
    """The folded stems of a phrase's words."""
    return tuple(key(word.text, lang) for word in find_words(phrase))
