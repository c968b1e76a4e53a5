"""The trained tagger: what it is told about a text, and what it finds."""

from qa_bot.language.tagger import WEIGHTS, TaggedName, describe, list_names, split_words, tag_names


def test_weights_are_shipped_and_small() -> None:
    assert WEIGHTS.stat().st_size < 3_000_000


def test_person_and_place_are_found_at_their_offsets() -> None:
    text = "Кеше Айжан Бекетова Павлодарға барды."
    assert tag_names(text) == [TaggedName("PERSON", 5, 19), TaggedName("GPE", 20, 30)]


def test_text_without_capitals_holds_no_names() -> None:
    assert tag_names("бұл жерде ешкім жоқ") == []
    assert tag_names("") == []


def test_words_tied_by_hyphens_stay_whole() -> None:
    text = "Қасым-Жомарт АҚШ-та, 3,5"
    assert [text[start:end] for start, end in split_words(text)] == ["Қасым-Жомарт", "АҚШ-та", ",", "3", ",", "5"]


def test_every_word_is_described_by_itself_and_its_neighbours() -> None:
    text = "Иран Қазақстанға"
    words = split_words(text)
    first, second = describe(text, words, list_names(text))
    assert {"w=иран", "s=Xx", "l=country", "1:w=қазақстанға", "-1:edge"} <= set(first)
    assert {"e5=танға", "p3=қаз", "-1:l=country", "1:edge"} <= set(second)
