"""qa_bot/measure_reading.py: where answers stand, what their words are worth, what a threshold costs."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.errors import RetrievalSetUnreadable
from qa_bot.measure_reading import (
    ALONE,
    TOGETHER,
    Alone,
    Read,
    Tried,
    draw_curves,
    holds_reference,
    match_exactly,
    place_references,
    score_alone,
    score_answer,
    split_tokens,
    tabulate_alone,
    tabulate_curves,
    tabulate_together,
    token_f1,
)
from qa_bot.records import Answer, Article, Lang, Quote, Refusal
from qa_bot.retrieval_set import Reference, Sought

words = st.lists(st.sampled_from(["бір", "екі", "үш", "төрт", "бес"]), min_size=1, max_size=6).map(" ".join)
shares = st.floats(0, 1)
tried = st.builds(Tried, shares, st.just(True), st.booleans())


def refer(*texts: str) -> list[Reference]:
    return [Reference("a", 0, text) for text in texts]


def make_read(
    together: Tried, without: Tried, lang: Lang = "kk", kind: str | None = None, variant: str = "", found: bool = True
) -> Read:
    sought = Sought("1", "Не?", lang, frozenset("a"), kind, variant)
    return Read(sought, Alone(1.0, 1.0, 0.5, 0.0), found, together, without)


REFUSED = Tried(0.0, False, False)
READS = [
    make_read(Tried(0.9, True, True), Tried(0.2, True, False)),
    make_read(Tried(0.5, True, True), REFUSED),
    make_read(Tried(0.3, True, False), Tried(0.6, True, False)),
    make_read(REFUSED, REFUSED, found=False),
]


def read_cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Абай Құнанбайұлы", ["абай", "құнанбайұлы"]),
        ("«Қазақ  елі»,\nАстана.", ["қазақ", "елі", "астана"]),
        ("38,9 кДж — энергия", ["389", "кдж", "энергия"]),
        ("Алтын-Орда", ["алтынорда"]),
        ("a book", ["a", "book"]),
        ("5 °C < 9", ["5", "°c", "<", "9"]),
        ("–", []),
    ],
)
def test_words_are_compared_without_case_and_punctuation(text: str, tokens: list[str]) -> None:
    assert split_tokens(text) == tokens


@pytest.mark.parametrize(
    ("said", "references", "f1", "exact"),
    [
        ("Бүйір сызығы.", ["бүйір сызығы"], 1.0, True),
        ("бүйір сызығы", ["сызығы бүйір"], 1.0, False),
        ("бүйір сызығы органы", ["бүйір сызығы"], 0.8, False),
        ("балықтың бүйірі", ["бүйір сызығы"], 0.0, False),
        ("сызығы", ["жоқ", "бүйір сызығы", "сызығы"], 1.0, True),
        ("жыл жыл жыл", ["жыл жыл"], 0.8, False),
        ("", ["бүйір"], 0.0, False),
        ("—", ["бүйір"], 0.0, False),
    ],
    ids=["same", "order", "one more", "endings", "best of several", "repeated", "nothing said", "no words"],
)
def test_an_answer_is_worth_the_words_it_shares(said: str, references: list[str], f1: float, exact: bool) -> None:
    assert token_f1(said, refer(*references)) == pytest.approx(f1)
    assert match_exactly(said, refer(*references)) is exact


@given(words, words)
def test_f1_is_symmetric_and_whole_only_for_the_same_words(one: str, other: str) -> None:
    f1 = token_f1(one, refer(other))
    assert f1 == token_f1(other, refer(one))
    assert 0.0 <= f1 <= 1.0
    assert (f1 == 1.0) == (sorted(one.split()) == sorted(other.split()))
    assert f1 == 1.0 or not match_exactly(one, refer(other))


@given(words, st.lists(words, min_size=1), words)
def test_another_reference_never_does_harm(said: str, references: list[str], other: str) -> None:
    assert token_f1(said, refer(*references, other)) >= token_f1(said, refer(*references))
    assert match_exactly(said, refer(*references, other)) >= match_exactly(said, refer(*references))


@pytest.mark.parametrize(
    ("place", "held"),
    [
        (("a", 0, 10), False),
        (("a", 0, 11), True),
        (("a", 12, 13), True),
        (("a", 14, 20), True),
        (("a", 15, 20), False),
        (("b", 0, 20), False),
    ],
    ids=["before", "its first letter", "inside", "its last letter", "after", "another article"],
)
def test_a_quote_holds_a_reference_if_they_share_a_letter(place: tuple[str, int, int], held: bool) -> None:
    assert holds_reference([("c", 0, 99), place], [Reference("a", 10, "бесте")]) is held
    assert not holds_reference([place], [])


def test_references_are_found_where_the_index_has_them() -> None:
    # Two blank lines and a letter in two parts were before it in the file; the word stands there three times.
    article = Article("a", "", "Көл. Кей көл терең, көл суы кей жерде тұщы.")
    file = "\n \n" + unicodedata.normalize("NFD", article.text)
    last = file.rindex(unicodedata.normalize("NFD", "кей жерде"))
    given = [Reference("a", last, unicodedata.normalize("NFD", "кей")), Reference("a", 3, "Көл")]
    placed = place_references(given, lambda _: article)
    assert placed == (Reference("a", article.text.rindex("кей"), "кей"), Reference("a", 0, "Көл"))
    assert all(article.text[one.start : one.end] == one.text for one in placed)


def test_blanks_that_the_index_left_out_are_not_looked_for() -> None:
    article = Article("a", "", "Бірінші жол.\nЕкінші жол.")
    given = [Reference("a", 14, "\r\nЕкінші жол. \n"), Reference("a", 0, "Бірінші жол.\r\nЕкінші")]
    placed = place_references(given, lambda _: article)
    assert [(one.start, one.text) for one in placed] == [(13, "Екінші жол."), (0, "Бірінші жол.\nЕкінші")]


def test_half_a_letter_is_no_reference() -> None:
    article = Article("a", "", "Абай")
    with pytest.raises(RetrievalSetUnreadable, match="'a' does not hold 'Абаи' once letters are composed"):
        place_references([Reference("a", 0, "Абаи")], lambda _: article)


def test_passages_of_one_question_count_as_one() -> None:
    references = [Reference("a", 10, "он екі"), Reference("b", 0, "12")]
    first = ([("a", 8, 30), ("a", 0, 8)], "12", "a")
    second = ([("b", 5, 9), ("b", 0, 5)], "он екі ай", "b")
    # Either short answer may be like the other passage's reference; a sentence has to be where its own one stands.
    assert score_alone([first, second], references) == Alone(0.5, 1.0, pytest.approx(0.9), 0.5)
    assert score_alone([([], "", "a")], references) == Alone(0.0, 0.0, 0.0, 0.0)


def test_an_answer_is_right_if_any_quote_is() -> None:
    quotes = (Quote("b", 0, 4, "Иә ғ", 0, 0), Quote("a", 0, 4, "он е", 0, 0))
    answer = Answer("Не?", "kk", "Он.", "Он", quotes, None, 0.7)
    assert score_answer(answer, 0.6, [Reference("a", 3, "екі")]) == Tried(0.6, True, True, "Он")
    assert score_answer(answer, 0.6, [Reference("a", 9, "екі")]) == Tried(0.6, True, False, "Он")
    refused = Answer("Не?", "kk", "", "", (), Refusal("not_in_articles"), 0.7)
    assert score_answer(refused, 0.6, [Reference("a", 3, "екі")]) == Tried(0.6, False, False)


def test_the_table_of_one_passage_gives_means_with_intervals() -> None:
    header, *lines = tabulate_alone(READS)
    assert read_cells(header) == ["language", "questions", *ALONE]
    assert [read_cells(line) for line in lines] == [
        ["kk", "4", "1.000 [1.000, 1.000]", "1.000 [1.000, 1.000]", "0.500 [0.500, 0.500]", "0.000 [0.000, 0.000]"]
    ]


def test_the_table_of_all_passages_counts_at_its_threshold() -> None:
    header, line = tabulate_together(READS, 0.5)
    assert read_cells(header) == ["language", "questions", *TOGETHER]
    assert [cell.partition(" ")[0] for cell in read_cells(line)] == ["kk", "4", "0.750", "0.500", "0.500", "0.250"]


def test_wordings_and_kinds_have_rows_of_their_own() -> None:
    reads = [
        make_read(REFUSED, REFUSED, kind="date"),
        make_read(Tried(1.0, True, True), REFUSED),
        make_read(REFUSED, REFUSED, variant="latin"),
    ]
    rows = [read_cells(line)[:3] for line in tabulate_together(reads, 0.5)]
    assert rows == [
        ["language", "kind", "questions"],
        ["kk", "all", "2"],
        ["kk", "date", "1"],
        ["kk latin", "all", "1"],
    ]
    assert [curve.group for curve in draw_curves(reads, (0.5,))] == ["kk", "kk latin"]


def test_the_curve_meets_the_table_at_every_threshold() -> None:
    thresholds = (0.1, 0.3, 0.5, 0.9, 0.95)
    header, *lines = tabulate_curves(draw_curves(READS, thresholds))
    assert read_cells(header) == ["language", "threshold", *TOGETHER[1:]]
    for threshold, line in zip(thresholds, lines, strict=True):
        assert read_cells(line)[:2] == ["kk", f"{threshold:.2f}"]
        assert read_cells(line)[2:] == read_cells(list(tabulate_together(READS, threshold))[1])[3:]


@given(st.lists(st.builds(make_read, tried, tried), min_size=1, max_size=5), st.lists(shares, min_size=2, max_size=5))
def test_a_higher_threshold_refuses_more_and_answers_less(reads: list[Read], thresholds: list[float]) -> None:
    (curve,) = draw_curves(reads, sorted(thresholds))
    for at, other in pairwise(range(len(thresholds))):
        assert curve.refused[at].mean <= curve.refused[other].mean
        assert curve.right[at].mean >= curve.right[other].mean
        assert curve.without[at].mean >= curve.without[other].mean
    assert all(right.mean + refused.mean <= 1 + 1e-9 for right, refused in zip(curve.right, curve.refused, strict=True))
