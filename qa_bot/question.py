"""What is asked: the language of a question, the kind of answer it wants, and the words it rests on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

from qa_bot.errors import QuestionInvalid
from qa_bot.language.entities import find_entities
from qa_bot.language.letters import detect_language, fold, restore_kazakh
from qa_bot.language.quantities import find_quantities
from qa_bot.language.slips import correct_spelling
from qa_bot.language.words import find_words
from qa_bot.records import Kind, Lang, Turn
from qa_bot.terms import Term, find_terms, is_asked_for


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood.

    `text` is `asked` in Cyrillic if it was typed in Latin-script Kazakh, and joined to the question before it
    if it follows that one up. `kinds` are the kinds of answer that would do, the best first. `by_speaker`: it
    asks what somebody said, whom `speaker_terms` name by their places among the terms; `wants_speaker`: who
    said it; `wants_comment`: what was thought of it. `exact`: a calendar date is wanted, not "this year";
    `plural`: several names. `focus` is the term that the answer is one of: the sectors in "which sectors".
    """

    asked: str
    text: str
    language: Lang
    answer_in: Lang
    kinds: tuple[Kind, ...]
    terms: tuple[Term, ...]
    speaker_terms: tuple[int, ...] = ()
    by_speaker: bool = False
    wants_speaker: bool = False
    wants_comment: bool = False
    negated: bool = False
    exact: bool = False
    plural: bool = False
    focus: Term | None = None
    follows_up: bool = False


_SHORT = 3  # words; a question of so few after another one is seldom whole
_NAMED_KINDS: frozenset[Kind] = frozenset({"person", "organisation", "place", "date"})
_RULES = Path(__file__).with_name("question_rules.tsv")


@cache
def _patterns(what: str, language: Lang) -> tuple[tuple[re.Pattern[str], tuple[Kind, ...]], ...]:
    """The rows of `question_rules.tsv` of one sort and language, in the order of the file."""
    rows = [line.split("\t") for line in _RULES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    # Kazakh is compared in folded letters, as it may be typed with Russian ones.
    return tuple(
        (
            re.compile(fold(row[2]) if language == "kk" else row[2]),
            tuple(cast(Kind, kind) for kind in row[3].split()) if len(row) > 3 else (),
        )
        for row in rows
        if row[0] == what and row[1] == language
    )


def _letters(text: str, language: Lang) -> str:
    """A text as the patterns see it."""
    return fold(text) if language == "kk" else text.lower()


def _matches(what: str, language: Lang, text: str) -> bool:
    return any(pattern.search(_letters(text, language)) for pattern, _ in _patterns(what, language))


def understand(asked: str, lang: Lang | None = None, history: Sequence[Turn] = (), limit: int = 1000) -> Question:
    """Understand one question; `lang` is the language to answer in, if not the question's own.

    Raises: QuestionInvalid if there is nothing to answer, or more than `limit` characters.
    """
    asked = " ".join(asked.split())
    if len(asked) > limit:
        raise QuestionInvalid(f"The question has {len(asked):,} characters; at most {limit:,} are read. Shorten it.")
    if not asked:
        raise QuestionInvalid("The question is empty. Type one, such as: What is the trade target?")
    if not any(character.isalnum() for character in asked):
        raise QuestionInvalid("The question has no letter and no digit. Ask it in words, in Kazakh or English.")
    text, language = read_query(asked)
    kinds, terms = find_kinds(text, language), find_terms(text, language)
    follows_up = bool(history) and _follows_up(text, language, terms)
    if follows_up:
        before = understand(history[-1].question, None, history[:-1], limit=10 * limit)
        text, kinds, terms = _resolve(text, language, kinds, terms, before)
    focus = _find_focus(text, language, terms)
    if focus is not None and kinds[0] in _NAMED_KINDS:
        # The answer's own kind says it: whoever asks which union is told its name, not that it is a union.
        terms = tuple(replace(term, role="vague") if term is focus else term for term in terms)
    return Question(
        asked=asked,
        text=text,
        language=language,
        answer_in=lang or language,
        kinds=kinds,
        terms=terms,
        speaker_terms=_find_speaker_terms(text, language, terms),
        by_speaker=_matches("saying", language, text),
        wants_speaker=_matches("speaker", language, text),
        wants_comment=_matches("comment", language, text),
        negated=_matches("negation", language, text),
        exact=_matches("exact", language, text),
        plural=_matches("plural", language, text),
        focus=focus,
        follows_up=follows_up,
    )


def read_query(asked: str) -> tuple[str, Lang]:
    """The words of a search as they are looked up, and their language.

    Latin-script Kazakh becomes Cyrillic; slips in English words are put right.
    """
    language: Lang = "en" if detect_language(asked) == "en" else "kk"
    return (restore_kazakh(asked) if language == "kk" else correct_spelling(asked)), language


def find_kinds(text: str, language: Lang) -> tuple[Kind, ...]:
    """The kinds of answer that would do, the best first; `("statement",)` if nothing tells.

    An amount that the question names itself is not what it asks for.
    """
    for quantity in reversed(find_quantities(text, language)):
        if quantity.value is not None and not is_asked_for(text, quantity, language):
            text = text[: quantity.start] + "#" + text[quantity.end :]
    for pattern, kinds in _patterns("kind", language):
        if pattern.search(_letters(text, language).strip()):
            return kinds
    return ("statement",)


def is_negated(text: str, language: Lang) -> bool:
    """Whether a sentence denies something."""
    return _matches("negation", language, text)


def _find_speaker_terms(text: str, language: Lang, terms: Sequence[Term]) -> tuple[int, ...]:
    """The terms that name a person or post."""
    people = [entity for entity in find_entities(text, language) if entity.kind in {"person", "post"}]
    words = {word.text.lower() for entity in people for word in find_words(entity.text)}
    return tuple(i for i, term in enumerate(terms) if words & {word.text.lower() for word in find_words(term.text)})


def _find_focus(text: str, language: Lang, terms: Sequence[Term]) -> Term | None:
    """The first term after "which" or «қандай»."""
    for pattern, _ in _patterns("focus", language):
        asked = pattern.search(_letters(text, language))
        if asked:
            after = text[asked.end() :].lower()
            placed = [(after.find(term.text.lower()), term) for term in terms if term.role != "frame"]
            near = [(at, term) for at, term in placed if 0 <= at <= 40]
            if near:
                return min(near, key=lambda pair: pair[0])[1]
    return None


def _follows_up(text: str, language: Lang, terms: Sequence[Term]) -> bool:
    lowered = text.strip()
    content = [term for term in terms if term.role in {"content", "action", "name"}]
    if _matches("follow_up", language, lowered):
        return len(content) <= 3
    if len(find_words(text)) <= _SHORT and len(content) <= 1 and not text.isupper():
        return not any(term.role == "name" for term in terms)
    has_name = any(term.role == "name" for term in terms)
    return _matches("pronoun", language, lowered) and not has_name and len(content) <= 3


def _resolve(
    text: str, language: Lang, kinds: tuple[Kind, ...], terms: tuple[Term, ...], before: Question
) -> tuple[str, tuple[Kind, ...], tuple[Term, ...]]:
    """Join a follow-up to the question before it: what it says anew replaces what it stands for there."""
    anew = {term.role for term in terms if term.role in {"time", "number", "name"}}
    inherited = tuple(term for term in before.terms if term.role not in anew)
    if before.language != language:
        inherited = tuple(term for term in inherited if term.role != "frame")
    own = {term.text.lower() for term in terms}
    if any(term.role == "content" for term in terms):
        # A new thing is asked of the old topic: what was asked of it before matters little now.
        inherited = tuple(replace(t, role="vague") if t.role in {"content", "action"} else t for t in inherited)
    inherited = tuple(term for term in inherited if term.text.lower() not in own)
    joined = " ".join([text, *(term.text for term in inherited)])
    asks_anew = kinds != ("statement",) or len(find_words(text)) > 4
    return joined, kinds if asks_anew else before.kinds, terms + inherited
