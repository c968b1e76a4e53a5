"""Stems: what the inflected forms of a word have in common.

Kazakh glues its endings on in a fixed order (plural, possession, case, person on nouns; voice, negation, tense, person
on verbs), and each ending adapts to the sound before it. `suffixes.tsv` writes the endings down with their neighbours,
`stems.tsv` lists stems that the endings alone would not tell. A word is read from its right end in every way that the
rules allow; a reading whose stem is listed wins, the longest first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from qa_bot.records import Lang

_SUFFIXES = Path(__file__).with_name("suffixes.tsv")
_STEMS = Path(__file__).with_name("stems.tsv")

_VOWELS = frozenset("аәеёиоөуұүыіэюя")
_BACK = frozenset("аоұыя")
_FRONT = frozenset("әеөүіэ")
_SOUNDS = {"V": "аәеёоөұүыіэяи", "N": "мнң", "R": "рйуюи", "L": "л", "Z": "зж"}
"""Letter classes of `suffixes.tsv`; и is a vowel in loans (такси-сі) and a glide in Kazakh words (би-дің)."""
_HARD = frozenset("H")
_DEVOICED = {"б": "п", "г": "к", "ғ": "қ"}
_GROUPS = {
    "verb": ("v", "negation", "passive"),
    "noun": ("infinitive", "participle", "habitual", "aorist", "refusal", "quality"),
}
_STEM_CLASSES = frozenset("ntv")
_POSSESSIVES = frozenset(["my", "thy", "your", "our", "its"])
_CASES = frozenset(["genitive", "accusative", "dative", "locative", "ablative", "instrumental"])

_RARE = frozenset(["aorist", "command", "likeness", "degree", "my", "thy", "wish"])
"""Endings that news prose seldom has: another reading of a word goes first."""

_NO_POSSESSIVE = re.compile(
    "[^аәеёиоөұүыі]ш$"  # жетекші, алушы: the agent's -шы
    "|[мпб][ае]л$"  # ашылмалы, айнымалы: the adjective's -малы
    "|[^аәеёиоөұүыі]қ$|[^аәеёиоөұүыінрс]к$"  # қондырғы, сүзгі: the tool's -ғы; but банк-і, парк-і
    "|[уй]л$"  # шектеулі: the quality's -лі
    "|[нрлмй][ыі]$"  # көрініс-і, not көріні-сі: the deed's -ыс
)
"""Ends of an unlisted would-be stem that a possessive cannot have followed."""
_VERB_LIKE = re.compile(
    "[лдт][ае][нст]?(?:[дт][ыі]р)?(?:[ыі]л)?$|[дт][ыі]р(?:[ыі]л)?$|[ғгқк][ыі]з(?:[ыі]л)?$"
    "|[аеыі]т(?:[ыі]л)?$|[ае]й$|[ыі][слн]$|[ае]р$|[ае]$"
)
"""Ends of verbs: the denominal -ла, -лан, -лас, -лат, causatives, voices, -ай (Krippes 1996, 6.1)."""

_MIN_KAZAKH = 2
"""A listed stem may be this short (ел, ат, су)."""
_MIN_UNLISTED = 4
"""An unlisted stem is this long at least, or one letter shorter before a lone case ending (АҚШ-тың without hyphen)."""

_CACHE = 1 << 18


@lru_cache(maxsize=_CACHE)
def stem(word: str, lang: Lang) -> str:
    """Give the stem of a word, in lower case. Kazakh by `suffixes.tsv`, English by Snowball (Porter 2001)."""
    lowered = word.lower()
    if lang == "en":
        return _english().stemWord(lowered.replace("’", "'"))
    return _level(_stem_kazakh(lowered))


def is_listed_stem(word: str) -> bool:
    """Tell whether `stems.tsv` lists a lower-case Kazakh stem, as `stem` gives it."""
    return word in _listed_stems()[0]


@dataclass(frozen=True, slots=True)
class _Suffix:
    """One ending in one phonetic setting; `hidden` are letters that its spelling swallowed."""

    name: str
    after: frozenset[str]
    before: frozenset[str]
    hidden: str
    front: bool | None
    trusted: bool
    final: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """A word taken apart: the stem, its class, the endings from the right, and whether an unlisted stem will do."""

    stem: str
    kind: str
    endings: tuple[str, ...]
    trusted: bool


def _stem_kazakh(word: str) -> str:
    listed, whole = _listed_stems()
    if "x" in listed.get(word, ""):
        return word
    readings = list(_read(word))
    known = [(not _is_rare(reading), len(reading.stem), reading.stem) for reading in readings if _is_listed(reading)]
    if word in listed:
        # a bare verb stem is a rough command, seldom printed: орында is орын-да before it is "fulfil!"
        known.append((listed[word] != "v", len(word), word))
    if known:
        best = max(known)[-1]
        return whole.get(best, best)
    guess = min((reading.stem for reading in readings if _is_plausible(reading)), key=len, default=word)
    return guess[:-1] if guess.endswith("кті") else guess  # факті, объекті: a loan's helping vowel


def _is_listed(reading: _Reading) -> bool:
    classes = _listed_stems()[0].get(reading.stem, "")
    if reading.endings[:2] == ("agent", "past") and (reading.endings[-1] == "passive" or "n" in classes):
        return False  # ақындық, жақындық: nouns in -дық, not "we were …"
    return reading.kind in classes or ("h" in classes and reading.endings[-1] in _POSSESSIVES)


def _is_rare(reading: _Reading) -> bool:
    return not _RARE.isdisjoint(reading.endings)


def _is_plausible(reading: _Reading) -> bool:
    """Tell whether a reading may be believed though its stem is not listed."""
    base, innermost = reading.stem, reading.endings[-1]
    if not reading.trusted:
        return False
    if len(base) < _MIN_UNLISTED:
        return len(base) == _MIN_UNLISTED - 1 and len(reading.endings) == 1 and innermost in _CASES
    if innermost == "its":
        return not _NO_POSSESSIVE.search(base)
    if innermost == "ablative" and base[-1] == "с":
        return False  # Татарстан
    if innermost == "passive" and base[-2:] not in ("ла", "ле"):
        return False
    if reading.kind == "v":
        return bool(_VERB_LIKE.search(base))
    return base[-1] != "и" or innermost not in ("genitive", "accusative")  # плагин-і, not плаги-ні


def _read(word: str) -> Iterator[_Reading]:
    """Take a word apart in every way that the table allows."""
    table = _suffix_table()
    longest = max(map(len, table))
    pending: list[tuple[str, frozenset[str] | None, tuple[str, ...], bool]] = [(word, None, (), True)]
    while pending:
        rest, wanted, endings, trusted = pending.pop()
        for size in range(1, min(longest, len(rest) - _MIN_KAZAKH) + 1):
            for suffix in table.get(rest[-size:], ()):
                if not (suffix.final if wanted is None else suffix.name in wanted):
                    continue
                base = _take_off(rest, size, suffix)
                if base is None:
                    continue
                taken = (*endings, suffix.name)
                believed = trusted and suffix.trusted
                for kind in suffix.before & _STEM_CLASSES:
                    yield _Reading(base, kind, taken, believed)
                pending.append((base, suffix.before, taken, believed))


def _take_off(word: str, size: int, suffix: _Suffix) -> str | None:
    """Take an ending of `size` letters off. Returns: what stood before it, or None if it could not follow that."""
    base = word[:-size] + suffix.hidden
    last = base[-1]
    if suffix.after and suffix.after.isdisjoint(_sounds().get(last.replace("ь", base[-2:-1] or last), _HARD)):
        return None
    if suffix.front is not None and not _harmonises(base, suffix.front):
        return None
    if not suffix.hidden and word[-size] in _VOWELS:
        if last in _DEVOICED:
            return base[:-1] + _DEVOICED[last]
        if last in "пкқ" and base[-2:-1] in _VOWELS and base not in _listed_stems()[0]:
            return None  # between vowels п к қ become б г ғ, but for some loans: тарап-ы
    return base if len(base) >= _MIN_KAZAKH and not _VOWELS.isdisjoint(base) else None


def _harmonises(base: str, front: bool) -> bool:
    """Tell whether an ending with front (or back) vowels may follow.

    Loans whose last vowel is и or у, or that end in a soft consonant (ь, л, -нк), are found with either.
    """
    if base.endswith("ь") or (base[-1] == "к" and base[-2] not in _VOWELS):
        return True
    for place in range(len(base) - 1, -1, -1):
        letter = base[place]
        if letter in _BACK:
            return not front or base.endswith("л")  # фестиваль, фестивал-і
        if letter in _FRONT:
            # Тоқаевтың: names in -ев keep the harmony of what stands before it
            return front or base.endswith("ев")
        if letter in "иу" and base[place - 1 : place] not in _VOWELS:
            return True
    return True


def _level(stem_: str) -> str:
    """Give one form to a stem that endings change: кітап and кітаб-ы, процесс and процес-і, рубль and рубл-і."""
    softened = stem_.removesuffix("ь") or stem_
    if len(softened) > _MIN_UNLISTED and softened[-1] == softened[-2] and softened[-1] not in _VOWELS:
        softened = softened[:-1]
    return softened[:-1] + _DEVOICED.get(softened[-1:], softened[-1:])


@cache
def _sounds() -> dict[str, frozenset[str]]:
    letters = {letter for group in _SOUNDS.values() for letter in group}
    return {letter: frozenset(name for name, group in _SOUNDS.items() if letter in group) for letter in letters}


@cache
def _suffix_table() -> dict[str, tuple[_Suffix, ...]]:
    found: dict[str, list[_Suffix]] = {}
    for line in _SUFFIXES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        label, after, form, before = line.split("\t")
        neighbours = frozenset(name for word in before.split() for name in _GROUPS.get(word, (word,)))
        for surface, hidden, front in _spell_out(form):
            found.setdefault(surface, []).append(
                _Suffix(
                    label.rstrip("*-"), frozenset(after), neighbours, hidden, front, "*" not in label, "-" not in label
                )
            )
    return {surface: tuple(suffixes) for surface, suffixes in found.items()}


def _spell_out(form: str) -> Iterator[tuple[str, str, bool | None]]:
    back = form.translate(str.maketrans("АЫҒҚ", "аығқ"))
    front = form.translate(str.maketrans("АЫҒҚ", "еігк"))
    for spelled, is_front in ((back, False), (front, True)) if back != front else ((back, None),):
        surface, _, hidden = spelled.partition("=")
        yield surface, hidden, is_front


@cache
def _listed_stems() -> tuple[dict[str, str], dict[str, str]]:
    """Read the listed stems. Returns: stem → its classes, and shortened or lengthened stem → the stem to give."""
    classes: dict[str, str] = {}
    whole: dict[str, str] = {}
    for line in _STEMS.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, words = line.split("\t")
        for word in words.split():
            if kind == "h":
                short = word[:-2] + word[-1]
                classes[short] = classes.get(short, "") + "h"
                whole[short] = word
            if kind == "i":
                classes[word[:-1]] = "n"
                whole[word] = word[:-1]
            classes[word] = classes.get(word, "") + {"t": "nt", "v": "v", "x": "x"}.get(kind, "n")
    return classes, whole


class Snowball(Protocol):
    """A stemmer of PyStemmer's, which has no types of its own."""

    def stemWord(self, word: str) -> str: ...  # noqa: N802  # PyStemmer's name


@cache
def _english() -> Snowball:
    from Stemmer import Stemmer  # loaded when the first English word comes

    stemmer: Snowball = Stemmer("english")
    return stemmer
