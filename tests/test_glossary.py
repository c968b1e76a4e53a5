"""The glossary: the form of its rows, and what is found and rendered with them."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language import glossary
from qa_bot.language.glossary import Match, gazetteer, render, translate
from qa_bot.language.words import find_words

FOLDER = Path(glossary.__file__).parent / "glossary"
FILES = sorted(FOLDER.glob("*.tsv"))

# Latin letters with the accents of names (Türkiye, Côte d'Ivoire, São Paulo), digits and what holds words together.
ENGLISH_SIDE = re.compile(r"[A-Za-z0-9À-ÖØ-öø-ÿĀ-ž][A-Za-z0-9À-ÖØ-öø-ÿĀ-ž '&./%-]*")
KAZAKH_LETTERS = "А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі"
ROMAN_NUMBER = re.compile(r"\b[IVX]+\b")
KAZAKH_SIDE = re.compile(rf"[«{KAZAKH_LETTERS}0-9](?:[{KAZAKH_LETTERS}0-9 «»’.,/%-]*[{KAZAKH_LETTERS}0-9»%.])?")


def read_rows(path: Path) -> list[tuple[str, str, str]]:
    """(file:line, english, kazakh) of every line that is not a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.startswith("#"):
            english, tab, kazakh = line.partition("\t")
            assert tab, f"{path.name}:{number}: no tab in {line!r}"
            rows.append((f"{path.name}:{number}", english, kazakh))
    return rows


ROWS = [row for path in FILES if path.stem != "irregular" for row in read_rows(path)]
IRREGULAR = read_rows(FOLDER / "irregular.tsv")


def texts(matches: list[Match], start: int, end: int) -> list[str]:
    return [sense.text for match in matches if (match.start, match.end) == (start, end) for sense in match.senses]


def look_up(phrase: str, source: str = "en") -> list[str]:
    """The senses of the whole phrase."""
    words = [word.text for word in find_words(phrase)]
    return texts(translate(words, "kk" if source == "kk" else "en"), 0, len(words))


def test_english_sides_are_in_latin_letters() -> None:
    assert [where for where, english, _ in ROWS if not ENGLISH_SIDE.fullmatch(english)] == []


def test_kazakh_sides_are_in_kazakh_letters() -> None:
    wrong = [
        f"{where} {sense!r}"
        for where, _, kazakh in ROWS
        for sense in kazakh.split("; ")
        if not KAZAKH_SIDE.fullmatch(ROMAN_NUMBER.sub("1", sense))
    ]
    assert wrong == []


def test_senses_of_a_row_differ() -> None:
    assert [where for where, _, kazakh in ROWS if len(set(kazakh.split("; "))) < len(kazakh.split("; "))] == []


def test_no_headword_has_two_rows() -> None:
    places = defaultdict(list)
    for where, english, _ in ROWS:
        places[english].append(where)
    assert {english: where for english, where in places.items() if len(where) > 1} == {}


def test_rows_hold_one_to_ten_words_on_either_side() -> None:
    wrong = [
        f"{where} {phrase!r}"
        for where, english, kazakh in ROWS
        for phrase in (english, *kazakh.split("; "))
        if not 1 <= len(find_words(phrase)) <= 10
    ]
    assert wrong == []


def test_irregular_forms_lead_to_other_words() -> None:
    wrong = [
        where for where, form, bases in IRREGULAR if not re.fullmatch(r"[a-z-]+(; [a-z-]+)*", bases) or form == bases
    ]
    assert wrong == []
    assert len({form for _, form, _ in IRREGULAR}) == len(IRREGULAR)


@pytest.mark.parametrize("kind", ["country", "nationality", "organisation", "person", "place", "post"])
def test_every_kind_of_name_has_a_gazetteer_in_both_languages(kind: glossary.NameKind) -> None:
    assert len(gazetteer(kind, "en")) > 0
    assert len(gazetteer(kind, "kk")) > 0


def test_gazetteer_knows_people_by_surname_too() -> None:
    assert {"Kassym-Jomart Tokayev", "Tokayev"} <= gazetteer("person", "en")
    assert {"Қасым-Жомарт Тоқаев", "Тоқаев"} <= gazetteer("person", "kk")


@pytest.mark.parametrize(
    ("english", "kazakh"),
    [
        ("trade turnover", "тауар айналымы"),
        ("target", "мақсат"),
        ("talks", "келіссөз"),
        ("met", "қарсы алу"),
        ("grew", "өсу"),
        ("official visits", "ресми сапар"),
        ("Iran's", "Иран"),
        ("Iran’s", "Иран"),
        ("last year", "былтыр"),
        ("Shanghai Cooperation Organization", "ШЫҰ"),
        ("Shanghai Cooperation Organisation", "ШЫҰ"),
        ("eaeu", "ЕАЭО"),
    ],
)
def test_english_finds_kazakh(english: str, kazakh: str) -> None:
    assert kazakh in look_up(english)


@pytest.mark.parametrize(
    ("kazakh", "english"),
    [
        ("тауар айналымын", "trade turnover"),
        ("Иранның", "Iran"),
        ("ШЫҰ", "Shanghai Cooperation Organisation"),
        ("ирандық", "Iranian"),
        ("Ақордада", "Akorda"),
        ("мемлекет басшысы", "head of state"),
    ],
)
def test_kazakh_finds_english(kazakh: str, english: str) -> None:
    assert english in look_up(kazakh, "kk")


def test_senses_weigh_less_by_their_place_in_the_row() -> None:
    (match,) = translate(["EAEU"], "en")
    assert [(sense.text, sense.weight) for sense in match.senses] == [
        ("ЕАЭО", 1.0),
        ("Еуразиялық экономикалық одақ", 0.7),
    ]


def test_all_spans_are_found_longest_first() -> None:
    words = ["the", "Islamic", "Republic", "of", "Iran", "sets", "trade", "turnover", "targets"]
    matches = translate(words, "en")
    spans = [(match.start, match.end) for match in matches]
    assert spans[0] == (1, 5)
    assert {(4, 5), (6, 8), (6, 7), (8, 9)} <= set(spans)
    assert [start - end for start, end in spans] == sorted(start - end for start, end in spans)


@pytest.mark.parametrize("question", ["who visited us", "Who visited us"])
def test_function_words_are_not_read_as_abbreviations(question: str) -> None:
    found = {sense.text for match in translate(question.split(), "en") for sense in match.senses}
    assert found.isdisjoint({"АҚШ", "ДДҰ", "Дүниежүзілік денсаулық сақтау ұйымы"})
    assert "сапар" in found


@pytest.mark.parametrize(
    ("asked", "meant", "not_meant"),
    [
        ("imports", "импорт", "маңызды"),
        ("important", "маңызды", "импорт"),
        ("talks", "келіссөз", "сөйлесу"),
        ("goods", "тауар", "жақсы"),
        ("customs", "кеден", "салт"),
    ],
)
def test_a_word_spelled_so_wins_over_one_that_shares_its_stem(asked: str, meant: str, not_meant: str) -> None:
    assert meant in look_up(asked)
    assert not_meant not in look_up(asked)


@pytest.mark.parametrize(
    ("asked", "senses"), [("left", {"кету", "сол"}), ("people", {"адам"}), ("bought", {"сатып алу"})]
)
def test_irregular_forms_find_their_bases(asked: str, senses: set[str]) -> None:
    assert senses <= set(look_up(asked))


def test_there_are_thousands_of_entries() -> None:
    assert len(ROWS) >= 5000


def test_capitals_tell_a_month_from_a_modal_verb() -> None:
    assert look_up("May") == ["мамыр"]
    assert look_up("may") == []


@pytest.mark.parametrize(
    ("phrase", "rendered"),
    [
        ("EAEU", "ЕАЭО"),
        ("Iran", "Иран"),
        ("Pezeshkian", "Пезешкиан"),
        ("Masoud Pezeshkian", "Масуд Пезешкиан"),
        ("Kassym-Jomart Tokayev", "Қасым-Жомарт Тоқаев"),
        ("head of state", "мемлекет басшысы"),
    ],
)
def test_names_are_rendered_both_ways(phrase: str, rendered: str) -> None:
    assert render(phrase, "kk") == rendered
    assert render(rendered, "en") == phrase


@pytest.mark.parametrize(
    ("phrase", "rendered"),
    [
        ("Иранның", "Iran"),
        ("Тоқаевпен", "Tokayev"),
        ("Иран Ислам Республикасының", "Islamic Republic of Iran"),
        ("АҚШ-тың", "United States"),
        ("АҚШ", "United States"),
        ("Ақордада", "Akorda"),
        ("Мемлекет басшысы", "head of state"),
        ("Хабар", "Khabar"),
        ("жоқсөз", None),
        ("", None),
    ],
)
def test_case_endings_do_not_hide_a_name(phrase: str, rendered: str | None) -> None:
    assert render(phrase, "en") == rendered


def test_a_common_word_is_not_rendered_as_the_name_made_of_it() -> None:
    assert render("хабар", "en") not in {None, "Khabar"}


@given(st.lists(st.text(max_size=8).filter(str.strip), max_size=6), st.sampled_from(["kk", "en"]))
def test_any_words_give_spans_within_them(words: list[str], source: str) -> None:
    for match in translate(words, "kk" if source == "kk" else "en"):
        assert 0 <= match.start < match.end <= len(words)
        weights = [sense.weight for sense in match.senses]
        assert weights == sorted(weights, reverse=True)
        assert 0 < weights[-1] <= weights[0] <= 1


@pytest.mark.parametrize(("where", "english", "kazakh"), ROWS[:: max(1, len(ROWS) // 200)])
def test_a_row_is_found_from_either_side(where: str, english: str, kazakh: str) -> None:
    assert set(kazakh.split("; ")) <= set(look_up(english)), where
    assert all(english in look_up(sense, "kk") for sense in kazakh.split("; ")), where


def test_glossary_is_read_quickly() -> None:
    code = (
        "import time; from qa_bot.language.glossary import translate; translate(['warm'], 'kk'); "
        "start = time.process_time(); translate('Who met the president of Iran'.split(), 'en'); "
        "print(time.process_time() - start)"
    )
    seconds = float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)
    assert seconds < 0.15
