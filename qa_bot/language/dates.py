"""Dates, years, decades and centuries in Kazakh and English text."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from qa_bot.language.months import CalendarName, read_calendar_name
from qa_bot.language.number_words import Numeral
from qa_bot.language.numerals import read_numeral, read_roman
from qa_bot.language.suffix import noun_forms
from qa_bot.language.tokens import DASHES, Token, is_hyphenated, is_tight, join_tokens
from qa_bot.language.units import Found, make_quantity, match_unit
from qa_bot.language.words import is_stop_word
from qa_bot.records import Lang

_BARE_YEARS: Final = range(1800, 2101)  # a bare number among them is read as a year
_INTRODUCED_YEARS: Final = range(1000, 2101)  # the same after "in", "since"
_DATED_YEARS: Final = range(1000, 10000)  # the same beside a month or the word for year
_AD_YEARS: Final = range(1, 10000)
_NOT_COUNTED: Final = re.compile(  # 2012 жазғы топтама, 1968 басылды, 2016 олимпиадасында: the number is a year
    r"жыл\w*|\w+(?:[ғгқк][ыі]|[дт][ыі]|с[ыі](?:н[аеыі]?|н[дт][аеыі]|н[аеыі][нң]|мен)?)"
)
_ALSO_OTHERS: Final = frozenset({"won", "sum"})  # currencies, but in 2019 won the cup
_MONTH_INTRODUCERS: Final = frozenset(
    {"in", "since", "by", "until", "from", "of", "last", "next", "this", "early", "late"}
)
_LASTING: Final = frozenset({"бұрын", "бойы", "ішінде", "астам", "аса", "жуық"})  # 1500 жыл бұрын: a duration
_BEFORE_CHRIST: Final = re.compile(r"(?:б\. ?[зэ]\. ?[бд]\.|біздің (?:заман|дәуір)\w* дейінгі) ?$", re.IGNORECASE)
_OUR_ERA: Final = re.compile(r"б\. ?з\. ?$", re.IGNORECASE)
_NUMERIC_DATE: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def match_date(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Find the date, year, decade, century or weekday that begins at a token; None if there is none.

    A year stands alone as kind "year"; the others are of kind "date", with the units "decade", "century" and
    "weekday" for what has no (year, month, day).
    """
    token = tokens[first]
    if token.is_digits and (numeric := _match_numeric(tokens, first)):
        return numeric
    after_christ = read_numeral(tokens, first + 1, lang) if token.text == "AD" else None
    if after_christ and not after_christ.upper and _is_written_year(tokens, after_christ, _AD_YEARS):
        date = (int(after_christ.value), None, None)
        return make_quantity(tokens, first, after_christ.stop, "year", after_christ.value, date=date)
    if token.is_word:
        named = _match_roman_century(tokens, first, lang) or _match_month(tokens, first, lang)
        if named or (named := _match_weekday(tokens, first, lang)):
            return named
    numeral = read_numeral(tokens, first, lang)
    if numeral is None or numeral.value % 1:
        return None
    return _match_kazakh(tokens, numeral) if lang == "kk" else _match_english(tokens, numeral)


def match_bare_year(tokens: Sequence[Token], numeral: Numeral, *, introduced: bool = False) -> Found | None:
    """Read a number of four digits that counts nothing as a year, or a range of two as years.

    `introduced`: a word like "since" stands before it, so it may also be earlier than 1800.
    """
    if not _is_written_year(tokens, numeral, _INTRODUCED_YEARS if introduced else _BARE_YEARS):
        return None
    return _make_year(tokens, numeral, numeral.stop, numeral.base)


def counts_what_follows(tokens: Sequence[Token], numeral: Numeral, lang: Lang, *, introduced: bool = False) -> bool:
    """Tell whether a number that might be a year counts the noun after it: "1900 трактор", "2030 tractors".

    `introduced`: what stands before it asks for a year, so that "in 2019 companies paid" names one, and only a number
    that is hardly a year or a unit like tonnes speaks against it.
    """
    at, before = numeral.stop, tokens[numeral.first - 1].text if numeral.first else ""
    if at >= len(tokens) or (before in DASHES and is_tight(tokens, numeral.first)):
        return False  # ЭКСПО-2017 көрмесі
    if lang == "kk":
        named = before.isascii() and before.istitle()  # Expo 2017 көрмесі
        ranged = numeral.ending or numeral.upper  # 2030-ға дейін, 2025-2026 оқу жылы
        word = tokens[at].text
        plain = word.islower() and not is_tight(tokens, at) and not is_stop_word(word, "kk")
        return plain and not (named or ranged or _NOT_COUNTED.fullmatch(word))
    likely = introduced and numeral.value in _BARE_YEARS
    if unit := match_unit(tokens, at, "en"):
        alone = unit.unit.one != unit.unit.many and unit.base.lower() == unit.unit.one
        return not alone and unit.base.lower() not in _ALSO_OTHERS and not (likely and unit.unit.kind == "count")
    free = introduced or not before or (before.islower() and before != "the")  # the 2019 elections, Expo 2017 visitors
    return not likely and free and _is_plural(tokens, at)


def _is_plural(tokens: Sequence[Token], at: int) -> bool:
    """Whether an English word looks like a noun in the plural, and not like a verb with its object after it."""
    word = tokens[at].text
    if not word.islower() or len(word) < 5 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return False
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    return following not in ("a", "an", "the", "its", "his", "her", "their")


def _match_numeric(tokens: Sequence[Token], first: int) -> Found | None:
    """Read 12.12.2025 and 2025-12-05."""
    if match := _NUMERIC_DATE.fullmatch(tokens[first].text):
        day, month, year = map(int, match.groups())
        stop = first + 1
    elif match := _ISO_DATE.fullmatch(join_tokens(tokens, first, first + 5).rstrip()):
        year, month, day = map(int, match.groups())
        stop = first + 5
    else:
        return None
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return make_quantity(tokens, first, stop, "date", None, date=(year, month, day))


def _match_weekday(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    day = read_calendar_name(tokens, first, "weekday", lang)
    if day is None:
        return None
    return make_quantity(tokens, first, first + 1, "date", Decimal(day.number), "weekday", text=day.base)


def _match_month(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Read "December 5, 2025", "December 2025", and a month alone: "желтоқсанда"."""
    month = read_calendar_name(tokens, first, "month", lang)
    if month is None:
        return None
    if lang == "en":
        day = read_numeral(tokens, month.stop, lang)
        if day and _is_day(day) and not (day.spelled and not day.ordinal):
            return _make_day(tokens, day, month, first, _read_year(tokens, day.stop, lang))
        if year := _read_year(tokens, month.stop, lang):
            return make_quantity(tokens, first, year.stop, "date", None, date=(int(year.value), month.number, None))
    alone = len(tokens) == month.stop
    introduced = lang == "en" and (alone if first == 0 else tokens[first - 1].lower in _MONTH_INTRODUCERS)
    if month.unsure and not introduced:
        return None
    return make_quantity(tokens, first, month.stop, "date", None, text=month.base, date=(None, month.number, None))


def _match_kazakh(tokens: Sequence[Token], numeral: Numeral) -> Found | None:
    at = _skip_hyphen(tokens, numeral.stop)
    if _is_day(numeral):
        if month := read_calendar_name(tokens, at, "month", "kk"):
            inflected = not tokens[month.stop - 1].lower.endswith(month.base.split()[-1].lower())
            year = None if inflected else _read_year(tokens, month.stop, "kk")  # 12 желтоқсанда 1500 адам
            return _make_day(tokens, numeral, month, at, year)
        if century := _match_century(tokens, numeral, at):
            return century
    word = tokens[at] if at < len(tokens) else None
    ending = None if word is None else "" if word.lower == "ж" else "дары" if word.lower == "жж" else _year_ending(word)
    before_christ = _is_before_christ(tokens, numeral.first)
    if word is None or ending is None or (numeral.value < 10 and not (before_christ or ending == "ы")):
        return None
    stop = at + 1
    if len(word.text) <= 2 and stop < len(tokens) and tokens[stop].text == "." and is_tight(tokens, stop):
        stop += 1
    if ending.startswith("дар") and numeral.upper is None and numeral.value % 10 == 0:
        value = numeral.value + 1900 if numeral.value < 100 else numeral.value
        text = f"{join_tokens(tokens, numeral.first, at)}{word.text[:1]}ылдары"
        return make_quantity(tokens, numeral.first, stop, "date", value, "decade", text=text)
    if not before_christ and not _is_calendar_year(tokens, numeral, stop, ending):
        return None
    kept = len(word.text) - len(ending) + (3 if ending.startswith("дар") else 0)
    text = join_tokens(tokens, numeral.first, at) + word.text[:kept]
    if ending == "дан" and (span := _match_year_span(tokens, numeral, stop)):
        return span
    return _match_after_year(tokens, numeral, stop) or _make_year(tokens, numeral, stop, text)


def _match_year_span(tokens: Sequence[Token], numeral: Numeral, at: int) -> Found | None:
    """Read on over "1995 жылдан 2007 жылға дейін"."""
    last = read_numeral(tokens, at, "kk")
    if last is None or last.upper or last.value <= numeral.value or not _is_written_year(tokens, last, _DATED_YEARS):
        return None
    words = [token.lower for token in tokens[last.stop : last.stop + 2]]
    if words != ["жылға", "дейін"]:
        return None
    date = (int(numeral.value), None, None)
    text = f"{numeral.base}–{last.base} жылдар"
    return make_quantity(
        tokens, numeral.first, last.stop + 1, "year", numeral.value, text=text, date=date, upper=last.value
    )


def _year_ending(word: Token) -> str | None:
    return noun_forms("жыл").get(word.lower)


def _is_calendar_year(tokens: Sequence[Token], numeral: Numeral, stop: int, ending: str) -> bool:
    """Tell 1991 жылы, a year, from 1500 жыл бұрын and 25 жылда, durations."""
    following = tokens[stop].lower if stop < len(tokens) else ""
    lasting = following in _LASTING and ending not in ("ы", "ғы")  # 1856 жылы аса көрнекті: in 1856
    if lasting or ending.startswith(("дық", "дай")) or numeral.factor > 1000:
        return False
    if not numeral.ordinal and (numeral.spelled or not tokens[numeral.first].text.isdigit()):
        return False
    return numeral.value in _DATED_YEARS or (ending in ("ы", "ғы") and numeral.value >= _least_year(tokens, numeral))


def _least_year(tokens: Sequence[Token], numeral: Numeral) -> int:
    """The least number that "жылы" makes a year: any after "б.з." (of our era), else one of three digits."""
    before = join_tokens(tokens, max(0, numeral.first - 4), numeral.first)
    return 1 if _OUR_ERA.search(before) else 100


def _match_after_year(tokens: Sequence[Token], year: Numeral, stop: int) -> Found | None:
    """Read on after the year: "2025 жылғы 12 желтоқсан", "2025 жылдың желтоқсаны"."""
    if year.upper:
        return None
    head = f"{year.base} жылғы "
    day = read_numeral(tokens, stop, "kk")
    if day and _is_day(day):
        month_at = _skip_hyphen(tokens, day.stop)
        if month := read_calendar_name(tokens, month_at, "month", "kk"):
            text = f"{head}{day.base} {month.base}"
            date = (int(year.value), month.number, int(day.value))
            value = day.value if day.upper else None
            return make_quantity(tokens, year.first, month.stop, "date", value, text=text, date=date, upper=day.upper)
    if month := read_calendar_name(tokens, stop, "month", "kk"):
        date_of_month = (int(year.value), month.number, None)
        return make_quantity(tokens, year.first, month.stop, "date", None, text=head + month.base, date=date_of_month)
    return None


def _match_century(tokens: Sequence[Token], numeral: Numeral, at: int) -> Found | None:
    """Read "19-ғасыр", "он тоғызыншы ғасырда"; "екі ғасыр" is a duration."""
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if not numeral.ordinal and (numeral.spelled or following in _LASTING):
        return None
    return _make_century(tokens, numeral.first, at, numeral.value, numeral.upper)


def _match_roman_century(tokens: Sequence[Token], first: int, lang: Lang) -> Found | None:
    """Read "XX ғасырда", "XV–XVI ғасырлар"."""
    value = read_roman(tokens[first].text) if lang == "kk" else None
    if value is None:
        return None
    at, upper = first + 1, None
    if at + 1 < len(tokens) and tokens[at].text in DASHES:
        upper = read_roman(tokens[at + 1].text)
        at += 1 + (upper is not None)
    return _make_century(tokens, first, at, Decimal(value), None if upper is None else Decimal(upper))


def _make_century(tokens: Sequence[Token], first: int, at: int, value: Decimal, upper: Decimal | None) -> Found | None:
    ending = noun_forms("ғасыр").get(tokens[at].lower) if at < len(tokens) else None
    if ending is None:
        return None
    kept = len(tokens[at].text) - len(ending) + (3 if ending.startswith("лар") else 0)
    text = join_tokens(tokens, first, at) + tokens[at].text[:kept]
    if _is_before_christ(tokens, first):
        value, text = -value, f"б.з.б. {text}"
    return make_quantity(tokens, first, at + 1, "date", value, "century", text=text, upper=upper)


def _match_english(tokens: Sequence[Token], numeral: Numeral) -> Found | None:
    """Read "5 December 2025", "the 5th of December", "1990s", "19th century", "57 BC"."""
    first, at = numeral.first, numeral.stop
    if at >= len(tokens):
        return None
    word = tokens[at].lower
    if _is_day(numeral):
        month_at = at + (word == "of")
        if month := read_calendar_name(tokens, month_at, "month", "en"):
            return _make_day(tokens, numeral, month, month_at, _read_year(tokens, month.stop, "en"))
        if numeral.ordinal and word in ("century", "centuries"):
            before_christ = at + 1 < len(tokens) and tokens[at + 1].lower in ("bc", "bce")
            value = -numeral.value if before_christ else numeral.value
            stop = at + 1 + before_christ
            return make_quantity(tokens, first, stop, "date", value, "century", upper=numeral.upper)
    if word == "s" and is_tight(tokens, at) and numeral.value % 10 == 0 and numeral.value in _DATED_YEARS:
        return make_quantity(tokens, first, at + 1, "date", numeral.value, "decade")
    if word in ("bc", "bce") and not numeral.spelled:
        year = -int(numeral.value)
        return make_quantity(tokens, first, at + 1, "year", Decimal(year), date=(year, None, None))
    if word in ("ad", "ce") and tokens[at].text.isupper() and not numeral.spelled:
        return make_quantity(tokens, first, at + 1, "year", numeral.value, date=(int(numeral.value), None, None))
    return None


def _read_year(tokens: Sequence[Token], at: int, lang: Lang) -> Numeral | None:
    """Read the year that completes a date, over a comma, with the word for year in Kazakh."""
    if at < len(tokens) and tokens[at].text == ",":
        at += 1
    year = read_numeral(tokens, at, lang)
    if year is None or year.upper or not _is_written_year(tokens, year, _DATED_YEARS):
        return None
    word_at = _skip_hyphen(tokens, year.stop)
    word = tokens[word_at] if lang == "kk" and word_at < len(tokens) else None
    ending = None if word is None else _year_ending(word)
    if ending is None:
        shortened = word is not None and word.lower == "ж"
        return None if not shortened and counts_what_follows(tokens, year, lang, introduced=True) else year
    text = tokens[word_at].text
    base = join_tokens(tokens, at, word_at) + text[: len(text) - len(ending)]
    return replace(year, stop=word_at + 1, base=base)


def _is_day(numeral: Numeral) -> bool:
    last = numeral.upper or numeral.value
    return numeral.value >= 1 and last <= 31 and numeral.factor == 1 and numeral.value % 1 == 0


def _is_written_year(tokens: Sequence[Token], numeral: Numeral, years: range) -> bool:
    plain = tokens[numeral.first].text.isdigit() and not numeral.spelled and numeral.factor == 1
    return plain and years[0] <= numeral.value and (numeral.upper or numeral.value) <= years[-1]


def _skip_hyphen(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if is_hyphenated(tokens, at) else at


def _make_day(tokens: Sequence[Token], day: Numeral, month: CalendarName, month_at: int, year: Numeral | None) -> Found:
    """Build a date; whichever part stands last gives up its case ending."""
    parts = [(day.stop, day.first, day.base), (month.stop, month_at, month.base)]
    parts += [(year.stop, year.first, year.base)] if year else []
    stop, last, base = max(parts)
    first = min(day.first, month_at)
    return make_quantity(
        tokens, first, stop, "date", day.value if day.upper else None,
        text=join_tokens(tokens, first, last) + base,
        date=(int(year.value) if year else None, month.number, int(day.value)),
        upper=day.upper,
    )  # fmt: skip


def _is_before_christ(tokens: Sequence[Token], first: int) -> bool:
    return bool(_BEFORE_CHRIST.search(join_tokens(tokens, max(0, first - 6), first)))


def _make_year(tokens: Sequence[Token], numeral: Numeral, stop: int, text: str) -> Found:
    year = int(numeral.value) * (-1 if _is_before_christ(tokens, numeral.first) else 1)
    date = (year, None, None)
    written = f"б.з.б. {text}" if year < 0 else text
    return make_quantity(
        tokens, numeral.first, stop, "year", Decimal(year), text=written, date=date, upper=numeral.upper
    )
