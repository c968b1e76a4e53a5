"""Seats of government that stand for their country: what Tehran wants, Iran does; what is in Tehran is in a town."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from qa_bot.language.glossary import translate
from qa_bot.language.keys import keys
from qa_bot.language.suffix import noun_forms
from qa_bot.language.words import find_words
from qa_bot.records import Lang

_TABLE: Final = Path(__file__).with_name("seats.tsv")
_PLACE_BEFORE: Final = {"in", "at", "from", "near", "into", "around", "through", "via", "visit", "visited", "left"}
_GOES: Final = {"go", "went", "come", "came", "fly", "flew", "arrive", "return", "returned", "travel", "travelled"}
_WAYS: Final = {"visit", "trip", "journey", "flight", "flights", "road", "route", "railway", "train", "way"}
# Dative, locative and ablative (Kazakh: A Comprehensive Grammar, R. Muhamedowa 2016, ch. 5), and «-дағы».
_PLACE_ENDINGS: Final = re.compile(r"(?:[ғгқк][ае]|[дт][ае](?:ғы|гі)?|[днт][ае]н)")


def find_country(seat: str, before: Sequence[str], lang: Lang) -> str | None:
    """The English name of the country that a seat stands for.

    `before` are the words before it. Returns: None where the words name no seat, or a seat as a place: "in Tehran",
    «Тегеранда».
    """
    country = _countries(lang).get(keys(seat, lang))
    if country is None:
        return None
    if lang == "en":
        return None if _leads_to_place([word.lower() for word in before]) else country
    return None if seat.rsplit(" ", 1)[-1].lower() in _place_forms() else country


def _leads_to_place(before: Sequence[str]) -> bool:
    """Whether a town follows: "in", "a trip to"; but "matters to Tehran" is of the country."""
    *earlier, last = ["", *before]
    return last in _PLACE_BEFORE or (last == "to" and earlier[-1] in _GOES | _WAYS)


@cache
def _countries(lang: Lang) -> dict[tuple[str, ...], str]:
    """Seat, as folded stems → its country's English name."""
    return {
        keys(name, lang): country
        for seat, country in _seats().items()
        for name in ((seat,) if lang == "en" else in_kazakh(seat))
    }


@cache
def _seats() -> dict[str, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def in_kazakh(name: str) -> tuple[str, ...]:
    """The Kazakh names that the glossary gives for an English one; none if it has none."""
    words = [word.text for word in find_words(name)]
    matches = [match for match in translate(words, "en") if match.end - match.start == len(words)]
    return tuple(sense.text for match in matches for sense in match.senses)


@cache
def _place_forms() -> frozenset[str]:
    """The Kazakh seats with the endings of a place, in lower case."""
    names = {name.rsplit(" ", 1)[-1].lower() for seat in _seats() for name in in_kazakh(seat)}
    return frozenset(
        form for name in names for form, ending in noun_forms(name).items() if _PLACE_ENDINGS.fullmatch(ending)
    )
