"""Persons that no list holds, known by their capitals and by what stands around them."""

from collections.abc import Iterator, Sequence
from typing import Final

from qa_bot.language.capitals import (
    begins_sentence,
    ends_name,
    entity_words,
    is_capitalised,
    is_common,
    is_name_part,
    is_shouted,
    is_surname,
    ties_names,
)
from qa_bot.language.glossary import gazetteer
from qa_bot.language.listed_names import Span, name_end
from qa_bot.language.tokens import Token
from qa_bot.records import Lang

_LONGEST: Final = 4  # words of a person's name at most
_PATRONYMICS: Final = ("ұлы", "қызы", "вич", "вна", "ұлының", "қызының")


def find_persons(tokens: Sequence[Token], lang: Lang, taken: Sequence[Span]) -> Iterator[Span]:
    """Find persons among the words with capitals that are not `taken` by other names."""
    held = {at for span in taken if span.kind != "person" for at in range(span.first, span.stop)}
    if lang == "en":
        held |= {at for at, token in enumerate(tokens) if token.text in gazetteer("nationality", "en")}
    posts = {span.stop for span in taken if span.kind == "post"}
    for first, run_stop in _capital_runs(tokens, held, lang):
        start = first
        if lang == "en" and tokens[start].lower in entity_words("title", lang):
            start += 1 + (start + 2 < run_stop and tokens[start + 1].text == ".")
        while start < run_stop and begins_sentence(tokens, start) and _is_opener(tokens, start, run_stop, lang):
            start += 1
        stop = cut_after_surname(tokens, start, run_stop) if lang == "kk" else run_stop
        words = [at for at in range(start, stop) if tokens[at].is_word]
        if not words or len(words) > _LONGEST or not all(_is_of_script(tokens[at], lang) for at in words):
            continue  # in Kazakh text, Latin letters are brands
        introduced = start in posts or _follows_title(tokens, start, lang)
        if _is_person(tokens, words, stop, lang, introduced=introduced):
            yield Span("person", start, stop, name_end(tokens[stop - 1], lang))


def cut_after_surname(tokens: Sequence[Token], first: int, stop: int) -> int:
    """Where a Kazakh person's name stops: behind the surname, unless a patronymic follows it."""
    for at in range(first + 1, stop - 1):
        following = tokens[at + 1]
        patronymic = following.lower.endswith(_PATRONYMICS) or tokens[at].lower.endswith(_PATRONYMICS)
        if is_surname(tokens[at]) and following.is_word and not patronymic:
            return at + 1
    return stop


def _is_opener(tokens: Sequence[Token], at: int, stop: int, lang: Lang) -> bool:
    """Whether a word has its capital from the sentence: an everyday word before a name of two words or more."""
    if not tokens[at].is_word or is_name_part(tokens[at], lang) or len(tokens[at].text) == 1:
        return False
    return is_common(tokens[at].lower, lang) or (at + 1 < stop and stop - at > _LONGEST)


def _is_person(tokens: Sequence[Token], words: Sequence[int], stop: int, lang: Lang, *, introduced: bool) -> bool:
    last = tokens[words[-1]]
    if introduced or any(len(tokens[at].text) == 1 for at in words[:-1]):
        return not is_shouted(last)
    if len(words) == 1:
        following = tokens[stop].lower if stop < len(tokens) else ""
        if following in entity_words("speech", lang) or (lang == "kk" and following in entity_words("title", lang)):
            return not is_common(last.lower, lang)
        return lang == "kk" and is_surname(last) and not begins_sentence(tokens, words[0])
    return not any(is_shouted(tokens[at]) for at in words)


def _capital_runs(tokens: Sequence[Token], held: set[int], lang: Lang) -> Iterator[tuple[int, int]]:
    """Runs of words that begin with capitals, tied by spaces, by hyphens or by the point of an initial."""
    at = 0
    while at < len(tokens):
        if at in held or not is_capitalised(tokens[at]):
            at += 1
            continue
        first, at = at, at + 1
        while at < len(tokens) and at not in held:
            if is_capitalised(tokens[at]) and not ends_name(tokens[at - 1], lang):
                at += 1
            elif ties_names(tokens, at) and at + 1 not in held:
                at += 2
            else:
                break
        yield first, at


def _is_of_script(token: Token, lang: Lang) -> bool:
    return (token.text[0] >= "\u0400") == (lang == "kk")


def _follows_title(tokens: Sequence[Token], at: int, lang: Lang) -> bool:
    back = at - 2 if at > 1 and tokens[at - 1].text == "." else at - 1
    return lang == "en" and back >= 0 and tokens[back].lower in entity_words("title", lang)
