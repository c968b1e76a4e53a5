"""Stems: the forms of one word share one, different words have different ones."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.stem import is_listed_stem, stem

TABLES = Path(__file__).parent / "tables"
LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def read_words(name: str) -> list[list[str]]:
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def test_forms_of_a_word_share_its_stem() -> None:
    forms = [(lemma, form) for lemma, *others in read_words("stems.tsv") for form in others]
    astray = [(lemma, form, stem(form, "kk")) for lemma, form in forms if stem(form, "kk") != stem(lemma, "kk")]
    assert len(forms) >= 500
    assert len(astray) <= 0.02 * len(forms), astray


def test_lemmas_keep_their_own_stems() -> None:
    lemmas = [lemma for lemma, *_ in read_words("stems.tsv")]
    assert len({stem(lemma, "kk") for lemma in lemmas}) == len(lemmas)


def test_words_that_look_alike_have_different_stems() -> None:
    pairs = [pair for line in read_words("distinct_words.tsv") for pair in combinations(line, 2)]
    merged = [pair for pair in pairs if stem(pair[0], "kk") == stem(pair[1], "kk")]
    assert len(merged) <= 0.03 * len(pairs), merged


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        # plural, possession, case, attribute in this order: Krippes 1996, 2.0 to 3
        pytest.param("салалардағы", "сала", id="plural and attribute"),
        pytest.param("президенттеріміздің", "президент", id="plural, possession, case"),
        pytest.param("ынтымақтастығымызды", "ынтымақтастық", id="possession and case"),
        # consonants: 0.2, final п к қ are б г ғ before a vowel
        pytest.param("кітабы", "кітап", id="б for п"),
        pytest.param("жүрегі", "жүрек", id="г for к"),
        pytest.param("аймағымызда", "аймақ", id="ғ for қ"),
        pytest.param("тараптың", "тарап", id="hard consonant hardens the ending"),
        pytest.param("тарапынан", "тарап", id="п that stays"),
        # vowels that drop or hide
        pytest.param("халқының", "халық", id="dropped vowel"),
        pytest.param("орнында", "орын", id="dropped vowel of орын"),
        pytest.param("оқиды", "оқы", id="и hides ый"),
        pytest.param("қояды", "қой", id="я hides йа"),
        pytest.param("көбею", "көбей", id="ю hides йу"),
        pytest.param("тауып", "тап", id="уып for п"),
        # harmony: an ending of the other kind is no ending
        pytest.param("мадака", "мадака", id="dative needs қ after a back vowel"),
        pytest.param("тоқаевтың", "тоқаев", id="names in -ев keep their harmony"),
        # verbs: 6.1 to 6.4
        pytest.param("келіскенбіз", "келіс", id="participle and person"),
        pytest.param("талқыланбақ", "талқыла", id="passive and intention"),
        pytest.param("жеткізілмейді", "жеткіз", id="passive, negation, present, person"),
        pytest.param("өскенін", "өс", id="participle, possession, case"),
        pytest.param("болғандықтан", "бол", id="quality of a participle"),
        pytest.param("беруіміз", "бер", id="infinitive with possession"),
        # a listed stem is not cut
        pytest.param("доллар", "доллар", id="loan that ends like a plural"),
        pytest.param("қазақстан", "қазақстан", id="country that ends like an ablative"),
        pytest.param("татарстан", "татарстан", id="unlisted country"),
        pytest.param("отбасымыз", "отбас", id="compound that ends in a possessive"),
        pytest.param("жетекші", "жетекші", id="agent is not a possessive"),
        pytest.param("туралы", "туралы", id="a word without endings"),
        # loans in one shape
        pytest.param("процесінде", "процес", id="double consonant"),
        pytest.param("рублі", "рубл", id="soft sign"),
        pytest.param("объектілер", "объект", id="helping vowel"),
        # unlisted names
        pytest.param("пезешкианмен", "пезешкиан", id="name with instrumental"),
        pytest.param("ақштың", "ақш", id="abbreviation with genitive"),
    ],
)
def test_ending_is_taken_off(form: str, expected: str) -> None:
    assert stem(form, "kk") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("agreements", "agreement"),
        ("agreed", "agre"),
        ("Iran’s", "iran"),
        ("Iran's", "iran"),
        ("developing", "develop"),
    ],
)
def test_english_goes_by_snowball(word: str, expected: str) -> None:
    assert stem(word, "en") == expected


def test_case_of_letters_does_not_matter() -> None:
    assert stem("ҚАЗАҚСТАННЫҢ", "kk") == stem("Қазақстанның", "kk") == "қазақстан"


def test_listed_stems_are_known_by_the_form_that_stem_gives() -> None:
    assert is_listed_stem(stem("кітабымызды", "kk"))
    assert not is_listed_stem("шаланов")


@pytest.mark.parametrize("word", ["", "а", "2025", "kazinform", "ү", "ь", "ыыы"])
def test_odd_words_are_left_alone(word: str) -> None:
    assert stem(word, "kk") == word


@given(st.text(alphabet=LETTERS, max_size=20))
def test_stem_begins_the_word_but_for_its_last_letters(word: str) -> None:
    found = stem(word, "kk")
    assert len(found) <= len(word) + 1
    assert word.startswith(found[:-2])


@given(st.text(max_size=20))
def test_any_text_has_a_stem_in_lower_case(word: str) -> None:
    for lang in ("kk", "en"):
        assert stem(word, lang) == stem(word.lower(), lang)
