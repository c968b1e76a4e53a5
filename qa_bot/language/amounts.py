"""Amounts of money, shares, measures, counts, durations and ordinals in Kazakh and English text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from qa_bot.language.dates import counts_what_follows, match_bare_year
from qa_bot.language.number_words import Numeral, number_table
from qa_bot.language.numerals import read_numeral, read_roman
from qa_bot.language.suffix import noun_forms, possess
from qa_bot.language.tokens import DASHES, Token, is_hyphenated, is_tight, join_tokens
from qa_bot.language.units import Bound, Found, Unit, UnitMatch, find_unit, make_quantity, match_unit
from qa_bot.records import Lang

_SIGNS: Final = {"$": "dollar", "€": "euro", "₸": "tenge", "£": "pound", "¥": "yen", "₽": "rouble"}
_AFTER_KAZAKH: Final[dict[str, Bound]] = {  # after the ablative, those of nearness the dative: 3 млрд-қа жуық
    "астам": "over", "аса": "over", "артық": "over", "көп": "over", "кем": "under", "аз": "under",
    "жуық": "near", "таяу": "near", "жақын": "near", "тарта": "near", "шамасында": "about",
}  # fmt: skip
_BEFORE: Final[dict[Lang, dict[tuple[str, ...], Bound]]] = {
    "kk": {
        ("шамамен",): "about", ("кемінде",): "least", ("кем", "дегенде",): "least", ("ең", "кемі"): "least",
        ("ең", "көбі"): "most",
    },
    "en": {
        ("more", "than"): "over", ("over",): "over", ("above",): "over", ("exceeding",): "over",
        ("less", "than"): "under", ("fewer", "than"): "under", ("under",): "under", ("below",): "under",
        ("nearly",): "near", ("almost",): "near", ("about",): "about", ("around",): "about", ("some",): "about",
        ("approximately",): "about", ("roughly",): "about", ("at", "least"): "least",
        ("at", "most"): "most",
    },
}  # fmt: skip
_REVERSED: Final[dict[Bound, Bound]] = {"over": "most", "under": "least"}  # no more than, 5-тен кем емес
_NOT_OVER: Final = re.compile(r"аспа(?:й|у|ды|ған|с)\w*")  # 5-тен аспайды, аспауы керек; not аспан, the sky
_MINUS_SIGNS: Final = frozenset("-−–")
_NO_ADJECTIVE: Final = frozenset(
    {"of", "and", "in", "to", "the", "a", "an", "at", "by", "for", "from", "on", "or", "with", "that", "is", "are",
     "was", "were", "will", "has", "have", "had", "as", "per", "years", "when", "while", "after", "before", "its"}
)  # fmt: skip
_ADJECTIVE_ENDINGS: Final = ("лық", "лік", "дық", "дік", "тық", "тік", "лы", "лі", "ды", "ді", "ты", "ті", "дай", "дей")
_ADJECTIVES: Final = frozenset(
    {"ірі", "жаңа", "үлкен", "кіші", "ортақ", "басқа", "түрлі", "бірлескен", "шағын", "орта"}
)
_PERIOD_MARKS: Final = frozenset(
    {"first", "second", "last", "бірінші", "екінші", "алғашқы", "соңғы"}
)  # the second half
_YEAR_MARKS: Final = frozenset({"in", "since", "by", "until", "of", "during", "before", "after", "year", "from"})
_HALVED: Final = frozenset({"a", "an", "year", "hour", "century", "time", "dozen"})  # half an hour: no share
_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}


def match_amount(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Find the amount, share, measure, count, duration or ordinal that begins at a token; None if there is none."""
    token = tokens[first]
    if token.text in _SIGNS or (token.is_word and token.text.isupper()):
        found = _match_priced(tokens, first, lang) or _match_roman(tokens, first, lang)
        if found:
            return found
    if _is_part_of_name(tokens, first):
        return None
    if fraction := _match_fraction(tokens, first, lang):
        return fraction
    if multiple := _match_multiple(tokens, first, lang):
        return multiple
    if lang == "kk" and [token.lower for token in tokens[first : first + 2]] == ["алғаш", "рет"]:
        return make_quantity(tokens, first, first + 2, "ordinal", Decimal(1))
    numeral = read_numeral(tokens, first, lang)
    if numeral is None:
        return None
    if numeral.ordinal:
        return _match_ordinal(tokens, numeral, lang)
    before = tokens[first - 1].lower if first else ""
    if lang == "en" and before in _YEAR_MARKS:
        counted = counts_what_follows(tokens, numeral, lang, introduced=before != "of")  # a total of 2000 people
        year = None if counted else match_bare_year(tokens, numeral, introduced=True)
        if year:
            return year
    return _match_counted(tokens, numeral, lang) or _match_bare(tokens, numeral, lang)


def _match_multiple(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Read "twice" and "threefold"."""
    word = tokens[first].lower
    if lang == "kk" or not (word == "twice" or word.endswith("fold")):
        return None
    value = Decimal(2) if word == "twice" else number_table("en", "number").get(word.removesuffix("fold"))
    if value is None:
        return None
    return _bind(tokens, make_quantity(tokens, first, first + 1, "count", value, "fold"), first, "", lang)


def _is_part_of_name(tokens: Sequence[Token], first: int) -> bool:
    """Digits glued to letters name a thing: COVID-19, Ту-154, 5G."""
    if not tokens[first].is_digits:
        return False
    tied = first > 1 and tokens[first - 1].text in DASHES and is_tight(tokens, first) and is_tight(tokens, first - 1)
    if tied and tokens[first - 2].is_word:
        return len(tokens[first].text) != 4  # Экспо-2017 still tells a year
    if is_tight(tokens, first) and tokens[first - 1].is_word:
        return True
    following = tokens[first + 1] if is_tight(tokens, first + 1) else None
    return following is not None and following.is_word and len(following.text) == 1 and following.text in "GKDАВСD"


def _match_priced(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Read an amount after its currency: "$3bn", "US$ 5m", "USD 3 billion"."""
    at, key = first + 1, _SIGNS.get(tokens[first].text, "")
    if not key and tokens[first].text in ("US", "U.S.", "АҚШ") and at < len(tokens) and tokens[at].text == "$":
        at, key = at + 1, "USD"
    elif not key:
        unit = match_unit(tokens, first, "en")
        if unit is None or unit.unit.kind != "money" or len(tokens[first].text) != 3:
            return None
        key = unit.unit.key
    numeral = read_numeral(tokens, at, lang, priced=True) if at < len(tokens) and tokens[at].is_digits else None
    if numeral is None or numeral.ordinal:
        return None
    text = join_tokens(tokens, first, at) + numeral.base
    found = make_quantity(tokens, first, numeral.stop, "money", numeral.value, key, text=text, upper=numeral.upper)
    return _bind(tokens, found, first, numeral.ending, lang)


def _match_roman(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Read a Roman numeral as the ordinal that it stands for: "III форум", "World War II"."""
    value = read_roman(tokens[first].text)
    if value is None or (lang == "en" and len(tokens[first].text) == 1):
        return None
    if lang == "kk" and (quarter := _match_quarter(tokens, first, first + 1, Decimal(value))):
        return quarter
    if len(tokens[first].text) == 1 and not (first + 1 < len(tokens) and tokens[first + 1].is_word):
        return None
    return make_quantity(tokens, first, first + 1, "ordinal", Decimal(value))


def _match_ordinal(tokens: Sequence[Token], numeral: Numeral, lang: Lang) -> Found | None:
    if lang == "kk":
        if quarter := _match_quarter(tokens, numeral.first, numeral.stop, numeral.value):
            return quarter
    elif numeral.stop < len(tokens) and tokens[numeral.stop].lower == "quarter":
        return make_quantity(tokens, numeral.first, numeral.stop + 1, "ordinal", numeral.value, "quarter")
    return make_quantity(tokens, numeral.first, numeral.stop, "ordinal", numeral.value, text=numeral.base)


def _match_quarter(tokens: Sequence[Token], first: int, at: int, value: Decimal) -> Found | None:
    """Read "бірінші тоқсан", the first quarter; alone тоқсан would be ninety."""
    at += is_hyphenated(tokens, at)
    ending = noun_forms("тоқсан").get(tokens[at].lower) if at < len(tokens) else None
    if ending is None or value > 4:
        return None
    text = join_tokens(tokens, first, at) + tokens[at].text[: len(tokens[at].text) - len(ending)]
    return make_quantity(tokens, first, at + 1, "ordinal", value, "quarter", text=text)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The unit of a number: where it stops, its base text from token `first` on, and its case ending."""

    unit: Unit
    stop: int
    text: str
    ending: str
    bound: Bound = ""


def _match_counted(tokens: Sequence[Token], numeral: Numeral, lang: Lang) -> Found | None:
    counted = _read_unit(tokens, numeral, lang)
    tied = is_tight(tokens, numeral.first - 1) and tokens[numeral.first - 1].text in DASHES
    if counted is None or (tied and numeral.value == 1):
        return None  # бірде-бір мекеме: not a single institution
    unit = counted.unit
    text = join_tokens(tokens, numeral.first, numeral.stop)
    if lang == "en" and is_hyphenated(tokens, numeral.stop):  # a five-year plan: it lasts five years
        plural = unit.one if numeral.value == 1 else unit.many
        text, counted = f"{numeral.base} ", replace(counted, text=plural)
    elif numeral.upper:
        text = numeral.base + " " * (tokens[numeral.stop].start > tokens[numeral.stop - 1].end)
    found = make_quantity(
        tokens, numeral.first, counted.stop, unit.kind, numeral.value, unit.key,
        text=text + counted.text, upper=numeral.upper, bound=counted.bound,
    )  # fmt: skip
    return _bind(tokens, found, numeral.first, counted.ending, lang)


def _read_unit(tokens: Sequence[Token], numeral: Numeral, lang: Lang) -> _Counted | None:
    """Read what a number counts, over "астам" (200-ден астам адам) and up to two adjectives (12 жаңа құжат)."""
    at, bound = numeral.stop, _similative(numeral.ending)
    if at >= len(tokens):
        return None
    if lang == "kk" and numeral.ending and (after := _read_bound(tokens, at, numeral.ending)):
        bound, at, _ = after
    elif lang == "en" and is_hyphenated(tokens, at):
        at += 1
    if at >= len(tokens):
        return None
    if tokens[at].text == "%" or tokens[at].text in _SIGNS:
        unit = find_unit(_SIGNS.get(tokens[at].text, "%"))
        hyphen = lang == "kk" and is_hyphenated(tokens, at + 1)
        head = join_tokens(tokens, numeral.stop, at)
        ending = tokens[at + 2].lower if hyphen else ""
        return _Counted(unit, at + 1 + 2 * hyphen, head + tokens[at].text, ending, bound) if unit else None
    for skipped in range(3):
        if skipped and not _is_adjective(tokens, at + skipped - 1, lang):
            return None
        match = match_unit(tokens, at + skipped, lang)
        if match and lang == "en" and at == numeral.stop and _is_lone(match, numeral):
            return None
        if match and not (skipped and match.unit.kind != "count"):
            text = join_tokens(tokens, numeral.stop, at + skipped) + match.base
            return _Counted(match.unit, match.stop, text, match.ending, bound)
    return None


def _is_lone(match: UnitMatch, numeral: Numeral) -> bool:
    """Whether an English unit is in the singular though the number is not one: "the 2018 agreement"."""
    unit = match.unit
    return unit.kind == "count" and unit.one != unit.many and match.base.lower() == unit.one and numeral.value != 1


def _read_bound(tokens: Sequence[Token], at: int, ending: str) -> tuple[Bound, int, str] | None:
    """Read the words after a Kazakh amount that tell how exact it is. Returns: the bound, where it stops, its base.

    "More than" and "less than" follow the ablative; after the dative they compare (5 пайызға көп: more by 5 percent).
    """
    if at >= len(tokens):
        return None
    word, ablative = tokens[at].lower, ending.endswith(("ан", "ен"))
    if ablative and _NOT_OVER.fullmatch(word):
        return "most", at + 1, "аспайды"
    bound = _AFTER_KAZAKH.get(word)
    if bound is None or (bound in _REVERSED and not ablative):
        return None
    denied = at + 1 < len(tokens) and tokens[at + 1].lower.startswith(("емес", "болма"))
    return (_REVERSED[bound], at + 2, f"{word} емес") if denied and bound in _REVERSED else (bound, at + 1, word)


def _similative(ending: str) -> Bound:
    return "about" if ending in ("дай", "дей", "тай", "тей") else ""


def _is_adjective(tokens: Sequence[Token], at: int, lang: Lang) -> bool:
    if at >= len(tokens) or not tokens[at].is_word:
        return False
    word = tokens[at].lower
    if lang == "kk":
        return word in _ADJECTIVES or (len(word) > 4 and word.endswith(_ADJECTIVE_ENDINGS))
    return word not in _NO_ADJECTIVE and len(word) > 2


def _match_bare(tokens: Sequence[Token], numeral: Numeral, lang: Lang) -> Found | None:
    """Read a number whose unit is not known, or none."""
    before = tuple(token.lower for token in tokens[max(0, numeral.first - 2) : numeral.first])
    if lang == "en" and (before == ("age", "of") or before[-1:] in (("age",), ("aged",))):
        return make_quantity(tokens, numeral.first, numeral.stop, "duration", numeral.value, "age", upper=numeral.upper)
    bounded = lang == "kk" and numeral.ending and _read_bound(tokens, numeral.stop, numeral.ending)
    counted = bounded or counts_what_follows(tokens, numeral, lang)  # 2000-нан астам трактор
    if not counted and (year := match_bare_year(tokens, numeral)):
        return year
    if numeral.spelled and (numeral.stop == numeral.first + 1 and _means_more(tokens[numeral.first], numeral)):
        return None
    found = make_quantity(
        tokens, numeral.first, numeral.stop, "count", numeral.value, text=numeral.base, upper=numeral.upper,
        bound=_similative(numeral.ending),
    )  # fmt: skip
    return _bind(tokens, found, numeral.first, numeral.ending, lang)


def _means_more(token: Token, numeral: Numeral) -> bool:
    """бір, жүз, тоқсан, мың, жарты, one: alone they are as often a pronoun, a face, a season, a lot."""
    return token.lower in ("бір", "жүз", "тоқсан", "мың", "жарты", "one") or (
        numeral.value in (100, 1000) and token.lower.startswith(("жүз", "мың"))
    )


def _bind(tokens: Sequence[Token], found: Found, first: int, ending: str, lang: Lang) -> Found:
    """Take in the words before or after that tell how exact the number is."""
    quantity, stop = found.quantity, found.stop
    if quantity.value is not None and _is_negated(tokens, first):
        first -= 1
        text = join_tokens(tokens, first, first + 1) + quantity.text
        quantity = replace(quantity, value=-quantity.value, text=text, start=tokens[first].start)
    if lang == "kk" and stop < len(tokens) and (ending or tokens[stop].lower == "шамасында"):
        after = _read_bound(tokens, stop, ending)
        if after:
            text = join_tokens(tokens, first, stop) + after[2]
            bound, stop, _ = after
            quantity = replace(quantity, bound=bound, end=tokens[stop - 1].end, text=text)
    for words, bound in _BEFORE[lang].items():
        start = first - len(words)
        if start >= 0 and tuple(token.lower for token in tokens[start:first]) == words:
            said = bound
            if start and tokens[start - 1].lower in ("no", "not") and bound in _REVERSED:
                start, said = start - 1, _REVERSED[bound]
            text = join_tokens(tokens, start, first) + quantity.text
            quantity = replace(quantity, bound=said, start=tokens[start].start, text=text)
    return Found(quantity, stop)


def _is_negated(tokens: Sequence[Token], first: int) -> bool:
    """Whether the word minus, or a dash that touches the number alone, stands before it: −15, but 5-15 and 5 - 15."""
    if not first or tokens[first - 1].lower in ("minus", "минус"):
        return first > 0
    after_another = first > 1 and (tokens[first - 2].is_digits or tokens[first - 2].text in DASHES)
    if after_another or tokens[first - 1].text not in _MINUS_SIGNS:
        return False
    signed = tokens[first].is_digits or tokens[first].text in _SIGNS
    return signed and is_tight(tokens, first) and not is_tight(tokens, first - 1)


def _match_fraction(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Read a part of a whole as a percentage: "үштен бірі", "жартысы", "two thirds", "half"."""
    before = tokens[first - 1].lower if first else ""
    if before in _PERIOD_MARKS or before in DASHES:
        return None
    if lang == "kk":
        return _match_kazakh_fraction(tokens, first)
    token, at, top = tokens[first], first, Decimal(1)
    if token.lower in ("a", "one") or token.lower in number_table("en", "number"):
        top = number_table("en", "number").get(token.lower, Decimal(1))
        at += 1 + is_hyphenated(tokens, first + 1)
    if at >= len(tokens) or (at > first and tokens[at].lower == "half" and token.lower not in ("a", "one")):
        return None
    word = tokens[at].lower
    part = _PARTS.get(word.removesuffix("s") if top > 1 else word)
    if part is None or (at == first and word != "half"):
        return None
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if following in _HALVED or following in DASHES:
        return None
    return _make_share(tokens, first, at + 1, top, Decimal(part), lang)


def _match_kazakh_fraction(tokens: Sequence[Token], first: int) -> Found | None:
    ending = noun_forms("жартысы", possessed=True).get(tokens[first].lower)
    if ending is not None:
        return _make_share(tokens, first, first + 1, Decimal(1), Decimal(2), "kk", "жартысы", ending)
    part = read_numeral(tokens, first, "kk")
    if part is None or not part.spelled or part.ending[-2:] not in ("ан", "ен") or part.stop >= len(tokens):
        return None
    word = tokens[part.stop].lower
    for name, value in number_table("kk", "number").items():
        possessed = possess(name)
        following = tokens[part.stop + 1].lower if part.stop + 1 < len(tokens) else ""
        if word == name and following.startswith(("бөліг", "бөлік")):
            possessed = name  # төрттен бір бөлігі
        ending = "" if word == possessed else noun_forms(possessed, possessed=True).get(word)
        if ending is None:
            continue
        if 1 <= value < part.value and value < 10:
            text = join_tokens(tokens, first, part.stop) + possessed
            return _make_share(tokens, first, part.stop + 1, value, part.value, "kk", text, ending)
    return None


def _make_share(
    tokens: Sequence[Token],
    first: int,
    stop: int,
    top: Decimal,
    part: Decimal,
    lang: Lang,
    text: str = "",
    ending: str = "",
) -> Found:
    value = (100 * top / part).quantize(Decimal("0.01"))
    return _bind(tokens, make_quantity(tokens, first, stop, "percent", value, "share", text=text), first, ending, lang)
