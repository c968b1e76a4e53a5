"""What is said how in the other language: names, terms and everyday words, both ways.

The rows live in `glossary/*.tsv` (english<TAB>kazakh; kazakh; …, the commonest sense first). They are read once, on the
first call, and only shelved by their first two letters; a shelf is split into words and stemmed when a question first
touches it, because stemming every row would cost more than answering.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from qa_bot.language.stem import stem
from qa_bot.language.words import find_words
from qa_bot.records import Lang

NameKind: TypeAlias = Literal["country", "nationality", "organisation", "person", "place", "post"]

_FOLDER = Path(__file__).parent / "glossary"
_IRREGULAR = "irregular"
_NAME_FILES: dict[NameKind, str] = {
    "country": "countries",
    "organisation": "organisations",
    "person": "people",
    "place": "places",
    "post": "posts",
    "nationality": "nationalities",
}
"""The file of each kind of name, in the order in which they win when several can render a phrase."""

_WEIGHTS = (1.0, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2)
"""Weight of a sense by its place in the row; later ones weigh as little as the last."""

_SAME, _INFLECTED, _RELATED, _UNLIKE = range(4)
"""How near an asked word is to a word of an entry: that word (or an irregular form of it), a regularly inflected form
of it, a word that shares its stem only, or none of these."""

_NEEDS_CAPITAL = frozenset({"us", "who", "it", "may", "aids", "am", "ақ", "бақ", "ай"})
"""Names that would swallow a function word or an everyday word when that is written in lower case."""

_FIRST_LETTERS = re.compile(r"[^\W\d_](?:['’ʼ]|[^\W\d_])?|\d[\d.,]?")
_POSSESSIVE = re.compile(r"['’ʼ]s?$")
_BRITISH = re.compile(
    r"is(?=(?:e[ds]?|ers?|ing|ations?|ational)$)"
    r"|(?<=[a-z]{2})our(?=(?:s|ed|ing|able|ites?|ers?|hoods?|al)?$)"
    r"|tre(?=s?$)|ogue(?=s?$)|(?<=gram)me(?=s?$)|(?<=^def)ence|(?<=^lic)ence|(?<=^off)ence"
)
_AMERICAN = {"is": "iz", "our": "or", "tre": "ter", "ogue": "og", "me": "", "ence": "ense"}

_CASES = (
    "ның нің дың дің тың тің ға ге қа ке ны ні ды ді ты ті да де та те дан ден тан тен нан нен мен бен пен "
    "дағы дегі тағы тегі"
)
_PLURALS = ("", "лар", "лер", "дар", "дер", "тар", "тер")
_ENDINGS = frozenset(p + c for p in _PLURALS for c in ("", *_CASES.split())) - {""}
_AFTER_POSSESSIVE = frozenset({"н", "на", "не", "нда", "нде", "ндағы", "ндегі"})
"""Kazakh case endings. A name keeps its whole form before them, so they are tried before the stemmer is."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One way to say it in the other language, and how likely that is meant, in (0, 1]."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in words `start` to `end` (indices, end exclusive), its senses heaviest first."""

    start: int
    end: int
    senses: tuple[Sense, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    english: str
    kazakh: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One side of a row: `rank` orders entries that render the same phrase, the lowest first."""

    words: tuple[str, ...]
    written: str
    senses: tuple[Sense, ...]
    rank: tuple[bool, int, int]


@dataclass(frozen=True, slots=True)
class _Forms:
    """What an asked word may be called in the glossary: whole forms with their likeness, and stems."""

    likeness: dict[str, int]
    stems: frozenset[str]


def translate(words: Sequence[str], source: Lang) -> list[Match]:
    """Find every glossary entry in `words`, in the order of the text's words, as `find_words` cuts them.

    Words are compared as written first, then as inflected forms, then by stem; a span keeps only the nearest of the
    three, so that "import" is not also read as "important".
    Returns: one match per span, longest first, then from left to right; spans may overlap.
    """
    matches = [
        Match(start, end, _merge_senses(entries)) for (start, end), entries in _find_spans(tuple(words), source).items()
    ]
    return sorted(matches, key=lambda match: (match.start - match.end, match.start))


@lru_cache(maxsize=4096)
def render(phrase: str, target: Lang) -> str | None:
    """Say a known name or term in the target language: "ЕАЭО" → "EAEU", "Иранның" → "Iran".

    The whole phrase has to be one entry. Names win over common words, unless only the phrase begins small
    ("хабар" is news, "Хабар" a channel); then the row listed first.
    Returns: None if the glossary does not hold the phrase.
    """
    source: Lang = "en" if target == "kk" else "kk"
    words = _split(phrase)
    if source == "kk" and len(words) > 1 and words[-1] in _ENDINGS and phrase.endswith("-" + words[-1]):
        words = words[:-1]
    found = _find_spans(words, source).get((0, len(words)))
    if not found:
        return None
    small = phrase[:1].islower()
    return min(found, key=lambda entry: (small and entry.written[:1].isupper(), entry.rank)).senses[0].text


@cache
def gazetteer(kind: NameKind, lang: Lang) -> frozenset[str]:
    """All names of a kind as written, with surnames alone for people the glossary knows by full name."""
    rows = [row for row in _rows() if row.file == _NAME_FILES[kind]]
    return frozenset(row.english for row in rows) if lang == "en" else frozenset(k for row in rows for k in row.kazakh)


@cache
def headwords(lang: Lang) -> frozenset[str]:
    """Every word that an entry of the language is written with, in lower case; irregular forms too."""
    sides = (side for row in _rows() for side in ((row.english,) if lang == "en" else row.kazakh))
    words = {word.lower() for side in sides for word in _split(side)}
    return frozenset(words | set(_irregular_forms())) if lang == "en" else frozenset(words)


def _find_spans(words: tuple[str, ...], source: Lang) -> dict[tuple[int, int], list[_Entry]]:
    asked = [_forms(word, source) for word in words]
    best: dict[tuple[int, int], tuple[int, list[_Entry]]] = {}
    for start in range(len(words)):
        for entry in _candidates(asked[start], source):
            end = start + len(entry.words)
            if end > len(words) or not _capitals_allow(entry, words[start:end]):
                continue
            likeness = max(
                _likeness(forms, word, source) for forms, word in zip(asked[start:end], entry.words, strict=True)
            )
            if likeness == _UNLIKE:
                continue
            nearest, entries = best.get((start, end), (_UNLIKE, []))
            if likeness < nearest:
                best[start, end] = (likeness, [entry])
            elif likeness == nearest:
                entries.append(entry)
    return {span: _prefer_case(entries, words[slice(*span)]) for span, (_, entries) in best.items()}


def _candidates(asked: _Forms, lang: Lang) -> list[_Entry]:
    """The entries that may begin with the asked word, each once."""
    found: dict[int, _Entry] = {}
    for form in asked.likeness:
        found |= {id(entry): entry for entry in _shelf(form[:2], lang).by_word.get(form, ())}
    for shared in asked.stems:
        found |= {id(entry): entry for entry in _shelf(shared[:2], lang).by_stem.get(shared, ())}
    return list(found.values())


def _likeness(asked: _Forms, word: str, lang: Lang) -> int:
    spelled = asked.likeness.get(word)
    if spelled is not None:
        return spelled
    return _RELATED if stem(word, lang) in asked.stems else _UNLIKE


def _capitals_allow(entry: _Entry, words: Sequence[str]) -> bool:
    return len(words) > 1 or words[0].lower() not in _NEEDS_CAPITAL or entry.written == words[0]


def _prefer_case(entries: list[_Entry], words: Sequence[str]) -> list[_Entry]:
    """Keep the entry written exactly so if its capitals tell it from another ("Polish", "polish")."""
    if len(entries) > 1 and words[0][0].isupper():
        asked = " ".join(words)
        return [entry for entry in entries if entry.written == asked] or entries
    return entries


def _merge_senses(entries: Iterable[_Entry]) -> tuple[Sense, ...]:
    heaviest: dict[str, Sense] = {}
    for sense in (sense for entry in entries for sense in entry.senses):
        known = heaviest.get(sense.text)
        if known is None or known.weight < sense.weight:
            heaviest[sense.text] = sense
    return tuple(sorted(heaviest.values(), key=lambda sense: -sense.weight))


@lru_cache(maxsize=4096)
def _forms(word: str, lang: Lang) -> _Forms:
    spelled = _spell(word, lang)
    likeness = {spelled: _SAME}
    if lang == "en":
        likeness |= dict.fromkeys(_irregular_forms().get(spelled, ()), _SAME)
        stems = frozenset(stem(form, lang) for form in likeness)
        bases = _english_bases(spelled)
    else:
        stems = frozenset({stem(spelled, lang)})
        bases = _kazakh_bases(spelled)
    for base in bases:
        likeness.setdefault(base, _INFLECTED)
    return _Forms(likeness, stems)


def _english_bases(word: str) -> Iterator[str]:
    """The dictionary forms that an English word may be inflected from; most of them are no words at all."""
    for ending, replacements in (
        ("ies", ("y",)),
        ("ied", ("y",)),
        ("iest", ("y",)),
        ("ier", ("y",)),
        ("es", ("", "e")),
        ("s", ("",)),
        ("ed", ("", "e")),
        ("ing", ("", "e")),
        ("est", ("", "e")),
        ("er", ("", "e")),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            base = word[: -len(ending)]
            yield from (base + replacement for replacement in replacements)
            if ending in ("ed", "ing", "er", "est") and base[-1] == base[-2]:
                yield base[:-1]


def _kazakh_bases(word: str) -> Iterator[str]:
    for length in range(1, min(len(word) - 2, 8) + 1):
        base, ending = word[:-length], word[-length:]
        if ending in _ENDINGS or (ending in _AFTER_POSSESSIVE and base[-1] in "ыі"):
            yield base


def _spell(word: str, lang: Lang) -> str:
    """Lower case; English also without 's and in American spelling, so that both spellings meet."""
    lower = word.lower()
    return _BRITISH.sub(lambda found: _AMERICAN[found[0]], _POSSESSIVE.sub("", lower)) if lang == "en" else lower


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(word.text for word in find_words(phrase))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The entries that begin with the same two letters, by their first word and by its stem."""

    by_word: dict[str, list[_Entry]]
    by_stem: dict[str, list[_Entry]]


@cache
def _shelf(letters: str, lang: Lang) -> _Shelf:
    shelf = _Shelf({}, {})
    for phrase, row, place, order in _sides(lang).get(letters, ()):
        words = tuple(_spell(word, lang) for word in _split(phrase))
        if lang == "en":
            senses = tuple(Sense(text, _weight(number)) for number, text in enumerate(row.kazakh))
        else:
            senses = (Sense(row.english, _weight(place)),)
        entry = _Entry(words, phrase, senses, (row.file not in _NAME_FILES.values(), place, order))
        shelf.by_word.setdefault(words[0], []).append(entry)
        shelf.by_stem.setdefault(stem(words[0], lang), []).append(entry)
    return shelf


_Side: TypeAlias = tuple[str, _Row, int, int]


@cache
def _sides(lang: Lang) -> dict[str, list[_Side]]:
    """Every phrase of a language by its first two letters: (phrase, row, place in the row, order of the row)."""
    sides: dict[str, list[_Side]] = {}
    for order, row in enumerate(_rows()):
        for place, phrase in enumerate((row.english,) if lang == "en" else row.kazakh):
            sides.setdefault(_first_letters(phrase), []).append((phrase, row, place, order))
    return sides


def _first_letters(phrase: str) -> str:
    found = _FIRST_LETTERS.search(phrase)
    return found[0].lower() if found else ""


def _weight(place: int) -> float:
    return _WEIGHTS[min(place, len(_WEIGHTS) - 1)]


@cache
def _rows() -> tuple[_Row, ...]:
    """All rows, the files of names first."""
    others = sorted(path.stem for path in _FOLDER.glob("*.tsv") if path.stem != _IRREGULAR)
    order = dict.fromkeys([*_NAME_FILES.values(), *others])
    rows = [_Row(english, tuple(kazakh.split("; ")), file) for file in order for english, kazakh in _read(file)]
    return (*rows, *_surnames(rows))


def _surnames(rows: list[_Row]) -> Iterator[_Row]:
    """News name a person in full once and by surname from then on. Short ones are too like other words."""
    known = {row.english.lower() for row in rows}
    for row in rows:
        if row.file == _NAME_FILES["person"]:
            english, kazakh = row.english.split(), row.kazakh[0].split()
            if 1 < len(english) == len(kazakh) and len(kazakh[-1]) > 3 and english[-1].lower() not in known:
                known.add(english[-1].lower())
                yield _Row(english[-1], (kazakh[-1],), row.file)


@cache
def _irregular_forms() -> dict[str, tuple[str, ...]]:
    """English inflected form → its bases ("left" → leave, "lay" → lie)."""
    return {form: tuple(_spell(base, "en") for base in bases.split("; ")) for form, bases in _read(_IRREGULAR)}


def _read(file: str) -> Iterator[tuple[str, str]]:
    for line in (_FOLDER / f"{file}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            english, _, kazakh = line.partition("\t")
            yield english, kazakh
