"""Letters: folding, the language of a question, Kazakh typed without its own letters."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.letters import KAZAKH_LETTERS, detect_language, fold, restore_kazakh
from qa_bot.language.stem import stem
from qa_bot.language.words import find_words

TABLE = Path(__file__).parent / "tables" / "typed_questions.tsv"
TYPED = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def folded_stems(text: str) -> list[str]:
    return [fold(stem(word.text, "kk")) for word in find_words(text)]


def test_fold_gives_each_kazakh_letter_its_russian_neighbour() -> None:
    assert fold("Қазақстанның ӨҢІРІ, ғұлама үйі, Һәм әлі ёлка ыстық й") == (
        "казакстаннин онири, гулама уйи, хам али елка истик й"
    )


@given(st.text(alphabet="АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯaBc 1.-"))
def test_folded_text_keeps_its_length_and_has_no_kazakh_letter(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert not KAZAKH_LETTERS & set(fold(text))
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "question",
    [
        "Сауда айналымы қанша?",
        "KAZINFORM деген не?",
        "Kazinform degen ne?",
        "Пезешкиан кім?",
        "Пезешкиан",
        "Тоқаев",
        "елші келді ме",
        "Ташкент саммиті",
        "СҰРАҚ",
        "IT саласы туралы не айтылды?",
        "2025?",
        "",
        *[typed for typed, _ in TYPED],
    ],
)
def test_kazakh_is_told_in_any_script(question: str) -> None:
    assert detect_language(question) == "kk"


@pytest.mark.parametrize(
    "question",
    [
        "What is Kazinform?",
        "Who is Erdoğan?",
        "Tokayev",
        "Masoud Pezeshkian",
        "Iran trade",
        "trade turnover",
        "visit agenda",
        "3 billion dollars",
        "how much",
        "who came",
        "tell me about Ақорда",
        "Did Tokayev meet Pezeshkian in Astana?",
        "WHAT DID THE PRESIDENT SAY",
        "Which men met on Monday?",
    ],
)
def test_english_is_told(question: str) -> None:
    assert detect_language(question) == "en"


@pytest.mark.parametrize(
    "question",
    [
        "Какова цель визита?",
        "Какова цель торговли?",
        "Сколько составил товарооборот между странами?",
        "Кто встретился с президентом Казахстана?",
        "Почему Иран заинтересован в сотрудничестве?",
        "О чём договорились стороны?",
        "Где прошли переговоры?",
        "Какова цель визита президента в Қазақстан?",
        "какая проблема есть в банковской сфере",
        "Чем закончились переговоры?",
    ],
)
def test_russian_is_told(question: str) -> None:
    assert detect_language(question) == "ru"


@pytest.mark.parametrize(("typed", "spelled"), TYPED)
def test_typed_kazakh_is_spelled_so_that_its_stems_are_found(typed: str, spelled: str) -> None:
    assert folded_stems(restore_kazakh(typed)) == folded_stems(spelled)


def test_most_typed_questions_are_spelled_letter_for_letter() -> None:
    exact = sum(restore_kazakh(typed) == spelled for typed, spelled in TYPED)
    assert exact >= 0.85 * len(TYPED)


@pytest.mark.parametrize(
    "text",
    [
        "What is the trade turnover?",
        "Tokayev",
        "Какова цель визита?",
        "Сауда айналымы қанша?",
        "KAZINFORM деген не?",
        "2025?",
        "",
    ],
)
def test_other_text_is_not_respelled(text: str) -> None:
    assert restore_kazakh(text) == text


def test_words_of_the_articles_decide_between_spellings() -> None:
    assert restore_kazakh("ol sozi turaly ne dedi", {"сөзі"}).split()[1] == "сөзі"
    assert restore_kazakh("ol Facebook turaly ne dedi", {"facebook"}).split()[1] == "Facebook"


def test_capitals_are_kept() -> None:
    assert restore_kazakh("Qazaqstan men AQSH qashan kelisti?") == "Қазақстан мен АҚШ қашан келісті?"
    assert restore_kazakh("İran prezidentı kım?") == "Иран президенті кім?"


@given(st.text(max_size=60))
def test_any_text_has_a_language_and_can_be_respelled(text: str) -> None:
    language = detect_language(text)
    assert language in ("kk", "en", "ru")
    if language != "kk":
        assert restore_kazakh(text) == text


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшыэюя ", max_size=40))
def test_respelling_from_russian_letters_never_changes_the_folded_text(text: str) -> None:
    # Only э may stand for a letter that folds otherwise: ә.
    assert fold(restore_kazakh(text)).replace("э", "а") == fold(text).replace("э", "а")
