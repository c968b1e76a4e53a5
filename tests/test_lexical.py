"""index/lexical.py: passages found by their words, in either language."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import K1, B, LexicalIndex, build_lexical, make_query, word_terms
from qa_bot.language.words import find_words, is_stop_word
from qa_bot.records import Lang

KAZAKH = [
    ("Сауда", "Иран Қазақстанмен сауда саласындағы ынтымақтастықты дамытуға мүдделі."),
    ("Мәдениет", "Екі елдің мәдени байланыстарының тарихы тереңнен тамыр алады."),
    ("Келіссөз", "Масуд Пезешкиан Астанаға ресми сапармен келді."),
    ("Спорт", "Шымкентте бокстан халықаралық турнир өтті, жеңімпаздарға жүлде берілді."),
]
ENGLISH = [
    ("Energy", "The two ministers signed an agreement on the power grid in Dushanbe."),
    ("Weather", "Heavy snow fell in the mountains on Sunday."),
]


@pytest.fixture(scope="module")
def kazakh(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return make(tmp_path_factory.mktemp("kk"), [(*passage, "kk") for passage in KAZAKH])


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    passages: list[tuple[str, str, Lang]] = [(*ENGLISH[0], "en"), (*KAZAKH[0], "kk"), (*ENGLISH[1], "en")]
    return make(tmp_path_factory.mktemp("mixed"), passages)


def make(folder: Path, passages: list[tuple[str, str, Lang]]) -> LexicalIndex:
    build_lexical(folder / "lexical", passages)
    return LexicalIndex(folder / "lexical", len(passages))


def best(index: LexicalIndex, question: str, lang: Lang) -> int:
    scores = index.score(question, lang)
    assert scores.max() > 0
    return int(scores.argmax())


@pytest.mark.parametrize(
    ("question", "lang", "found"),
    [
        ("Саудаға кім мүдделі?", "kk", 0),
        ("мәдениеттің тарихын айтшы", "kk", 1),
        ("Астанадан", "kk", 2),
        ("турнирлерде", "kk", 3),
        ("казакстан", "kk", 0),
        ("тарыхы терен", "kk", 1),
        ("Pezeshkian", "kk", 2),
        ("What is said about trade?", "en", 0),
        ("Where did Pezeshkian come?", "en", 2),
        ("Pezeshkian's visit", "en", 2),
        ("Who won the boxing tournament?", "en", 3),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) else "",
)
def test_passage_is_found_by(kazakh: LexicalIndex, question: str, lang: Lang, found: int) -> None:
    assert best(kazakh, question, lang) == found


@pytest.mark.parametrize(
    ("question", "lang", "found"),
    [
        ("Which ministers signed agreements?", "en", 0),
        ("Министрлер қандай келісімге қол қойды?", "kk", 0),
        ("Душанбеде не болды?", "kk", 0),
        ("Тауда қар жауды ма?", "kk", 2),
        ("Иранның саудасы", "kk", 1),
    ],
)
def test_each_article_is_searched_in_its_own_language(
    mixed: LexicalIndex, question: str, lang: Lang, found: int
) -> None:
    assert best(mixed, question, lang) == found


@pytest.mark.parametrize(
    ("question", "lang", "found"),
    [
        ("XV ғасыр", "kk", {1, 2}),
        ("ХV ғасыр", "kk", {1, 2}),
        ("What happened in the 15th century?", "en", {1, 2}),
        ("14th", "en", {0}),
    ],
    ids=["latin", "cyrillic", "ordinal", "ordinal alone"],
)
def test_century_is_found_however_its_number_is_written(
    tmp_path: Path, question: str, lang: Lang, found: set[int]
) -> None:
    index = make(tmp_path, [("", "XIV ғасырда", "kk"), ("", "ХV ғасырда", "kk"), ("", "in the 15th century", "en")])
    assert set(np.argsort(-index.score(question, lang))[: len(found)]) == found


def test_ending_of_an_ordinal_number_is_no_word() -> None:
    assert set(make_query("the 115th", "en", "kk", lambda _: True)) == {"=115", "_115", "115_"}


def test_passage_without_a_common_term_scores_nothing(kazakh: LexicalIndex) -> None:
    assert kazakh.score("турнир", "kk").tolist()[:3] == [0.0, 0.0, 0.0]


def test_title_lends_its_words_to_the_passage(kazakh: LexicalIndex) -> None:
    assert best(kazakh, "келіссөз", "kk") == 2


def test_score_is_the_share_of_the_question_that_is_covered(kazakh: LexicalIndex) -> None:
    whole = kazakh.score("Пезешкиан сапары", "kk")[2]
    half = kazakh.score("Пезешкиан глобусы", "kk")[2]
    assert 0 < half < whole < 1


@pytest.mark.parametrize("question", ["", "?!", "…", "🙂"])
def test_question_without_words_scores_nothing(kazakh: LexicalIndex, question: str) -> None:
    assert not kazakh.score(question, "kk").any()


def test_question_of_function_words_alone_is_searched_by_them(tmp_path: Path) -> None:
    index = make(tmp_path, [("", "ол және біз", "kk"), ("", "сауда", "kk")])
    assert best(index, "және", "kk") == 0


def test_passages_without_words_are_indexed_as_such(tmp_path: Path) -> None:
    index = make(tmp_path, [("…", "— —", "kk"), ("", "Сауда өсті.", "kk"), ("", "***", "en")])
    assert index.score("сауда", "kk").tolist()[0::2] == [0.0, 0.0]
    assert best(index, "сауда", "kk") == 1


def test_scores_are_bm25_over_stems_and_grams(kazakh: LexicalIndex) -> None:
    """Against the formula itself: Robertson and Zaragoza 2009 with Lucene's idf."""
    documents = [
        Counter(
            term
            for word in find_words(f"{title} {text}")
            if not is_stop_word(word.text, "kk")
            for term, _ in word_terms(word.text, "kk")
        )
        for title, text in KAZAKH
    ]
    average = sum(sum(document.values()) for document in documents) / len(documents)
    expected = np.zeros(len(documents))
    mass = 0.0
    for term, weight in make_query("сауда турнирі", "kk", "kk", lambda _: True).items():
        frequency = sum(term in document for document in documents)
        idf = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
        mass += weight * idf
        for number, document in enumerate(documents):
            count = document[term]
            norm = K1 * (1 - B + B * sum(document.values()) / average)
            expected[number] += weight * idf * count / (count + norm)
    assert kazakh.score("сауда турнирі", "kk") == pytest.approx(expected / mass, rel=1e-4)


@given(st.lists(st.sampled_from(["trade", "foreign minister", "bank", "Pezeshkian", "40", "visit"]), min_size=1))
def test_every_content_word_weighs_once_however_many_translations_it_has(words: list[str]) -> None:
    query = make_query(" ".join(words), "en", "kk", lambda _: False)
    whole = sum(weight for term, weight in query.items() if term.startswith("="))
    assert whole == pytest.approx(sum(len(word.split()) for word in words))


@given(st.text(max_size=60), st.sampled_from(["kk", "en"]))
def test_any_text_can_be_asked(mixed: LexicalIndex, text: str, lang: Lang) -> None:
    scores = mixed.score(text, lang)
    assert scores.shape == (3,)
    assert ((scores >= 0) & (scores < 1)).all()


def test_files_hold_no_pickles_and_are_mapped(tmp_path: Path) -> None:
    build_lexical(tmp_path / "lexical", [(*KAZAKH[0], "kk")])
    files = [path for path in (tmp_path / "lexical").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".npy"}
    for path in files:
        assert isinstance(np.load(path, mmap_mode="r", allow_pickle=False), np.memmap)


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    build_lexical(tmp_path / "lexical", [(*KAZAKH[0], "kk")])
    (tmp_path / "lexical" / "scores.npy").unlink()
    with pytest.raises(FileNotFoundError):
        LexicalIndex(tmp_path / "lexical", 1)
