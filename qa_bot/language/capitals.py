"""How names are written: capitals, what they end with, and where a sentence's own capital stands."""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from qa_bot.language.glossary import translate
from qa_bot.language.listed_names import name_parts
from qa_bot.language.suffix import noun_forms
from qa_bot.language.tokens import DASHES, Token, is_tight
from qa_bot.language.words import is_question_word, is_stop_word
from qa_bot.records import Lang

_TABLE: Final = Path(__file__).with_name("entity_words.tsv")
OPENING: Final = frozenset('«"“„')
CLOSING: Final = frozenset('»"”“')
SENTENCE_ENDS: Final = frozenset(".!?:;—–…")
_SHORTEST_PART: Final = 4
_SHORTEST_BEFORE_ENDING: Final = 3


@cache
def entity_words(role: str, lang: Lang) -> frozenset[str]:
    """The words of a role in `entity_words.tsv`: heads of names, titles, verbs of speech…"""
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{lang}\t{role}\t"):
            return frozenset(line.rpartition("\t")[2].split())
    return frozenset()


def is_capitalised(token: Token) -> bool:
    """Tell whether a word begins with a capital."""
    return token.is_word and token.text[0].isupper()


def is_shouted(token: Token) -> bool:
    """Tell whether a word of two letters or more is all capitals."""
    return token.is_word and len(token.text) > 1 and token.text.isupper() and token.text.isalpha()


def begins_sentence(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word's capital may be its sentence's."""
    before = tokens[at - 1].text if at else "."
    return before in SENTENCE_ENDS or before in OPENING or (before in DASHES and not is_tight(tokens, at))


def ties_names(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a sign ties two capitalised words to one name: a hyphen, or the point of an initial."""
    if at + 1 >= len(tokens) or not is_capitalised(tokens[at + 1]):
        return False
    hyphen = tokens[at].text in DASHES and is_tight(tokens, at) and is_tight(tokens, at + 1)
    return hyphen or (tokens[at].text == "." and len(tokens[at - 1].text) == 1 and is_tight(tokens, at))


def ends_name(token: Token, lang: Lang) -> bool:
    """Tell whether a word is the last of its name: in the genitive or instrumental, or with an English 's."""
    if lang == "en":
        return token.lower.endswith(("'s", "’s"))
    return token.lower.endswith(("ның", "нің", "дың", "дің", "тың", "тің", "мен", "пен"))


@lru_cache(maxsize=4096)
def is_common(word: str, lang: Lang) -> bool:
    """Tell whether a word in lower case is an everyday one, which has a capital only because its sentence begins."""
    if is_stop_word(word, lang) or is_question_word(word, lang) or word in entity_words("opener", lang):
        return True
    return any(sense.text[:1].islower() for match in translate([word], lang) for sense in match.senses)


def is_surname(token: Token) -> bool:
    """Tell whether a Kazakh word ends as a surname does, with or without a case ending."""
    for ending in entity_words("surname", "kk"):
        at = token.lower.rfind(ending)
        if at >= _SHORTEST_BEFORE_ENDING and token.lower in noun_forms(token.lower[: at + len(ending)]):
            return True
    return False


def is_name_part(token: Token, lang: Lang) -> bool:
    """Tell whether a word is a given name or surname of a listed person, in whatever case."""
    parts = name_parts(lang)
    if token.lower in parts:
        return True
    if lang == "en":
        return token.lower.removesuffix("'s").removesuffix("’s") in parts
    return any(
        token.lower[:size] in parts and token.lower in noun_forms(token.lower[:size])
        for size in range(_SHORTEST_PART, len(token.lower))
    )
