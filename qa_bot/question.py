"""What is asked: the language of a question, the kind of answer it wants, and the words it rests on."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qa_bot.conversation import Before, FollowUp, is_unclear, resolve_follow_up, tell_follow_up
from qa_bot.errors import QuestionInvalid
from qa_bot.language.entities import find_entities
from qa_bot.language.letters import detect_language, restore_kazakh
from qa_bot.language.russian import read_russian
from qa_bot.language.scripts import is_latin
from qa_bot.language.slips import correct_spelling
from qa_bot.language.words import find_words
from qa_bot.question_rules import find_kinds, find_rules, is_negated, matches
from qa_bot.records import Kind, Lang, Script, Turn
from qa_bot.small_talk import drop_courtesies, recognise
from qa_bot.terms import Term, find_terms

__all__ = ["Question", "asks_something", "find_kinds", "is_negated", "read_query", "tidy_question", "understand"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood.

    `text` is `asked` without a greeting, in Cyrillic if it was typed in Latin-script Kazakh, in Kazakh words if it was
    Russian, and made whole if it follows another one up; `unclear`, if it does and there is no other. `kinds` are the
    kinds of answer that would do, the best first. `by_speaker`: it asks what somebody said, whom `speaker_terms` name
    by their places among the terms; `wants_speaker`: who said it; `wants_comment`: what was thought of it. `exact`: a
    calendar date is wanted, not "this year"; `plural`: several names. `focus` is the term that the answer is one of:
    the sectors in "which sectors". `anew` are the terms by which alone a follow-up differs from an earlier question.
    `script` are the letters to answer in.
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
    follows_up: FollowUp | None = None
    anew: tuple[Term, ...] = ()
    unclear: bool = False
    script: Script = "Cyrl"
    russian: bool = False


_NAMED_KINDS: frozenset[Kind] = frozenset({"person", "organisation", "place", "date"})
REMEMBERED = 6  # turns that a follow-up may reach back


def understand(asked: str, lang: Lang | None = None, history: Sequence[Turn] = (), limit: int = 1000) -> Question:
    """Understand one question; `lang` is the language to answer in, if not the question's own.

    Raises: QuestionInvalid if there is nothing to answer, or more than `limit` characters.
    """
    asked = tidy_question(asked, limit)
    said = drop_courtesies(asked)
    text, language = read_query(said)
    kinds, terms = find_kinds(text, language), find_terms(text, language)
    history = tuple(filter(asks_something, history[-REMEMBERED:]))
    how = tell_follow_up(text, language, terms) if history else None
    anew: tuple[Term, ...] = ()
    if how is not None:
        whole = resolve_follow_up(how, text, language, kinds, terms, _read_turns(history))
        text, kinds, terms, anew = whole.text, whole.kinds, whole.terms, whole.anew
    focus = _find_focus(text, language, terms)
    if focus is not None and kinds[0] in _NAMED_KINDS:
        # The answer's own kind says it: whoever asks which union is told its name, not that it is a union.
        terms = tuple(replace(term, role="vague") if term is focus else term for term in terms)
    spoken = detect_language(said)
    # Whoever names the language to answer in gets it in its usual letters.
    latin = spoken == "kk" and lang is None and is_latin(said)
    return Question(
        asked=asked,
        text=text,
        language=language,
        answer_in=lang or language,
        kinds=kinds,
        terms=terms,
        speaker_terms=_find_speaker_terms(text, language, terms),
        by_speaker=matches("saying", language, text),
        wants_speaker=matches("speaker", language, text),
        wants_comment=matches("comment", language, text),
        negated=matches("negation", language, text),
        exact=matches("exact", language, text),
        plural=matches("plural", language, text),
        focus=focus,
        follows_up=how,
        anew=anew,
        unclear=not history and is_unclear(text, language, terms),
        script="Latn" if latin else "Cyrl",
        russian=spoken == "ru",
    )


def asks_something(turn: Turn) -> bool:
    """Whether an earlier turn was a question, and no small talk or command."""
    return any(character.isalnum() for character in turn.question) and recognise(turn.question) is None


@lru_cache(maxsize=256)
def _read_turns(history: tuple[Turn, ...]) -> tuple[Before, ...]:
    """Earlier turns as they were understood; a conversation asks again and again after the same ones."""
    turns: list[Before] = []
    for at, turn in enumerate(history):
        asked = understand(turn.question, None, history[:at], limit=len(turn.question))
        if asked.follows_up == "bare" and asked.wants_speaker:
            # Who said it is asked beside the topic; what follows is asked of the topic, or of whoever said it.
            turns.append(replace(turns[-1], answer=turn.answer))
        else:
            turns.append(Before(asked.text, asked.language, asked.kinds, asked.terms, turn.answer))
    return tuple(turns)


def tidy_question(asked: str, limit: int) -> str:
    """A question without needless blanks. Raises: QuestionInvalid if it is empty, wordless or longer than `limit`."""
    asked = unicodedata.normalize("NFC", " ".join(asked.split()))  # as the articles are, for rules and stems to see
    if len(asked) > limit:
        raise QuestionInvalid(f"The question has {len(asked):,} characters; at most {limit:,} are read. Shorten it.")
    if not asked:
        raise QuestionInvalid("The question is empty. Type one, such as: What is the trade target?")
    if not any(character.isalnum() for character in asked):
        raise QuestionInvalid("The question has no letter and no digit. Ask it in words, in Kazakh or English.")
    return asked


def read_query(asked: str) -> tuple[str, Lang]:
    """The words of a search as they are looked up, and their language.

    Latin-script Kazakh becomes Cyrillic and Russian Kazakh; slips in English words are put right.
    """
    spoken = detect_language(asked)
    if spoken == "en":
        return correct_spelling(asked), "en"
    return (read_russian(asked) or asked) if spoken == "ru" else restore_kazakh(asked), "kk"


def _find_speaker_terms(text: str, language: Lang, terms: Sequence[Term]) -> tuple[int, ...]:
    """The terms that name a person or post."""
    people = [entity for entity in find_entities(text, language) if entity.kind in {"person", "post"}]
    words = {word.text.lower() for entity in people for word in find_words(entity.text)}
    return tuple(i for i, term in enumerate(terms) if words & {word.text.lower() for word in find_words(term.text)})


def _find_focus(text: str, language: Lang, terms: Sequence[Term]) -> Term | None:
    """The first term after "which" or «қандай»."""
    for asked in find_rules("focus", language, text):
        after = text[asked.end() :].lower()
        placed = [(after.find(term.text.lower()), term) for term in terms if term.role != "frame"]
        near = [(at, term) for at, term in placed if 0 <= at <= 40]
        if near:
            return min(near, key=lambda pair: pair[0])[1]
    return None
