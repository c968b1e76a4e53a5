"""Numbers in Kazakh and English text, in digits and in words: "1 200", "3,5 млрд", "5–6 million", "жеті жарым мың".

Kazakh writes a decimal comma and parts thousands with spaces, English a decimal point and commas; each is also read
the other way round where only one reading is possible.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from qa_bot.language.number_words import Numeral, add_half, number_table, read_word_group, scale_forms
from qa_bot.language.tokens import DASHES, Token, is_hyphenated, is_tight, join_tokens
from qa_bot.language.units import match_unit
from qa_bot.records import Lang

__all__ = ["Numeral", "parse_digits", "read_numeral", "read_roman", "write_roman"]

_GROUPED: Final = {separator: re.compile(rf"\d{{1,3}}(?:\{separator}\d{{3}})+") for separator in ",."}
_ORDINAL_ENDING: Final = re.compile(r"(?:[ыі]?н)?ш[ыі]")  # 3-ші, 3-інші, 9-шы, 10-ыншы
_ORDINAL_MARKS: Final = frozenset({"st", "nd", "rd", "th"})
_BACK_ENDINGS: Final = (
    "ның", "дың", "тың", "ға", "қа", "ны", "ды", "ты", "да", "та", "дан", "тан", "нан", "мен", "бен", "пен",
    "ы", "сы", "ын", "сын", "ының", "ына", "ында", "ынан", "дай", "тай", "дағы", "тағы", "дық", "лық", "тық",
)  # fmt: skip
_HYPHEN_ENDINGS: Final = (
    frozenset(_BACK_ENDINGS)
    | {ending.translate(str.maketrans("ыағқ", "іегк")) for ending in _BACK_ENDINGS}
    | {"еуі", "еу", "ауы", "ау"}
)
_MOST_DIGITS: Final = 15  # longer ones are keys and accounts, and in billions beyond what Decimal counts exactly
_EMPHATIC: Final = frozenset({"ақ"})
_SHORT_SCALES: Final = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}  # only where money or a count shows it
_ROMAN: Final = re.compile(r"(?=[XVI])X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10}
_TO_ROMAN: Final = str.maketrans("ІХ", "IX")  # Kazakh keyboards write the numerals with Cyrillic letters


def read_numeral(tokens: Sequence[Token], first: int, lang: Lang, *, priced: bool = False) -> Numeral | None:
    """Read the number, or the range of numbers, that begins at a token.

    `priced`: a currency sign stands before it, so "5m" is five million. Returns: None if no number begins there.
    """
    low = _read_single(tokens, first, lang, priced=priced)
    if low is None or (low.ordinal and lang == "kk"):
        return low
    high_at = _range_start(tokens, low, lang)
    high = None if high_at is None else _read_single(tokens, high_at, lang, priced=priced)
    if high is None or high.ordinal != low.ordinal or high.spelled != low.spelled:
        return low
    value = low.value
    if low.factor == 1 and value < high.value / high.factor:
        value *= high.factor
    elif low.factor == 1 < high.factor:
        return low  # "2019 – 5 million": no range
    if value >= high.value:
        return low
    base = (
        join_tokens(tokens, first, high.first) + high.base
        if tokens[low.stop].text in DASHES
        else low.base + (" to " if lang == "en" else "–") + high.base
    )
    return replace(high, value=value, upper=high.value, first=first, base=base)


def parse_digits(digits: str, lang: Lang, *, whole: bool = False) -> Decimal | None:
    """Read digits with the separators of the language. `whole`: what follows is counted one by one (1,200 адам).

    Returns: None if the separators allow no single reading (9,10,11).
    """
    plain = re.sub(r"\s", "", digits)
    if "," in plain and "." in plain:
        return _parse_mixed(plain)
    decimal, grouping = (",", ".") if lang == "kk" else (".", ",")
    if _GROUPED[grouping].fullmatch(plain) and plain[0] != "0":
        return Decimal(plain.replace(grouping, ""))
    if _GROUPED[decimal].fullmatch(plain) and plain[0] != "0" and (whole or plain.count(decimal) > 1):
        return Decimal(plain.replace(decimal, ""))
    return Decimal(plain.replace(",", ".")) if plain.count(decimal) + plain.count(grouping) <= 1 else None


def read_roman(word: str) -> int | None:
    """Read a Roman numeral up to 39, also one written with Cyrillic І and Х."""
    latin = word.translate(_TO_ROMAN)
    if not _ROMAN.fullmatch(latin):
        return None
    values = [_ROMAN_VALUES[letter] for letter in latin]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def write_roman(value: int) -> str:
    """Write a number from 1 to 39 in Roman numerals."""
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (value // 10) + ones[value % 10]


def _parse_mixed(plain: str) -> Decimal | None:
    """Read digits with points and commas: in either language the last separator parts off the decimals."""
    whole, decimal, decimals = max((plain.rpartition(mark) for mark in ",."), key=lambda parts: len(parts[0]))
    grouping = "." if decimal == "," else ","
    return Decimal(f"{whole.replace(grouping, '')}.{decimals}") if _GROUPED[grouping].fullmatch(whole) else None


def _range_start(tokens: Sequence[Token], low: Numeral, lang: Lang) -> int | None:
    """Where the second number of a range would begin."""
    at = low.stop
    if at + 1 >= len(tokens):
        return None
    if tokens[at].text in DASHES:
        before, after = is_tight(tokens, at), is_tight(tokens, at + 1)
        return at + 1 if before == after and (before or tokens[at].text != "-") else None
    if lang == "kk":
        to_follow = low.ending[-2:] in ("ан", "ен") and any(t.lower == "дейін" for t in tokens[at + 1 : at + 5])
        return at if to_follow else None
    between = low.first > 0 and tokens[low.first - 1].lower == "between"
    return at + 1 if tokens[at].lower == "to" or (between and tokens[at].lower == "and") else None


def _read_single(tokens: Sequence[Token], first: int, lang: Lang, *, priced: bool = False) -> Numeral | None:
    if first >= len(tokens):
        return None
    token = tokens[first]
    if lang == "kk" and first and tokens[first - 1].lower in number_table("kk", "indefinite"):
        return None  # ондаған мың: no thousand
    if token.is_digits and sum(map(str.isdigit, token.text)) <= _MOST_DIGITS:
        digits = _read_digits(tokens, first, lang)
        if digits is None:
            return None
        found = digits
    elif token.is_word:
        group = read_word_group(tokens, first, lang)
        if group is None and lang == "kk" and token.lower in scale_forms("kk"):
            group = Numeral(Decimal(1), first, first, "", spelled=True)  # мыңнан астам: a thousand without "one"
        if group is None:
            return None
        found = group
    else:
        return None
    if lang == "kk" and found.stop < len(tokens) and tokens[found.stop].lower in number_table("kk", "indefinite"):
        return None  # он мыңдаған: no ten
    return found if found.ordinal or found.ending else _scale(tokens, found, lang, priced=priced)


def _read_digits(tokens: Sequence[Token], first: int, lang: Lang) -> Numeral | None:
    token, at = tokens[first], first + 1
    following = tokens[at] if at < len(tokens) else None
    unit = match_unit(tokens, at, lang)
    value = parse_digits(token.text, lang, whole=unit is not None and unit.unit.kind == "count")
    if value is None:
        return None
    found = Numeral(value, first, at, token.text)
    if lang == "en":
        if following is not None and following.lower in _ORDINAL_MARKS and is_tight(tokens, at):
            return replace(found, stop=at + 1, ordinal=True, base=token.text + following.text)
        return add_half(tokens, found)
    if not is_hyphenated(tokens, at):
        return found
    word = tokens[at + 1]
    if mark := _ORDINAL_ENDING.match(word.lower):
        return replace(found, stop=at + 2, ordinal=True, base=f"{token.text}-{mark.group()}")
    if word.lower in _EMPHATIC:
        return replace(found, stop=at + 2)
    if word.lower in _HYPHEN_ENDINGS:
        return replace(found, stop=at + 2, ending=word.lower)
    return replace(found, ordinal=not word.text[0].isupper())  # 5-сынып: the fifth class; but 10-А


def _scale(tokens: Sequence[Token], found: Numeral, lang: Lang, *, priced: bool) -> Numeral:
    """Multiply by the word for thousand, million… that follows, and add the smaller number after it."""
    at, half = found.stop, Decimal(0)
    if lang == "kk" and at < len(tokens) and tokens[at].lower == "жарым":
        at, half = at + 1, Decimal("0.5")
        found = replace(found, value=found.value + half, stop=at, base=f"{found.base} жарым")
    elif lang == "en" and is_hyphenated(tokens, at):
        at += 1
    factor, ending = scale_forms(lang).get(tokens[at].lower, (0, "")) if at < len(tokens) else (0, "")
    if not factor and is_tight(tokens, at) and (priced or (lang == "en" and _are_several(tokens, at + 1))):
        factor = _SHORT_SCALES.get(tokens[at].lower, 0)
    if not factor:
        return found
    text = tokens[at].text
    scaled = replace(
        found,
        value=found.value * factor,
        stop=at + 1,
        base=join_tokens(tokens, found.first, at) + text[: len(text) - len(ending)],
        ending=ending,
        factor=factor,
    )
    if lang == "kk" and is_hyphenated(tokens, at + 1) and tokens[at + 2].lower in _HYPHEN_ENDINGS:
        return replace(scaled, stop=at + 3, ending=tokens[at + 2].lower)  # 3 млрд-қа
    return scaled if ending else _add_smaller(tokens, scaled, lang)


def _are_several(tokens: Sequence[Token], at: int) -> bool:
    """Whether English things counted or money come next, in the plural: 5m people, but a 5m bridge."""
    match = match_unit(tokens, at, "en")
    if match is None or match.unit.kind not in ("count", "money"):
        return False
    return match.unit.one == match.unit.many or match.base.lower() != match.unit.one


def _add_smaller(tokens: Sequence[Token], found: Numeral, lang: Lang) -> Numeral:
    """Add the rest of a number like "3 млн 200 мың", if what follows is one."""
    at = found.stop
    if lang == "en" and at < len(tokens) and tokens[at].lower == "and" and found.spelled:
        at += 1
    rest = _read_single(tokens, at, lang)
    if rest is None or not 1 <= rest.value < found.factor or rest.spelled != found.spelled:
        return found
    if not found.spelled and rest.factor == 1 and (found.factor > 1000 or rest.value < 100 or rest.ordinal):
        return found
    base = join_tokens(tokens, found.first, rest.first) + rest.base
    return replace(rest, value=found.value + rest.value, first=found.first, base=base)
