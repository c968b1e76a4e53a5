"""Follow-ups, made whole by the turns before them: «Ал былтыр ше?», "Why?", "What did he say about it?".

A follow-up is one of four. A *swap* names something that takes the place of its like in a question before ("And in
Aktau?"). A *bare* question asks something else of the same ("Why?"). A *pronoun* stands for whom or what an earlier
question or answer named. Anything else goes *on*: a new thing asked of the old topic ("And how many dogs?").
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from qa_bot.language.words import find_words, is_question_word
from qa_bot.likeness import find_asked_for, find_like, is_ordinal, part_ordinals
from qa_bot.question_rules import find_kinds, find_rules, matches
from qa_bot.records import Kind, Lang
from qa_bot.referents import find_referent, has_pronoun, read_answer
from qa_bot.terms import Role, Term, find_terms

FollowUp: TypeAlias = Literal["swap", "bare", "pronoun", "on"]

_FRAGMENT = 4  # words; more than that without a question word is a search, not a follow-up
_SHORT = 5  # words; a question of so few, of which but one says something, is seldom whole
_WHOLE = 3  # terms that say something; a question of more stands for itself
_SURE = 2.0  # how like a term of an earlier question has to be for a fragment to follow that one up
_STRICT: frozenset[Role] = frozenset({"name", "number", "time"})
_VAGUE: frozenset[Role] = frozenset({"vague", "frame"})


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier exchange: the question as it was understood, made whole itself, and what was answered."""

    text: str
    language: Lang
    kinds: tuple[Kind, ...]
    terms: tuple[Term, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A follow-up made whole. `anew` are the terms of a swap that took the place of others."""

    text: str
    kinds: tuple[Kind, ...]
    terms: tuple[Term, ...]
    anew: tuple[Term, ...] = ()


def tell_follow_up(text: str, language: Lang, terms: Sequence[Term]) -> FollowUp | None:
    """Tell how a question rests on those before it; None if it stands for itself."""
    if matches("bare", language, text):
        return "bare"
    words = find_words(text)
    says = [term for term in terms if term.role not in _VAGUE]
    named = any(term.role == "name" for term in terms)
    fragment, opened = _drop_opener(text, language)
    asks = _asks(fragment, language)
    if not asks and (opened or (text.rstrip().endswith("?") and len(words) <= _FRAGMENT)):
        return "swap" if terms and len(says) <= _WHOLE else None
    if asks and not says and not text.isupper():
        return "pronoun" if has_pronoun(text, language) else "bare"
    if has_pronoun(text, language) and not named and len(says) <= _WHOLE:
        return "pronoun"
    if opened and len(says) <= _WHOLE:
        return "on"
    if len(words) <= _SHORT and len(says) <= 1 and not named and asks and not text.isupper():
        return "on"
    return None


def is_unclear(text: str, language: Lang, terms: Sequence[Term]) -> bool:
    """Whether a question with nothing before it cannot be understood at all: "Why?", «Ал былтыр ше?»."""
    if matches("bare", language, text):
        return True
    fragment, opened = _drop_opener(text, language)
    asks = _asks(fragment, language)
    if has_pronoun(text, language) and asks and all(term.role in _VAGUE for term in terms):
        return True
    return opened and not asks and len(find_words(fragment)) <= _FRAGMENT


def resolve_follow_up(
    how: FollowUp,
    text: str,
    language: Lang,
    kinds: tuple[Kind, ...],
    terms: tuple[Term, ...],
    turns: Sequence[Before],
) -> Whole:
    """Make a follow-up whole: what it says anew takes the place of what it stands for, and the rest is taken over.

    `turns` are those before it, the latest last; there is at least one.
    """
    if how == "swap":
        return _swap(text, language, terms, turns)
    if how == "bare":
        return _ask_of_same(text, language, kinds, terms, turns[-1])
    if how == "pronoun":
        return _name_referent(text, language, kinds, terms, turns)
    return _go_on(text, language, kinds, terms, turns[-1])


def _swap(text: str, language: Lang, terms: tuple[Term, ...], turns: Sequence[Before]) -> Whole:
    fragment, _ = _drop_opener(text, language)
    said = part_ordinals(terms, language)
    own = [term for term in said if term.role not in _VAGUE or is_ordinal(term.text, language)]
    before = turns[-1]
    for turn in reversed(turns):
        before_terms = part_ordinals(turn.terms, turn.language)
        alike = [find_like(term, fragment, language, before_terms, turn.text, turn.language) for term in own]
        if any(likeness >= _SURE for _, likeness in alike):
            before = turn
            break
    whole, kept, added, anew = before.text, part_ordinals(before.terms, before.language), [], False
    for term in own:
        like, _ = find_like(term, fragment, language, kept, before.text, before.language)
        now = replace(term, role="number") if is_ordinal(term.text, language) else term
        if like is None:
            kept.append(now)
            added.append(term.text)
            continue
        kept[kept.index(like)] = now
        anew = anew or (term.role == "content" and not is_ordinal(term.text, language))
        start = whole.lower().find(like.text.lower())
        if start >= 0:
            whole = whole[:start] + term.text + whole[start + len(like.text) :]
    if anew:
        # What else was said of the thing that gave its place need not hold of the new one.
        mine = {term.text for term in own}
        kept = [replace(t, role="vague") if t.role == "content" and t.text not in mine else t for t in kept]
    return Whole(" ".join([whole.rstrip("?!. "), *added]) + "?", before.kinds, tuple(kept), tuple(own))


def _ask_of_same(text: str, language: Lang, kinds: tuple[Kind, ...], terms: tuple[Term, ...], before: Before) -> Whole:
    """Another question of the same: what the last one asked for falls away, all else stays."""
    asked_for = find_asked_for(before.text, before.language, before.terms)
    inherited = [replace(t, role="vague") if t in asked_for and t.role != "name" else t for t in before.terms]
    if matches("speaker", language, text):
        # Who said it: the words of the answer tell which sentence is meant.
        answer, spoken = read_answer(before.answer)[0]
        told = [term for term in find_terms(answer, spoken) if term.role not in _VAGUE] if spoken == language else []
        inherited += [term for term in told if term.text not in {other.text for other in inherited}]
    return _take_over(text, kinds, terms, inherited)


def _name_referent(
    text: str, language: Lang, kinds: tuple[Kind, ...], terms: tuple[Term, ...], turns: Sequence[Before]
) -> Whole:
    """Add whom or what the pronoun stands for. Beside words that say something themselves, it only tilts the search:
    the sentence that answers may well say "he", too."""
    says = any(term.role not in _VAGUE for term in terms)
    names = [(turn.text, turn.language, turn.answer) for turn in turns]
    referent = find_referent(text, language, names)
    if referent is None:
        return _go_on(text, language, kinds, terms, turns[-1])
    whole = text[: referent.start] + referent.name + text[referent.end :]
    named = [term for term in find_terms(referent.name, language) if term.role not in _VAGUE]
    if says:
        named = [replace(term, role="vague") for term in named]
        inherited = [replace(t, role="vague") for t in turns[-1].terms if t.role in {"content", "action"}]
        return Whole(whole, kinds, _without_repeats(terms, [*named, *inherited]))
    return Whole(whole, kinds, _without_repeats(terms, named))


def _go_on(text: str, language: Lang, kinds: tuple[Kind, ...], terms: tuple[Term, ...], before: Before) -> Whole:
    """A new thing asked of the old topic: what was asked of that before matters little now."""
    if sum(term.role not in _VAGUE for term in terms) >= 2:
        return Whole(text, kinds, terms)
    anew = {term.role for term in terms if term.role in _STRICT}
    inherited = [term for term in before.terms if term.role not in anew]
    if before.language != language:
        inherited = [term for term in inherited if term.role != "frame"]
    if any(term.role == "content" for term in terms):
        inherited = [replace(t, role="vague") if t.role in {"content", "action"} else t for t in inherited]
    return _take_over(text, kinds if _asks(text, language) else before.kinds, terms, inherited)


def _take_over(text: str, kinds: tuple[Kind, ...], terms: tuple[Term, ...], inherited: Sequence[Term]) -> Whole:
    whole = _without_repeats(terms, inherited)
    return Whole(" ".join([text, *(term.text for term in whole[len(terms) :])]), kinds, whole)


def _without_repeats(terms: tuple[Term, ...], more: Sequence[Term]) -> tuple[Term, ...]:
    own = {term.text.lower() for term in terms}
    return (*terms, *(term for term in more if term.text.lower() not in own))


def _drop_opener(text: str, language: Lang) -> tuple[str, bool]:
    """The text without "and what about" before it, «ше» after it and its last mark, and whether it had one."""
    bare = text.strip(" ?!.")
    rest = bare
    for what in ("opener", "tail"):
        found = next(find_rules(what, language, rest), None)
        if found is not None:
            rest = rest[: found.start()] + rest[found.end() :]
    return rest.strip(" ,"), rest != bare


def _asks(text: str, language: Lang) -> bool:
    """Whether a text says what it asks for: by a question word, or as yes-or-no questions do."""
    asks = any(is_question_word(word.text, language) for word in find_words(text))
    return asks or find_kinds(text, language)[0] in {"yes_no", "list"}
