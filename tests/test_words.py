"""Words with their places, and which of them carry no content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.words import find_words, is_question_word, is_stop_word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Сауда айналымы өсті.", ["Сауда", "айналымы", "өсті"]),
        ("3,5 млрд. доллар, 1.200", ["3,5", "млрд", "доллар", "1.200"]),
        ("40-қа, ЕАЭО-ның, сауда-саттық", ["40", "қа", "ЕАЭО", "ның", "сауда", "саттық"]),
        ("Iran's and Iran’s, don't", ["Iran's", "and", "Iran’s", "don't"]),
        ("'quoted' «сөз»", ["quoted", "сөз"]),
        ("3млрд А4", ["3", "млрд", "А", "4"]),
        ("сөз_сөз", ["сөз", "сөз"]),
        ("y\u0301aqyt", ["y\u0301aqyt"]),
        ("… — !", []),
        ("", []),
    ],
)
def test_text_is_split_into_words(text: str, words: list[str]) -> None:
    assert [word.text for word in find_words(text)] == words


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    position = 0
    for word in find_words(text):
        assert position <= word.start < word.end
        assert text[word.start : word.end] == word.text
        position = word.end
    assert all(not letter.isalpha() for letter in text[position:])


@pytest.mark.parametrize("word", ["және", "МЕН", "туралы", "болып", "ның", "үшін"])
def test_kazakh_function_word_is_a_stop_word(word: str) -> None:
    assert is_stop_word(word, "kk")


@pytest.mark.parametrize("word", ["The", "of", "don’t", "was"])
def test_english_function_word_is_a_stop_word(word: str) -> None:
    assert is_stop_word(word, "en")


@pytest.mark.parametrize("word", ["кім", "Қанша", "қайда", "неге", "неше"])
def test_kazakh_question_word_asks_and_is_no_stop_word(word: str) -> None:
    assert is_question_word(word, "kk")
    assert not is_stop_word(word, "kk")


@pytest.mark.parametrize("word", ["Who", "how", "what’s"])
def test_english_question_word_asks_and_is_no_stop_word(word: str) -> None:
    assert is_question_word(word, "en")
    assert not is_stop_word(word, "en")


@pytest.mark.parametrize("word", ["президент", "сауда", "Иран", "ынтымақтастық", "trade", "visit", ""])
def test_content_word_is_neither(word: str) -> None:
    for lang in ("kk", "en"):
        assert not is_stop_word(word, lang)
        assert not is_question_word(word, lang)
