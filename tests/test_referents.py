"""qa_bot/referents.py: whom a pronoun stands for."""

import pytest

from qa_bot.records import Lang
from qa_bot.referents import find_referent, has_pronoun, read_answer

WON = ("Шахмат турнирінде кім жеңді?", "kk", "Мирас Әлібек")
POST = ("Нұрбол Қасенов кім?", "kk", "Абай облысының әкімі")
SAID = ("How much water will the plant produce?", "en", "50,000 cubic metres\nAccording to Daniyar Omarov.")
WHERE = ("Where was the forum held?", "en", "Almaty")


@pytest.mark.parametrize(
    ("question", "lang", "turns", "name"),
    [
        ("Ол неше жаста?", "kk", [WON], "Мирас Әлібек"),
        ("Оны кім жаттықтырады?", "kk", [WON], "Мирас Әлібекті"),
        ("Оған не берілді?", "kk", [WON], "Мирас Әлібекке"),
        ("Оның бапкері кім?", "kk", [WON], "Мирас Әлібектің"),
        ("Ол не деді?", "kk", [POST], "Нұрбол Қасенов"),
        ("Ол не деді?", "kk", [("Қасым-Жомарт Тоқаевпен кім кездесті?", "kk", "…")], "Қасым-Жомарт Тоқаев"),
        ("Ол не деді?", "kk", [("Қанша?", "kk", "900 метр\nМасуд Пезешкианның айтуынша.")], "Масуд Пезешкиан"),
        ("Ол не деді?", "kk", [("Ұзындығы қанша?", "kk", "900 метр"), POST], "Нұрбол Қасенов"),
        ("Ол не деді?", "kk", [WON, ("Ұзындығы қанша?", "kk", "900 метр")], "Мирас Әлібек"),
        ("What else did he promise?", "en", [SAID], "Daniyar Omarov"),
        ("Who lives there?", "en", [WHERE], "Almaty"),
        ("Who lives there?", "en", [("Where is it?", "en", "Almaty, Kazakhstan")], "Almaty, Kazakhstan"),
        ("Онда кім тұрады?", "kk", [("Турнир қайда өтеді?", "kk", "Алматы")], "Алматыда"),
    ],
)
def test_a_pronoun_stands_for_the_last_that_was_named_in_its_case(
    question: str, lang: Lang, turns: list[tuple[str, Lang, str]], name: str
) -> None:
    referent = find_referent(question, lang, turns)
    assert referent is not None
    assert referent.name == name
    assert question[referent.start : referent.end].lower() in {
        "ол", "оны", "оған", "оның", "онда", "he", "there",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "lang", "turns"),
    [
        ("Ол қашан өтті?", "kk", [WON]),
        ("Ол қашан ашылды?", "kk", [POST]),
        ("Ол қашан келісілді?", "kk", [POST]),
        ("When did it open?", "en", [SAID]),
        ("What did he say?", "en", [WON]),
        ("What did he say?", "en", [("How long is it?", "en", "900 metres")]),
        ("Who won?", "en", [SAID]),
    ],
    ids=["an event", "a building", "an agreement", "a thing", "in another language", "nobody", "no pronoun"],
)
def test_a_pronoun_for_a_thing_or_for_nobody_named_stands_for_no_name(
    question: str, lang: Lang, turns: list[tuple[str, Lang, str]]
) -> None:
    assert find_referent(question, lang, turns) is None


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("What did she say about it?", "en", True),
        ("Who said that?", "en", True),
        ("Who said that trade grew?", "en", False),
        ("How much did it grow this year?", "en", True),
        ("How much was built this year?", "en", False),
        ("Is there a bridge?", "en", False),
        ("How many people live there?", "en", True),
        ("Ол кім?", "kk", True),
        ("Ол жылы не болды?", "kk", False),
        ("Осы жылы не болды?", "kk", False),
        ("Осыны кім айтты?", "kk", True),
        ("Көпір қашан ашылды?", "kk", False),
    ],
)
def test_pronouns_are_told_from_words_that_only_look_alike(text: str, lang: Lang, found: bool) -> None:
    assert has_pronoun(text, lang) is found


def test_an_answer_is_read_line_by_line_in_the_language_of_each() -> None:
    assert read_answer("3 billion dollars\nИран президентінің айтуынша.") == [
        ("3 billion dollars", "en"),
        ("Иран президентінің айтуынша.", "kk"),
    ]
    assert read_answer("Iran prezidentınıñ aituynşa.") == [("Иран президентінің айтуынша.", "kk")]
    assert read_answer("") == [("", "kk")]
