"""Names that no list holds, found by how they are written: capitals, their last word, and what stands around them."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from qa_bot.language.glossary import gazetteer
from qa_bot.language.listed_names import EntityKind, Span, name_end, name_parts
from qa_bot.language.numerals import read_roman
from qa_bot.language.suffix import noun_forms
from qa_bot.language.tokens import DASHES, Token, is_tight
from qa_bot.language.words import is_question_word, is_stop_word
from qa_bot.records import Lang

_TABLE: Final = Path(__file__).with_name("entity_words.tsv")
_CASES: Final = (
    "ның", "нің", "дың", "дің", "тың", "тің", "ға", "ге", "қа", "ке", "да", "де", "та", "те",
    "дан", "ден", "тан", "тен", "нан", "нен", "мен", "бен", "пен", "ды", "ді", "ты", "ті",
)  # fmt: skip
_HEADED: Final[tuple[EntityKind, ...]] = ("organisation", "place", "country")
_REACH: Final = 6  # words before the head that a name may begin at
_LONGEST_ABBREVIATION: Final = 8
_LONGEST_PERSON: Final = 3
_OPENING: Final = frozenset('«"“„')
_CLOSING: Final = frozenset('»"”“')
_SENTENCE_ENDS: Final = frozenset(".!?:;—–…")


def find_headed(tokens: Sequence[Token], lang: Lang) -> Iterator[Span]:
    """Find names that end with a telling word: "… министрлігі", "Каспий теңізі"; "… Bank", "Ministry of …"."""
    for at, token in enumerate(tokens):
        if not token.is_word:
            continue
        for kind in _HEADED:
            if token.lower in _head_forms(kind, lang):
                first = _reach_back(tokens, at, kind, lang)
                stop = at + 1 if lang == "kk" else _reach_on(tokens, at, kind)
                if first is not None and (first < at or stop > at + 1):
                    yield Span(kind, first, stop, name_end(tokens[stop - 1], lang))
                break


def find_abbreviations(tokens: Sequence[Token], lang: Lang) -> Iterator[Span]:
    """Find what is written in capitals throughout and is no numeral: names of organisations."""
    for at, token in enumerate(tokens):
        shouted = any(0 <= near < len(tokens) and _is_shouted(tokens[near]) for near in (at - 1, at + 1))
        if _is_shouted(token) and not shouted and len(token.text) <= _LONGEST_ABBREVIATION:
            if token.text in _words("not_organisation", lang) or read_roman(token.text) is not None:
                continue
            yield Span("organisation", at, at + 1, token.end)


def find_persons(tokens: Sequence[Token], lang: Lang, taken: Sequence[Span]) -> Iterator[Span]:
    """Find persons among the words with capitals that are not `taken` by other names."""
    held = {at for span in taken if span.kind != "person" for at in range(span.first, span.stop)}
    posts = {span.stop for span in taken if span.kind == "post"}
    for first, stop in _capital_runs(tokens, held, lang):
        words = [at for at in range(first, stop) if tokens[at].is_word]
        if not words or len(words) > _LONGEST_PERSON + 1 or not all(_is_of_script(tokens[at], lang) for at in words):
            continue  # in Kazakh text, Latin letters are brands
        start = first
        if _begins_sentence(tokens, first) and len(words) > 1 and not _is_name_part(tokens[first], lang):
            opener = is_stop_word(tokens[first].text, lang) or is_question_word(tokens[first].text, lang)
            if opener or tokens[first].lower in _words("opener", lang) or len(words) > 2:
                start, words = words[1], words[1:]
        if _is_person(tokens, words, stop, start in posts or _follows_title(tokens, start, lang), lang):
            yield Span("person", start, stop, name_end(tokens[stop - 1], lang))


def _is_person(tokens: Sequence[Token], words: Sequence[int], stop: int, introduced: bool, lang: Lang) -> bool:
    last = tokens[words[-1]]
    if introduced or any(len(tokens[at].text) == 1 for at in words[:-1]):
        return True
    if len(words) == 1:
        speaks = stop < len(tokens) and tokens[stop].lower in _words("speech", lang)
        return lang == "kk" and (speaks or (_is_surname(last) and not _begins_sentence(tokens, words[0])))
    if any(_is_name_part(tokens[at], lang) for at in words) or (lang == "kk" and _is_surname(last)):
        return True
    return not any(tokens[at].text.isupper() for at in words)


def _is_surname(token: Token) -> bool:
    """Whether the word ends as a surname does, with or without a case ending."""
    for ending in _words("surname", "kk"):
        at = token.lower.rfind(ending)
        if at >= 3 and token.lower in noun_forms(token.lower[: at + len(ending)]):
            return True
    return False


def _is_name_part(token: Token, lang: Lang) -> bool:
    parts = name_parts(lang)
    if token.lower in parts:
        return True
    if lang == "en":
        return token.lower.removesuffix("'s").removesuffix("’s") in parts
    return any(
        token.lower[:size] in parts and token.lower in noun_forms(token.lower[:size])
        for size in range(4, len(token.lower))
    )


def _capital_runs(tokens: Sequence[Token], held: set[int], lang: Lang) -> Iterator[tuple[int, int]]:
    """Runs of words that begin with capitals, tied by spaces, by hyphens or by the point of an initial."""
    at = 0
    while at < len(tokens):
        if at in held or not _is_capitalised(tokens[at]):
            at += 1
            continue
        first, at = at, at + 1
        while at < len(tokens) and at not in held:
            if _is_capitalised(tokens[at]) and not _ends_name(tokens[at - 1], lang):
                at += 1
            elif _links(tokens, at) and at + 1 not in held:
                at += 2
            else:
                break
        yield first, at


def _ends_name(token: Token, lang: Lang) -> bool:
    """A Kazakh word in a case, or an English one with 's, is the last of its name."""
    if lang == "en":
        return token.lower.endswith(("'s", "’s"))
    return token.lower.endswith(("ның", "нің", "дың", "дің", "тың", "тің", "мен", "пен"))


def _links(tokens: Sequence[Token], at: int) -> bool:
    if at + 1 >= len(tokens) or not _is_capitalised(tokens[at + 1]):
        return False
    hyphen = tokens[at].text in DASHES and is_tight(tokens, at) and is_tight(tokens, at + 1)
    return hyphen or (tokens[at].text == "." and len(tokens[at - 1].text) == 1 and is_tight(tokens, at))


def _is_capitalised(token: Token) -> bool:
    return token.is_word and token.text[0].isupper()


def _is_of_script(token: Token, lang: Lang) -> bool:
    return (token.text[0] >= "\u0400") == (lang == "kk")


def _is_shouted(token: Token) -> bool:
    return token.is_word and len(token.text) > 1 and token.text.isupper() and token.text.isalpha()


def _begins_sentence(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1].text if at else "."
    return before in _SENTENCE_ENDS or before in _OPENING or (before in DASHES and not is_tight(tokens, at))


def _follows_title(tokens: Sequence[Token], at: int, lang: Lang) -> bool:
    back = at - 2 if at > 1 and tokens[at - 1].text == "." else at - 1
    return lang == "en" and back >= 0 and tokens[back].lower in _words("title", lang)


def _reach_back(tokens: Sequence[Token], head: int, kind: EntityKind, lang: Lang) -> int | None:
    """Where the name that ends with a head begins: at quotation marks, or at the capitals before it."""
    if lang == "en":
        return _reach_back_english(tokens, head)
    at = head - 1
    lower = 0
    while at >= 0 and head - at <= _REACH:
        token = tokens[at]
        if token.text in _CLOSING:
            return next((back for back in range(at - 1, -1, -1) if tokens[back].text in _OPENING), None)
        if token.text in DASHES and is_tight(tokens, at):
            at -= 1
            continue
        if not token.is_word or _is_clause_word(token):
            return None
        if _is_capitalised(token):
            while at > 0 and _is_capitalised(tokens[at - 1]) and not _is_other_name(tokens[at - 1]):
                at -= 1
            doubtful = kind == "place" or is_stop_word(tokens[at].text, lang)
            return at + (doubtful and at < head - 1 and _begins_sentence(tokens, at))
        if kind != "organisation":
            return None
        lower += 1
        at -= 1
    return None


def _is_other_name(token: Token) -> bool:
    """Whether the word before a name is of another one: in a case, or a person's."""
    in_case = token.lower.endswith(_CASES) and token.lower not in _listed_words()
    return in_case or _is_name_part(token, "kk") or _is_surname(token)


@cache
def _listed_words() -> frozenset[str]:
    """The words of listed countries and places, some of which look like words in a case: Канада, Қазақстан."""
    kinds: tuple[EntityKind, ...] = ("country", "place")
    return frozenset(word for kind in kinds for name in gazetteer(kind, "kk") for word in name.lower().split())


def _is_clause_word(token: Token) -> bool:
    return token.lower in _words("speech", "kk") or token.lower in ("мен", "пен", "бен") or _ends_name(token, "kk")


def _reach_back_english(tokens: Sequence[Token], head: int) -> int | None:
    if not _is_capitalised(tokens[head]):
        return None
    at = head
    while at > 0 and _is_capitalised(tokens[at - 1]) and not _ends_name(tokens[at - 1], "en"):
        at -= 1
    while at < head and (tokens[at].lower in _words("opener", "en") or is_stop_word(tokens[at].text, "en")):
        at += 1
    return at


def _reach_on(tokens: Sequence[Token], head: int, kind: EntityKind) -> int:
    """Where an English name goes on to behind its head: "Ministry of Trade and Integration"."""
    at = head + 1
    if kind == "place" or at + 1 >= len(tokens) or tokens[at].lower not in ("of", "for"):
        return at
    several = tokens[head].lower in ("ministry", "department", "agency", "committee")  # of Trade and Integration
    stop = at
    while at < len(tokens) and tokens[at].is_word:
        if _is_capitalised(tokens[at]):
            stop = at + 1
        elif tokens[at].lower not in _words("joiner", "en") or (tokens[at].lower == "and" and not several):
            break
        at += 1
    return stop


@cache
def _head_forms(kind: EntityKind, lang: Lang) -> frozenset[str]:
    heads = _words(kind, lang)
    if lang == "en":
        return heads
    return frozenset(form for head in heads for form in noun_forms(head, possessed=True))


@cache
def _words(role: str, lang: Lang) -> frozenset[str]:
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{lang}\t{role}\t"):
            return frozenset(line.rpartition("\t")[2].split())
    return frozenset()
