"""qa_bot/question_rules.py: the rows of the table, and how they are matched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.question_rules import find_rules, matches, see_letters
from qa_bot.records import Lang


@pytest.mark.parametrize(
    ("what", "lang", "text", "met"),
    [
        ("bare", "en", "Why?", True),
        ("bare", "en", "Who said that?", True),
        ("bare", "en", "When exactly?", True),
        ("bare", "en", "Why did trade grow?", False),
        ("bare", "en", "Who said that trade grew?", False),
        ("bare", "kk", "Неге?", True),
        ("bare", "kk", "Мұны кім айтты?", True),
        ("bare", "kk", "муны ким айтты", True),
        ("bare", "kk", "Қайда?", True),
        ("bare", "kk", "Қайда өтті?", True),
        ("bare", "kk", "Турнир қайда өтті?", False),
        ("opener", "en", "What about Aktau?", True),
        ("opener", "en", "Andorra signed?", False),
        ("opener", "kk", "Ал былтыр ше?", True),
        ("opener", "kk", "Алматыда не болды?", False),
        ("tail", "kk", "Ал былтыр ше?", True),
        ("tail", "kk", "Шешім қандай?", False),
    ],
)
def test_the_wording_of_follow_ups_is_noticed(what: str, lang: Lang, text: str, met: bool) -> None:
    assert matches(what, lang, text) is met


def test_where_a_rule_is_met_is_told_in_the_offsets_of_the_text() -> None:
    found = next(find_rules("opener", "kk", "АЛ былтыр ше?"))
    assert "АЛ былтыр ше?"[found.start() : found.end()] == "АЛ "


@given(st.text())
def test_letters_are_seen_one_for_one(text: str) -> None:
    assert len(see_letters(text, "kk")) == len(text) == len(see_letters(text, "en"))
    assert see_letters(text.replace("İ", "i"), "en") == re.sub("i̇", "i", see_letters(text, "en"))
