"""qa_bot/measure_retrieval.py: the figures of a ranking, by hand and by their bounds."""

from itertools import pairwise
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.measure_retrieval import (
    METRICS,
    Estimate,
    Found,
    estimate_means,
    ndcg,
    rank_articles,
    recall,
    reciprocal_rank,
    score_ranking,
    summarise,
    tabulate_rows,
)
from qa_bot.records import Lang, Passage, Retrieved
from qa_bot.retrieval_set import Sought

NAMES = "abcdefghijklmno"
rankings = st.permutations(NAMES)
wanted = st.frozensets(st.sampled_from(NAMES + "xyz"), min_size=1)


def seek(lang: Lang = "kk", kind: str | None = None, relevant: str = "a", variant: str = "") -> Sought:
    return Sought("1", "?", lang, frozenset(relevant), kind, variant)


def test_a_passage_counts_for_its_article_where_the_first_one_stands() -> None:
    hits = [Retrieved(Passage(name, start, start + 1, "x"), 1.0) for start, name in enumerate("bacab")]
    assert rank_articles(hits) == ("b", "a", "c")
    assert rank_articles([]) == ()


@pytest.mark.parametrize(
    ("ranked", "relevant", "figure"),
    [
        ("a", "a", 1.0),
        ("ba", "a", 1 / log2(3)),
        ("ab", "ab", 1.0),
        ("xay", "ab", (1 / log2(3)) / (1 + 1 / log2(3))),
        ("xxxxxxxxxa", "a", 1 / log2(11)),
        ("xxxxxxxxxxa", "a", 0.0),
        ("abcdefghij", "abcdefghijk", 1.0),
        ("", "a", 0.0),
    ],
    ids=["first", "second", "both", "one of two", "tenth", "eleventh", "more than ten", "nothing found"],
)
def test_ndcg_discounts_by_place(ranked: str, relevant: str, figure: float) -> None:
    assert ndcg(ranked, frozenset(relevant)) == pytest.approx(figure)


@pytest.mark.parametrize(
    ("ranked", "figure"), [("abc", 1.0), ("xab", 0.5), ("x" * 9 + "a", 0.1), ("x" * 10 + "a", 0.0)]
)
def test_reciprocal_rank_is_of_the_first_that_answers(ranked: str, figure: float) -> None:
    assert reciprocal_rank(ranked, frozenset("ab")) == pytest.approx(figure)


@pytest.mark.parametrize(("depth", "figure"), [(1, 0.0), (2, 0.5), (3, 0.5), (4, 1.0), (9, 1.0)])
def test_recall_is_the_share_that_was_found(depth: int, figure: float) -> None:
    assert recall("xayb", frozenset("ab"), depth) == figure


@given(rankings, wanted)
def test_every_figure_lies_between_nothing_and_all(ranked: list[str], relevant: frozenset[str]) -> None:
    figures = score_ranking(ranked, relevant)
    assert len(figures) == len(METRICS)
    assert all(0.0 <= figure <= 1.0 + 1e-12 for figure in figures)
    assert figures[2] <= figures[3] <= figures[4]
    assert (figures[0] > 0) == (figures[1] > 0) == (figures[4] > 0)


@given(rankings, wanted, st.integers(1, len(NAMES) - 1))
def test_moving_an_answer_up_never_does_harm(ranked: list[str], relevant: frozenset[str], place: int) -> None:
    swapped = [*ranked]
    swapped[place - 1 : place + 1] = sorted(ranked[place - 1 : place + 1], key=lambda name: name not in relevant)
    pairs = zip(score_ranking(ranked, relevant), score_ranking(swapped, relevant), strict=True)
    assert all(after >= before - 1e-12 for before, after in pairs)


def test_the_interval_of_equal_values_is_their_value() -> None:
    assert estimate_means(np.full((7, 2), 0.25)) == [Estimate(0.25, 0.25, 0.25)] * 2


def test_the_interval_is_near_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(1).normal(size=(400, 1))
    (estimate,) = estimate_means(values)
    half = 1.96 * values.std() / 20
    assert estimate.mean == pytest.approx(values.mean())
    assert estimate.low == pytest.approx(values.mean() - half, abs=0.15 * half)
    assert estimate.high == pytest.approx(values.mean() + half, abs=0.15 * half)


def test_the_interval_is_the_same_in_every_run() -> None:
    values = np.random.default_rng(1).random((30, 3))
    assert estimate_means(values) == estimate_means(values)


def test_more_questions_make_the_interval_narrower() -> None:
    widths = []
    for count in (10, 100, 1000):
        (estimate,) = estimate_means(np.arange(count).reshape(-1, 1) % 2.0)
        widths.append(estimate.high - estimate.low)
    assert all(after < before for before, after in pairwise(widths))


def test_languages_and_kinds_are_measured_apart() -> None:
    found = [
        Found(seek("kk", "date"), {"fused": ("a",), "lexical": ("b", "a")}),
        Found(seek("kk", "person"), {"fused": ("b",), "lexical": ("a",)}),
        Found(seek("en"), {"fused": ("a",)}),
        Found(seek("kk", variant="latin"), {"fused": ("b", "c")}),
    ]
    rows = summarise(found)
    assert [(row.group, row.kind, row.channel, row.questions) for row in rows] == [
        ("kk", None, "fused", 2),
        ("kk", None, "lexical", 2),
        ("kk", "date", "fused", 1),
        ("kk", "date", "lexical", 1),
        ("kk", "person", "fused", 1),
        ("kk", "person", "lexical", 1),
        ("en", None, "fused", 1),
        ("kk latin", None, "fused", 1),
    ]
    assert [row.estimates[METRICS.index("recall@1")].mean for row in rows] == [0.5, 0.5, 1, 0, 0, 1, 1, 0]


def test_a_channel_that_found_nothing_for_a_question_counts_as_a_miss() -> None:
    rows = summarise([Found(seek(), {"passage": ("a",)}), Found(seek(), {"lexical": ()})])
    assert [(row.channel, row.estimates[0].mean) for row in rows] == [("passage", 0.5), ("lexical", 0.0)]


def test_nothing_is_measured_of_nothing() -> None:
    assert summarise([]) == []


def test_the_table_gives_each_figure_with_its_interval() -> None:
    header, *lines = tabulate_rows(
        summarise([Found(seek(), {"fused": ("x", "a")}), Found(seek(), {"fused": ("x", "a")})])
    )
    assert [cell.strip() for cell in header.split("|")] == ["language", "channel", "questions", *METRICS]
    (cells,) = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert cells == [
        "kk", "fused", "2", "0.631 [0.631, 0.631]", "0.500 [0.500, 0.500]", "0.000 [0.000, 0.000]",
        "1.000 [1.000, 1.000]", "1.000 [1.000, 1.000]",
    ]  # fmt: skip


def test_the_table_tells_kinds_only_where_they_are_known() -> None:
    lines = list(tabulate_rows(summarise([Found(seek(kind="date"), {"fused": ("a",)})])))
    cells = [[cell.strip() for cell in line.split("|")][:3] for line in lines]
    assert cells == [["language", "kind", "channel"], ["kk", "all", "fused"], ["kk", "date", "fused"]]
    assert len({tuple(at for at, char in enumerate(line) if char == "|") for line in lines}) == 1
