"""Numbers written in words, up to the thousands: "жиырма төрт", "он бірінші", "two hundred and fifty".

`numerals.tsv` lists the words. Kazakh number words come with case endings; those of бір are left out, because бірге,
бірде and бірі are other words, and so are онда (there) and жүзде (in the face).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from qa_bot.language.suffix import CASES, attach, noun_forms, possess
from qa_bot.language.tokens import Token, join_tokens
from qa_bot.records import Lang

_TABLE: Final = Path(__file__).with_name("numerals.tsv")
_OTHER_WORDS: Final = frozenset({"онда", "жүзді", "жүзде", "жүзбен", "елуде"})
_DECIMAL_PARTS: Final = {"оннан": 10, "жүзден": 100, "мыңнан": 1000}  # "бір бүтін оннан екі": one whole, two of ten
_SIMILATIVE: Final = ("дай", "дей", "тай", "тей")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number read from `tokens[first:stop]`.

    `base` is its text without a case ending, `ending` the case ending it carries ("" for none), `upper` the far end
    of a range. `spelled`: written in words; `factor`: the thousand or more that its last scale word multiplies by.
    """

    value: Decimal
    first: int
    stop: int
    base: str
    upper: Decimal | None = None
    ordinal: bool = False
    spelled: bool = False
    ending: str = ""
    factor: int = 1


def read_word_group(tokens: Sequence[Token], first: int, lang: Lang) -> Numeral | None:
    """Read the number below a thousand, or the ordinal, that begins at a word. Returns: None if none begins there."""
    return _read_kazakh(tokens, first) if lang == "kk" else _read_english(tokens, first)


@cache
def number_table(lang: Lang, kind: str) -> dict[str, Decimal]:
    """The words of a kind ("number", "scale", "ordinal", "collective", "indefinite") with their values."""
    rows = (line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {word: Decimal(value) for row_lang, row_kind, word, value in rows if (row_lang, row_kind) == (lang, kind)}


def find_indefinite(tokens: Sequence[Token], lang: Lang) -> list[Decimal]:
    """Find the amounts that only tell how large they are: "tens of thousands", "он мыңдаған" → 10000."""
    words, found = [token.lower for token in tokens], []
    indefinite, numbers = number_table(lang, "indefinite"), number_table(lang, "number")
    scales = {word: factor for word, (factor, ending) in scale_forms(lang).items() if not ending}
    at = 0
    while at < len(words):
        value = indefinite.get(words[at])
        before = tokens[at - 1] if at else None
        at += 1
        if value is None:
            continue
        if lang == "en":
            if before is not None and (before.is_digits or before.lower in numbers):
                continue  # five thousands
            if words[at : at + 1] == ["of"] and at + 1 < len(words) and words[at + 1] in indefinite:
                value, at = value * indefinite[words[at + 1]], at + 2
        else:
            value *= numbers.get(before.lower, 1) if before is not None else 1
            if at < len(words) and words[at] in scales:
                value, at = value * scales[words[at]], at + 1
        found.append(value)
    return found


@cache
def scale_forms(lang: Lang) -> dict[str, tuple[int, str]]:
    """Every form of the words for thousand, million… → (factor, case ending)."""
    factors = {word: 10 ** int(power) for word, power in number_table(lang, "scale").items()}
    if lang == "en":
        return {word: (factor, "") for word, factor in factors.items()}
    latin = {word: (factor, "") for word, (factor, _) in scale_forms("en").items() if not word.endswith("s")}
    return latin | {form: (factor, ending) for word, factor in factors.items() for form, ending in _case_forms(word)}


def _case_forms(word: str) -> list[tuple[str, str]]:
    """The forms of a Kazakh number word, each with its ending: bare, in the six cases, and -дай (about)."""
    inflected = (attach(word, case) for case in CASES)
    endings = [form[len(word) :] for form in inflected if "-" not in form]
    return [(word, "")] + [(word + ending, ending) for ending in (*endings, *_SIMILATIVE)]


@cache
def _kazakh_numbers() -> dict[str, tuple[Decimal, str]]:
    forms = {
        form: (value, ending)
        for word, value in number_table("kk", "number").items()
        if word != "бір"
        for form, ending in _case_forms(word)
        if form not in _OTHER_WORDS and not (word == "он" and ending in _SIMILATIVE)
    }
    return forms | {"бір": (Decimal(1), "")}


@cache
def _kazakh_ordinals() -> dict[str, tuple[Decimal, str]]:
    return {
        form: (value, ending)
        for word, value in number_table("kk", "ordinal").items()
        for form, ending in (*_case_forms(word), *noun_forms(possess(word), possessed=True).items())
        if ending[-2:] not in ("ан", "ен")  # біріншіден: firstly
    }


def _read_kazakh(tokens: Sequence[Token], first: int) -> Numeral | None:
    total, at, ending = Decimal(0), first, ""
    room = 1000  # the next word has to be smaller than the place that the one before it left
    numbers, ordinals = _kazakh_numbers(), _kazakh_ordinals()
    while at < len(tokens) and tokens[at].is_word and not ending:
        word = tokens[at].lower
        if word in ordinals and (ordinals[word][0] < room or at == first):
            value, ending = ordinals[word]
            total = total * 100 if value == 100 and total else total + value
            return Numeral(total, first, at + 1, _base(tokens, first, at, ending), ordinal=True, spelled=True)
        if word not in numbers:
            break
        value, ending = numbers[word]
        if value == 100 and 0 < total < 10:
            total *= 100
        elif value < room:
            total += value
        else:
            ending = ""
            break
        room = 100 if value == 100 else 10 if value >= 10 else 1
        at += 1
    if at == first:
        collective = number_table("kk", "collective").get(tokens[first].lower)
        if collective is None:
            return None
        return Numeral(collective, first, first + 1, tokens[first].text, spelled=True)
    group = Numeral(total, first, at, _base(tokens, first, at - 1, ending), spelled=True, ending=ending)
    return _add_decimals(tokens, group)


def _base(tokens: Sequence[Token], first: int, last: int, ending: str) -> str:
    text = tokens[last].text
    return join_tokens(tokens, first, last) + text[: len(text) - len(ending)]


def _add_decimals(tokens: Sequence[Token], whole: Numeral) -> Numeral:
    """Read on over "бүтін оннан бес" (and five tenths)."""
    at = whole.stop
    if at + 2 >= len(tokens) or tokens[at].lower != "бүтін" or tokens[at + 1].lower not in _DECIMAL_PARTS:
        return whole
    part = _read_kazakh(tokens, at + 2)
    if part is None or part.ordinal:
        return whole
    value = whole.value + part.value / _DECIMAL_PARTS[tokens[at + 1].lower]
    base = join_tokens(tokens, whole.first, at + 2) + part.base
    return Numeral(value, whole.first, part.stop, base, spelled=True, ending=part.ending)


def _read_english(tokens: Sequence[Token], first: int) -> Numeral | None:
    if tokens[first].lower in ("a", "an", "half"):
        return _read_english_article(tokens, first)
    numbers, ordinals = number_table("en", "number"), number_table("en", "ordinal")
    total, at = Decimal(0), first
    while at < len(tokens):
        word_at = at + (at > first and _joins(tokens, at, total))
        word = tokens[word_at].lower
        if word in numbers and (at == first or _fits(total, numbers[word])):
            total += numbers[word]
        elif word == "hundred" and 0 < total < 100:
            total *= 100
        elif word in ordinals and (at == first or _fits(total, ordinals[word])):
            text = join_tokens(tokens, first, word_at) + tokens[word_at].text
            return Numeral(total + ordinals[word], first, word_at + 1, text, ordinal=True, spelled=True)
        else:
            break
        at = word_at + 1
    if at == first:
        return None
    group = Numeral(total, first, at, join_tokens(tokens, first, at - 1) + tokens[at - 1].text, spelled=True)
    return add_half(tokens, group)


def _joins(tokens: Sequence[Token], at: int, total: Decimal) -> bool:
    """Whether a hyphen (twenty-four) or an "and" (two hundred and four) links two words of one number."""
    if at + 1 >= len(tokens):
        return False
    if tokens[at].text == "-":
        return total % 100 >= 20 and total % 10 == 0
    return tokens[at].lower == "and" and total > 0 and total % 100 == 0


def _fits(total: Decimal, value: Decimal) -> bool:
    return total > 0 and (total % 100 == 0 or (total % 100 >= 20 and total % 10 == 0 and 0 < value < 10))


def add_half(tokens: Sequence[Token], whole: Numeral) -> Numeral:
    """Read on over "and a half"."""
    at = whole.stop
    if whole.ordinal or [token.lower for token in tokens[at : at + 3]] != ["and", "a", "half"]:
        return whole
    text = join_tokens(tokens, whole.first, at + 2) + tokens[at + 2].text
    return Numeral(whole.value + Decimal("0.5"), whole.first, at + 3, text, spelled=whole.spelled)


def _read_english_article(tokens: Sequence[Token], first: int) -> Numeral | None:
    """Read "a hundred", "a dozen", "a million", "half a million"; scale words are multiplied by the caller."""
    words = [token.lower for token in tokens[first : first + 3]]
    if words[0] == "half":
        if len(words) < 3 or words[1] not in ("a", "an"):
            return None
        return Numeral(Decimal("0.5"), first, first + 2, join_tokens(tokens, first, first + 2).rstrip(), spelled=True)
    if len(words) < 2:
        return None
    value = {"hundred": Decimal(100), "dozen": Decimal(12)}.get(words[1])
    if value is not None:
        return Numeral(value, first, first + 2, join_tokens(tokens, first, first + 2).rstrip(), spelled=True)
    is_scale = words[1] in scale_forms("en") and len(words[1]) > 5
    return Numeral(Decimal(1), first, first + 1, tokens[first].text, spelled=True) if is_scale else None
