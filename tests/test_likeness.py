"""qa_bot/likeness.py: what of a question gives its place to a fragment."""

import pytest

from qa_bot.likeness import find_asked_for, find_like, is_ordinal
from qa_bot.records import Lang
from qa_bot.terms import find_terms


@pytest.mark.parametrize(
    ("question", "fragment", "lang", "like"),
    [
        ("By how much did exports to China grow this year?", "last year", "en", "this year"),
        ("By how much did exports to China grow this year?", "to Japan", "en", "China"),
        ("How much water will the plant in Atyrau produce?", "in Aktau", "en", "Atyrau"),
        ("How many people work at the plant in Semey?", "in Oskemen", "en", "Semey"),
        ("How many doctors came to the village?", "nurses", "en", "doctors"),
        ("How many people work at the smelter?", "at the factory", "en", "smelter"),
        ("Who came second in the race?", "third", "en", "second"),
        ("Биыл тауар айналымы қанша пайызға өсті?", "былтыр", "kk", "Биыл"),
        ("Өзбекстан қанша сексеуіл екті?", "Қазақстан", "kk", "Өзбекстан"),
        ("Семейдегі көпірдің ұзындығы қанша?", "Өскемендегі", "kk", "Семейдегі"),
        ("Зауытта неше адам жұмыс істейді?", "кеніште", "kk", "Зауытта"),
        ("Екінші орынды кім алды?", "үшінші", "kk", "Екінші"),
        ("Неше дәрігер келді?", "мейірбике", "kk", "дәрігер"),
    ],
)
def test_a_fragment_stands_for_what_is_of_its_sort_and_in_its_place(
    question: str, fragment: str, lang: Lang, like: str
) -> None:
    own = find_terms(fragment, lang)[0]
    found, likeness = find_like(own, fragment, lang, find_terms(question, lang), question, lang)
    assert found is not None
    assert found.text == like
    assert likeness > 0


def test_a_time_never_stands_for_a_thing_nor_a_thing_for_a_country() -> None:
    question = "How many doctors came?"
    terms = find_terms(question, "en")
    assert find_like(find_terms("last year", "en")[0], "last year", "en", terms, question, "en") == (None, 0.0)
    question = "What was signed with Japan?"
    own = find_terms("salaries", "en")[0]
    assert find_like(own, "salaries", "en", find_terms("Japan", "en"), question, "en")[0] is None


def test_what_is_said_again_stands_for_itself() -> None:
    question = "Семейдегі көпірдің ұзындығы қанша?"
    found, likeness = find_like(
        find_terms("көпірдікі", "kk")[0], "Өскемендегі көпірдікі", "kk", find_terms(question, "kk"), question, "kk"
    )
    assert found is not None
    assert found.text == "көпірдің"
    assert likeness > 5


@pytest.mark.parametrize(
    ("question", "lang", "asked"),
    [
        ("How many books are in the library?", "en", ["books"]),
        ("Which sectors were discussed?", "en", ["sectors"]),
        ("When was the bridge opened?", "en", []),
        ("Көпірдің ұзындығы қанша?", "kk", ["ұзындығы"]),
        ("Неше кітап әкелінді?", "kk", ["кітап"]),
        ("Көпір қашан ашылды?", "kk", []),
    ],
)
def test_what_is_asked_for_stands_beside_the_question_word(question: str, lang: Lang, asked: list[str]) -> None:
    assert [term.text for term in find_asked_for(question, lang, find_terms(question, lang))] == asked


@pytest.mark.parametrize(
    ("word", "lang", "ordinal"),
    [("second", "en", True), ("21st", "en", True), ("two", "en", False), ("үшінші", "kk", True), ("үш", "kk", False)],
)
def test_ordinals_are_told_from_numbers(word: str, lang: Lang, ordinal: bool) -> None:
    assert is_ordinal(word, lang) is ordinal
