"""Which words of a question something new stands for: of the same sort, in the same place of the sentence."""

import re
from collections.abc import Sequence

from qa_bot.language.entities import find_entities
from qa_bot.language.keys import keys
from qa_bot.language.words import Word, find_words, is_question_word
from qa_bot.question_rules import see_letters
from qa_bot.records import Lang
from qa_bot.terms import Term

_SAME, _SAME_SORT, _NAMED, _SAME_PLACE, _ASKED = 9.0, 1.0, 3.0, 2.0, 1.0
_PREPOSITIONS = frozenset(
    ["in", "at", "on", "to", "from", "for", "by", "with", "of", "through", "before", "after", "until", "about"]
)
_BETWEEN = 3  # words between a preposition and the end of what it governs: "at the new plant"
# Case endings in folded letters (Kazakh: A Comprehensive Grammar, R. Muhamedowa 2016, ch. 5), the longest first.
_CASES = (
    ("locative", re.compile(r"[дт][ае](?:г[иы])?(?:г[ае]|к[ие])?$")),
    ("ablative", re.compile(r"[днт][ае]н$")),
    ("genitive", re.compile(r"[ндт]ин(?:ки)?$")),
    ("dative", re.compile(r"(?:[гк][ае]|(?<=и)н[ае])$")),
    ("instrumental", re.compile(r"[мбп]ен$")),
    ("accusative", re.compile(r"[ндт]и$")),
)
_ORDINALS = {
    "en": re.compile(r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|\d+(?:st|nd|rd|th))$"),
    "kk": re.compile(r"(?:алгашки|сонги|\w*(?:ин|н)ши(?:ни|си|сине|ге|де)?|\d+)$"),
}
_ADVERBS = frozenset({"қашан", "қайда", "қайдан", "неге", "неліктен", "қалай", "when", "where", "why"})
"""They ask for a circumstance, and nothing beside them is what is asked for."""


def find_like(
    own: Term, fragment: str, language: Lang, terms: Sequence[Term], text: str, spoken: Lang
) -> tuple[Term | None, float]:
    """Find the term of an earlier question (`text`, in the language `spoken`) that a term of a fragment stands for.

    Returns: the term and how like it is: below 2, only its role is; (None, 0.0) if nothing is like it.
    """
    stems, sort, place = keys(own.text, language), _sort(own, fragment, language), _place(own.text, fragment, language)
    asked_for = find_asked_for(text, spoken, terms)
    best: Term | None = None
    most = 0.0
    for term in terms:
        other = _sort(term, text, spoken)
        if other in {"vague", "frame"}:
            continue
        if keys(term.text, spoken) == stems:
            return term, _SAME
        if other != sort and {sort, other} & {"time", "number", "ordinal", "person", "place", "organisation"}:
            continue
        likeness = _SAME_SORT * (other == sort) + _NAMED * (other == sort and sort not in {"content", "action", "name"})
        if spoken == language and place and _place(term.text, text, language) == place:
            likeness += _SAME_PLACE
        # «ені», its width, ends as an object does.
        if place in {"", "accusative"} and term in asked_for and other == "content":
            likeness += _ASKED
        if likeness > most:
            best, most = term, likeness
    return best, most


def find_asked_for(text: str, language: Lang, terms: Sequence[Term]) -> list[Term]:
    """The terms that name what is asked for: books in "how many books", the length in «ұзындығы қанша»."""
    words = find_words(text)
    near: set[int] = set()
    for at, word in enumerate(words):
        if not is_question_word(word.text, language) or word.text.lower() in _ADVERBS:
            continue
        if language == "en":
            near.add(at + 2 if word.text.lower() == "how" else at + 1)
        else:
            # At the end of the sentence it is said of what stands before it, elsewhere of what follows.
            near.add(at - 1 if at == len(words) - 1 else at + 1)
    return [term for term in terms if near & set(_locate(term.text, words))]


def part_ordinals(terms: Sequence[Term], language: Lang) -> list[Term]:
    """The terms, those that count something off taken apart: «екінші орын» is «екінші» and «орын»."""
    parted: list[Term] = []
    for term in terms:
        counts = any(is_ordinal(part.text, language) for part in term.parts)
        parted += term.parts if counts else (term,)
    return parted


def is_ordinal(text: str, language: Lang) -> bool:
    """Whether a word counts off: second, үшінші."""
    return _ORDINALS[language].match(see_letters(text, language)) is not None


def _sort(term: Term, text: str, language: Lang) -> str:
    """What a term names, or else its role."""
    if is_ordinal(term.text, language):
        return "ordinal"
    said = term.text.lower()
    for entity in find_entities(text, language):
        if said in entity.text.lower() or entity.text.lower() in said:
            return {"country": "place", "post": "person"}.get(entity.kind, entity.kind)
    return term.role


def _place(term: str, text: str, language: Lang) -> str:
    """What ties a term to its sentence: its preposition, or its Kazakh case; empty for neither."""
    if language == "kk":
        last = see_letters(term.rsplit(" ", 1)[-1], language)
        return next((case for case, ending in _CASES if ending.search(last)), "")
    before = find_words(text[: max(text.lower().find(term.lower()), 0)])[-_BETWEEN:]
    return next((word.text.lower() for word in reversed(before) if word.text.lower() in _PREPOSITIONS), "")


def _locate(term: str, words: Sequence[Word]) -> range:
    """The places of a term's words among those of its question."""
    parts = [word.text for word in find_words(term)]
    for at in range(len(words) - len(parts) + 1):
        if [word.text for word in words[at : at + len(parts)]] == parts:
            return range(at, at + len(parts))
    return range(0)
