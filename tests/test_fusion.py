"""index/fusion.py: several rankings become one, and a weak one cannot spoil a strong one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.fusion import fuse_channels, trust

NAN = float("nan")

scores = st.integers(1, 30).flatmap(
    lambda size: st.fixed_dictionaries(
        {
            name: arrays(np.float32, size, elements=st.one_of(st.just(NAN), st.floats(-1, 1, width=16)))
            for name in ("lexical", "passage", "sentence")
        }
    )
)


def test_one_channel_ranks_as_it_does() -> None:
    fused = fuse_channels({"lexical": np.array([0.1, 0.3, NAN, 0.2], dtype=np.float32)}, 4)
    assert [number for number, _, _ in fused] == [1, 3, 0, 2]
    assert [ranks for _, _, ranks in fused] == [{"lexical": 1}, {"lexical": 2}, {"lexical": 3}, {}]


def test_ranks_tell_each_channel_that_found_the_passage() -> None:
    fused = fuse_channels(
        {
            "lexical": np.array([0.5, 0.4, NAN], dtype=np.float32),
            "sentence": np.array([NAN, 0.9, 0.8], dtype=np.float32),
        },
        3,
    )
    assert {number: ranks for number, _, ranks in fused} == {
        0: {"lexical": 1},
        1: {"lexical": 2, "sentence": 1},
        2: {"sentence": 2},
    }


def test_passage_that_leads_by_terms_is_not_dethroned_by_vectors_alone() -> None:
    lexical = np.full(50, 0.02, dtype=np.float32)
    lexical[7] = 0.4
    near = np.linspace(1, 6, 50, dtype=np.float32)
    assert fuse_channels({"lexical": lexical, "passage": near, "sentence": near}, 1)[0][0] == 7


def test_an_encoder_that_knows_less_counts_less() -> None:
    assert 0 < trust("static") < trust("BAAI/bge-m3") < trust("bundled")
    channels = {"lexical": np.array([0.2, 0.1], dtype=np.float32), "sentence": np.array([1, 6], dtype=np.float32)}
    assert fuse_channels(channels, 1, trust("bundled"))[0][0] == 1
    assert fuse_channels(channels, 1, trust("static"))[0][0] == 0


def test_vectors_decide_between_passages_that_terms_rank_alike() -> None:
    lexical = np.array([0.2, 0.2, 0.0, 0.0], dtype=np.float32)
    near = np.array([1, 6, 5, 0], dtype=np.float32)
    assert [number for number, _, _ in fuse_channels({"lexical": lexical, "passage": near}, 2)] == [1, 0]


def test_nothing_found_by_any_channel_still_gives_passages() -> None:
    nothing = np.full(3, NAN, dtype=np.float32)
    assert fuse_channels({"lexical": nothing, "passage": nothing}, 2) == [(0, 0.0, {}), (1, 0.0, {})]


@given(scores, st.integers(1, 40))
def test_best_come_first_and_no_passage_twice(channels: dict[str, np.ndarray], k: int) -> None:
    fused = fuse_channels(channels, k)
    numbers = [number for number, _, _ in fused]
    values = [score for _, score, _ in fused]
    assert len(fused) == min(k, len(channels["lexical"]))
    assert len(set(numbers)) == len(numbers)
    assert values == sorted(values, reverse=True)
    assert np.isfinite(values).all()


@given(scores)
def test_ranks_of_a_channel_count_from_one_without_gaps(channels: dict[str, np.ndarray]) -> None:
    fused = fuse_channels(channels, len(channels["lexical"]))
    for name, found in channels.items():
        ranks = sorted(ranks[name] for _, _, ranks in fused if name in ranks)
        assert ranks == list(range(1, int((~np.isnan(found)).sum()) + 1))


@given(scores)
def test_channel_that_finds_all_alike_leaves_the_order(channels: dict[str, np.ndarray]) -> None:
    alone = {"lexical": channels["lexical"]}
    with_flat = {**alone, "passage": np.full_like(channels["lexical"], 0.5)}
    assert [number for number, _, _ in fuse_channels(alone, 99)] == [
        number for number, _, _ in fuse_channels(with_flat, 99)
    ]


@given(scores)
def test_clear_lead_by_terms_outweighs_any_vectors(channels: dict[str, np.ndarray]) -> None:
    size = len(channels["lexical"])
    # Half the question covered against none, and cosines that lie up to eight spreads apart.
    lexical = np.full(size, NAN, dtype=np.float32)
    lexical[size // 2] = 0.5
    near = {name: channels[name] * 4 for name in ("passage", "sentence")}
    assert fuse_channels({"lexical": lexical, **near}, 1)[0][0] == size // 2
