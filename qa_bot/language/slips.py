"""Slips of the pen in an English question, put right when only one known word is near."""

import re
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel, Levenshtein

from qa_bot.language.glossary import headwords, translate
from qa_bot.language.words import find_words, function_words, is_question_word, is_stop_word

_DOUBLING = re.compile(r"[^aeiou][aeiou][bdglmnprt]$")  # plan, planned: a last letter that endings may double
_SHORTEST = 5  # in letters; a shorter word is one slip away from too many others
_LONG = 9  # letters from which two slips are allowed, if not at the end: there, they make another form of a word
_SOUNDS = str.maketrans("eiouyszkqv", "aaaaaccccf")  # letters taken for one another by who spells by ear
_BY_EAR = 7  # letters from which a letter may be taken for another: of shorter words, each such slip is a word, too


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
    if len(word) < _SHORTEST - 1 or _is_known(word):
        return word
    slips = 2 if len(word) >= _LONG else 1
    found = process.extract(word, _by_letter().get(word[0], ()), scorer=OSA.distance, score_cutoff=slips, limit=None)
    near = [
        (other, slips) for other, slips, _ in found if _is_slip(word, other) and (slips < 2 or word[-1] == other[-1])
    ]
    if not near or (len(near) > 1 and near[0][1] == near[1][1]):
        return word
    return str(near[0][0])


def _is_known(word: str) -> bool:
    """Whether the glossary holds the word in some form, or as a part of some phrase: the Aviv of Tel Aviv."""
    if is_stop_word(word, "en") or is_question_word(word, "en"):
        return True
    # Looked up first, for it opens one shelf of the glossary where the list of all its words takes a tenth of a second.
    return bool(translate([word], "en")) or word in headwords("en")


def _is_slip(word: str, known: str) -> bool:
    """Letters left out, doubled or swapped make a slip; another letter makes another word: audio is no audit.

    Between a word and another, Indel counts a letter in place of another as two, Levenshtein as one; they agree
    on all else.
    """
    if min(len(word), len(known)) >= _BY_EAR:
        word, known = word.translate(_SOUNDS), known.translate(_SOUNDS)
    return int(Indel.distance(word, known)) == int(Levenshtein.distance(word, known))


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
    root = word.removesuffix("e")
    if _DOUBLING.search(word):
        return (word, f"{word}s", f"{root}ed", f"{root}ing", f"{word}{word[-1]}ed", f"{word}{word[-1]}ing")
    return (word, f"{word}s", f"{root}ed", f"{root}ing")
