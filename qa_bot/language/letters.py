"""Letters: Kazakh ones folded to Russian ones, the language of a question, Kazakh typed without Kazakh letters."""

import re
from collections.abc import Collection
from functools import cache
from typing import Literal
from unicodedata import normalize

from qa_bot.language.spelling import Alphabet, spell_from_latin, spell_from_russian
from qa_bot.language.stem import is_listed_stem, stem
from qa_bot.language.words import function_words

KAZAKH_LETTERS = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
"""The letters that Kazakh Cyrillic has and Russian lacks."""

_FOLDED = str.maketrans("қғңөұүһіыәё", "кгноуухииае")

_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}[\u0300-\u036f]*(?:{_LETTER}|[\u0300-\u036f]|['’ʼ](?={_LETTER}))*['’ʼ]?")
_TYPED = re.compile(rf"(?<![\w\-–]){_WORD.pattern}")
"""A word that does not go on after a hyphen: the и of КСР-и is an ending, not the Russian "and"."""
_LATIN = re.compile("[a-zà-ɏ]", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яёѐ-ӿ]", re.IGNORECASE)
_ALPHABET_2021 = frozenset("ğñşūöü")
_ALPHABET_2018 = frozenset("áǵńóúý")

_LIKE_KAZAKH = -2.6
"""Mean likeness of the letters of a question (see `spelling`) from which it reads as Kazakh: of 461 Kazakh questions
typed in Latin 0.6 % lie below, of 400 English sentences 4 % above; function words settle most of those."""
_CLEARLY_KAZAKH = -2.2
"""The same for a text with no function word and no letter of its own, such as a list of key words."""
_ENGLISH_SPELLING = re.compile(r"c(?!h)|th|wh|ee|ght\b|tion|ing\b|[dekrlnt]s\b")
"""Letters in a row that English words have and Kazakh ones, typed in Latin, have not."""
_ENOUGH = 0.35
"""A spelling this much less likely than the best is still taken if its stem or the word itself is known."""


def fold(text: str) -> str:
    """Lower the case and give each Kazakh letter its Russian neighbour: қ к, ғ г, ң н, ө о, ұ ү у, һ х, і ы и, ә а."""
    return text.lower().translate(_FOLDED)


def detect_language(text: str) -> Literal["kk", "en", "ru"]:
    """Tell the language of a question. Kazakh counts as "kk" in any script; so does a text without letters."""
    words = _TYPED.findall(text)
    latin = [word for word in words if _LATIN.match(word)]
    cyrillic = [word for word in words if _CYRILLIC.match(word)]
    if _weigh(latin) > _weigh(cyrillic):
        return "kk" if _is_latin_kazakh(latin) else "en"
    return "ru" if _is_russian(cyrillic) else "kk"


def restore_kazakh(text: str, vocabulary: Collection[str] | None = None) -> str:
    """Spell Kazakh that was typed with Latin or Russian letters with its own ones.

    `vocabulary` holds lower-case words that the articles use: a possible spelling found there wins over likelier
    ones. Text in another language, or in Cyrillic with a Kazakh letter, is returned as it is.
    """
    if detect_language(text) != "kk":
        return text
    words = _WORD.findall(text)
    typed, alphabet = _CYRILLIC, None
    if _weigh(list(filter(_LATIN.match, words))) > _weigh(list(filter(_CYRILLIC.match, words))):
        typed, alphabet = _LATIN, _guess_alphabet(text)
    elif not KAZAKH_LETTERS.isdisjoint(text):
        return text
    known = vocabulary if vocabulary is not None else ()
    return _WORD.sub(
        lambda match: _respell(match.group(), alphabet, known) if typed.match(match.group()) else match.group(), text
    )


def _respell(word: str, alphabet: Alphabet | None, vocabulary: Collection[str]) -> str:
    """Spell one word; `alphabet` is None if it was typed with Russian letters."""
    if word.lower() in vocabulary:
        return word
    plain = word.replace("’", "'").replace("ʼ", "'")
    spellings = spell_from_latin(plain, alphabet) if alphabet else spell_from_russian(plain)
    best = next((spelling for spelling, _ in spellings if spelling in vocabulary), None)
    if best is None:
        near = (spelling for spelling, likeness in spellings if likeness >= spellings[0][1] - _ENOUGH)
        best = next((spelling for spelling in near if _is_known(spelling)), spellings[0][0])
    if word.isupper() and len(word) > 1:
        return best.upper()
    return best.capitalize() if word[0].isupper() else best


def _is_known(word: str) -> bool:
    return word in _grammar("kk") or is_listed_stem(stem(word, "kk"))


def _weigh(words: list[str]) -> int:
    """Count words, those in lower case more than names and abbreviations, which move between languages."""
    return sum(3 if word.islower() else 1 for word in words)


def _is_latin_kazakh(words: list[str]) -> bool:
    english = sum(word.lower().replace("’", "'") in _grammar("en") for word in words)
    kazakh = sum(sound_out(word) in _sounded_grammar() for word in words)
    if kazakh != english:
        return kazakh > english
    telling = [word for word in words if word.islower() and len(word) > 1]
    if not telling:
        return False
    marked = kazakh > 0 or not (_ALPHABET_2021 | _ALPHABET_2018).isdisjoint("".join(telling))
    if not marked and any(map(_ENGLISH_SPELLING.search, telling)):
        return False
    likeness = _likeness([spell_from_latin(word, "chat")[0] for word in telling])
    return likeness >= (_LIKE_KAZAKH if marked else _CLEARLY_KAZAKH)


def _is_russian(words: list[str]) -> bool:
    kazakh_letters = sum(not KAZAKH_LETTERS.isdisjoint(word) for word in words)
    russian = sum(word.lower() in _grammar("ru") and (len(word) > 1 or word.islower()) for word in words)
    kazakh = sum(fold(word) in _folded_grammar() for word in words)
    if kazakh_letters + kazakh != russian:
        return russian > kazakh_letters + kazakh
    telling = [word for word in words if word.islower()]
    return bool(telling) and _likeness([spell_from_russian(word)[0] for word in telling]) < _LIKE_KAZAKH


def _likeness(spelled: list[tuple[str, float]]) -> float:
    """Mean the likeness of words over their letters, the edge of a word counted as one."""
    return sum(likeness * (len(word) + 1) for word, likeness in spelled) / sum(len(word) + 1 for word, _ in spelled)


def _guess_alphabet(text: str) -> Alphabet:
    letters = set(text.lower())
    if letters & _ALPHABET_2018:
        return "2018"
    return "2021" if letters & _ALPHABET_2021 else "chat"


@cache
def _grammar(lang: Literal["kk", "en", "ru"]) -> frozenset[str]:
    return function_words("stop", lang) | function_words("question", lang)


@cache
def _folded_grammar() -> frozenset[str]:
    return frozenset(map(fold, _grammar("kk")))


@cache
def _sounded_grammar() -> frozenset[str]:
    return frozenset(map(sound_out, _grammar("kk"))) - {""}


_SOUNDED = str.maketrans("абвгдежзийклмнопрстуфхыэ" + "qwyı", "abvgdejziiklmnoprstufhie" + "kuii") | {
    ord(letter): sounds for letter, sounds in {"ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia"}.items()
}


def sound_out(word: str) -> str:
    """Give one rough Latin form to the ways in which a Kazakh word may be typed: қанша, qanşa, qansha and kansha."""
    bare = "".join(letter for letter in normalize("NFD", word.lower().replace("ş", "sh")) if letter.isalpha())
    if _CYRILLIC.match(word):
        bare = fold(word)
    plain = bare.translate(_SOUNDED)
    for typed, meant in (("zh", "j"), ("kh", "h"), ("gh", "g"), ("ng", "n"), ("ii", "i")):
        plain = plain.replace(typed, meant)
    return plain
