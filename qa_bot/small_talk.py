"""Greetings, thanks and commands: recognised only where they are all that is said, so that no question is lost."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa_bot.language.letters import detect_language, restore_kazakh, sound_out
from qa_bot.language.words import Word, find_words, is_question_word
from qa_bot.records import Courtesy, Lang

TalkKind: TypeAlias = Literal[Courtesy, "summary", "more"]
Speech: TypeAlias = Literal["kk", "en", "ru"]

_TABLE = Path(__file__).with_name("small_talk.tsv")
_FILLER = "filler"
_TOPIC = "…"
_LONGEST_TOPIC = 8  # words; a longer one asks of something in an article
_LONGEST_COURTESY = 8  # words, and the one after it
_LONGEST = 24  # words; nobody greets or commands at such length
_SLIPPABLE = 5  # letters of a word that may be typed with one slip of the pen
_ENOUGH_ASKED = 3  # words after a greeting that nothing ends; «Сәлем кімге айтылды?» asks about the greeting
_POLITE: frozenset[TalkKind] = frozenset({"greeting", "thanks", "goodbye", "noted"})
"""What may stand before or after a question without being part of it."""
_BREAKS = ",.!?;:—–-\n…)"  # after these a courtesy at the beginning is over


_SEVERAL = re.compile(
    r"(?:articles|texts|stories|reports|everything|all|makalalar\w*|zhanaliktar\w*|statьi|statьiakh)$"
)


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said that asks nothing of the articles, or asks for their lead or for more.

    `topic` may name an article; `several`: it speaks of articles, not of one.
    """

    kind: TalkKind
    language: Speech
    topic: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    meant: frozenset[str]
    optional: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    words: tuple[_Word, ...]


def recognise(said: str) -> Talk | None:
    """Tell what kind of small talk or command an utterance is, if every word of it is part of one."""
    words = find_words(said)
    if not 0 < len(words) <= _LONGEST:
        return None
    for language in _languages(said):
        reached = _walk(words, language)[len(words)]
        if reached is not None:
            kind, topic = reached
            spoken = " ".join(word.text for word in topic)
            several = any(_SEVERAL.match(_spell(word.text, language)) for word in words)
            return Talk(kind, language, restore_kazakh(spoken) if language == "kk" else spoken, several)
    return None


def drop_courtesies(said: str) -> str:
    """The question without the greeting before it and the thanks after it; the same text where it has neither."""
    words = find_words(said)
    if len(words) < 2:
        return said
    for language in _languages(said):
        start = max((at for at in _polite_ends(said, words, language)), default=0)
        for end in range(len(words) - 1, max(start, len(words) - 6), -1):
            closes = said[words[end - 1].end : words[end].start].strip() in {".", "?", "!", "?!", "!!"}
            if closes and _is_polite(words[end:], language):
                return said[words[start].start : words[end].start].rstrip()
        if start:
            return said[words[start].start :]
    return said


def _polite_ends(said: str, words: Sequence[Word], language: Speech) -> Iterator[int]:
    """Where a courtesy at the beginning may end and a question begin, as numbers of words."""
    reached = _walk(words[:_LONGEST_COURTESY], language)
    for at, found in enumerate(reached[:-1]):
        if found is None or found[0] not in _POLITE:
            continue
        between = said[words[at - 1].end : words[at].start]
        # «Hi-tech» is no greeting: what breaks a sentence is followed by a space.
        if any(sign in between for sign in _BREAKS) and between[-1:].isspace():
            yield at
        elif between.isspace() and found[0] == "greeting":
            rest = [word.text for word in words[at:]]
            lang: Lang = "en" if language == "en" else "kk"
            if len(rest) >= _ENOUGH_ASKED and any(is_question_word(word, lang) for word in rest):
                yield at


def _is_polite(words: Sequence[Word], language: Speech) -> bool:
    reached = _walk(words, language)[len(words)]
    return reached is not None and reached[0] in _POLITE


def _languages(said: str) -> tuple[Speech, ...]:
    """The languages to try, the likeliest first: of a word or two, that is a guess."""
    likeliest: Speech = detect_language(said)
    return (likeliest, *(language for language in get_args(Speech) if language != likeliest))


def _walk(words: Sequence[Word], language: Speech) -> list[tuple[TalkKind, Sequence[Word]] | None]:
    """For each place, the kind of the phrases that lead there from the beginning, and the topic that they name.

    Of several phrases the one that says most counts: in "ok, thanks" the thanks, in "hi, what can you do" the command.
    """
    meant = [_meanings(_spell(word.text, language), language) for word in words]
    reached: list[tuple[TalkKind, Sequence[Word]] | None] = [None] * (len(words) + 1)
    open_places = {0}
    for at in range(len(words)):
        if at not in open_places:
            continue
        before = reached[at]
        for phrase in _beginning_with(meant[at], language):
            for end, topic in _ends(phrase.words, words, meant, at):
                open_places.add(end)
                found = before if phrase.kind == _FILLER else (cast(TalkKind, phrase.kind), topic)
                reached[end] = _weightier(before, _weightier(found, reached[end]))
    return reached


_WEIGHT: dict[str, int] = {"noted": 0, "greeting": 1, "thanks": 2, "goodbye": 3}


def _weightier(
    one: tuple[TalkKind, Sequence[Word]] | None, other: tuple[TalkKind, Sequence[Word]] | None
) -> tuple[TalkKind, Sequence[Word]] | None:
    if one is None or other is None:
        return one or other
    return one if _WEIGHT.get(one[0], 4) > _WEIGHT.get(other[0], 4) else other


def _ends(
    phrase: Sequence[_Word], words: Sequence[Word], meant: Sequence[frozenset[str]], at: int
) -> Iterator[tuple[int, Sequence[Word]]]:
    """Where a phrase that begins at a word may end, and the topic in it."""
    if not phrase:
        yield at, ()
        return
    first, rest = phrase[0], phrase[1:]
    if _TOPIC in first.meant:
        for end in range(at + 1, min(len(words), at + _LONGEST_TOPIC) + 1):
            yield from ((found, words[at:end]) for found, _ in _ends(rest, words, meant, end))
        return
    if first.optional:
        yield from _ends(rest, words, meant, at)
    if at < len(words) and not first.meant.isdisjoint(meant[at]):
        yield from _ends(rest, words, meant, at + 1)


def _spell(word: str, language: Speech) -> str:
    return "".join(filter(str.isalnum, word.lower())) if language == "en" else sound_out(word)


@lru_cache(maxsize=4096)
def _meanings(word: str, language: Speech) -> frozenset[str]:
    """The words of the table that a typed word may be: itself, or one that differs by a slip of the pen."""
    if word in _vocabulary(language) or len(word) < _SLIPPABLE - 1:
        return frozenset({word})
    near = process.extract(word, _vocabulary(language), scorer=OSA.distance, score_cutoff=1, limit=None)
    return frozenset(found for found, *_ in near if len(found) >= _SLIPPABLE)


@cache
def _vocabulary(language: Speech) -> tuple[str, ...]:
    words = (meant for phrase in _phrases(language) for word in phrase.words for meant in word.meant)
    return tuple(dict.fromkeys(words))


def _beginning_with(meant: frozenset[str], language: Speech) -> Iterator[_Phrase]:
    beginnings = _beginnings(language)
    for word in (*meant, _TOPIC):
        yield from beginnings.get(word, ())


@cache
def _beginnings(language: Speech) -> dict[str, tuple[_Phrase, ...]]:
    """The phrases that a word may begin."""
    found: dict[str, list[_Phrase]] = {}
    for phrase in _phrases(language):
        for word in phrase.words:
            for meant in word.meant:
                found.setdefault(meant, []).append(phrase)
            if not word.optional:
                break
    return {word: tuple(phrases) for word, phrases in found.items()}


@cache
def _phrases(language: Speech) -> tuple[_Phrase, ...]:
    rows = [line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(
        _Phrase(kind, tuple(_read_word(word, language) for word in phrase.split()))
        for kind, of, phrases in rows
        if of == language
        for phrase in phrases.split(" / ")
    )


def _read_word(word: str, language: Speech) -> _Word:
    alternatives = word.removesuffix("~").split("|")
    meant = (_TOPIC if text == _TOPIC else _spell(text, language) for text in alternatives)
    return _Word(frozenset(meant), word.endswith("~"))
