"""Slips of the pen in an English question, put right when only one known word is near."""

from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa_bot.language.glossary import headwords, translate
from qa_bot.language.words import find_words, function_words, is_question_word, is_stop_word

_SHORTEST = 5  # in letters; a shorter word is one slip away from too many others
_LONG = 9  # letters from which two slips are allowed


def correct_spelling(text: str) -> str:
    """Put right the misspelled words of an English text; names, numbers and known words stay as they are."""
    corrected, at = [], 0
    for word in find_words(text):
        corrected.append(text[at : word.start])
        corrected.append(_correct(word.text) if word.text.islower() else word.text)
        at = word.end
    return "".join([*corrected, text[at:]])


@lru_cache(maxsize=4096)
def _correct(word: str) -> str:
    if len(word) < _SHORTEST - 1 or is_stop_word(word, "en") or is_question_word(word, "en") or translate([word], "en"):
        return word
    slips = 2 if len(word) >= _LONG else 1
    near = process.extract(word, _by_letter().get(word[0], ()), scorer=OSA.distance, score_cutoff=slips, limit=2)
    if not near or (len(near) > 1 and near[0][1] == near[1][1]):
        return word
    return str(near[0][0])


@cache
def _by_letter() -> dict[str, tuple[str, ...]]:
    """The known words of enough letters, by their first one: people seldom slip there."""
    words = (
        function_words("stop", "en")
        | function_words("question", "en")
        | {form for word in headwords("en") for form in _inflect(word)}
    )
    known: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= _SHORTEST:
            known.setdefault(word[0], []).append(word)
    return {letter: tuple(listed) for letter, listed in known.items()}


def _inflect(word: str) -> tuple[str, ...]:
    """A dictionary form and its regular inflections, whichever part of speech it may be."""
    silent = word.removesuffix("e")
    return (word, f"{word}s", f"{silent}ed", f"{silent}ing")
