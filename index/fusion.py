"""Several rankings of the passages become one."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from index.embed import BUNDLED, STATIC

NEAR = 0.03
"""What the cosine of a passage counts, and that of its nearest sentence. Lexical scores are shares of the question,
cosines come in units of how much they vary in this index (`Manifest.spread`): one that stands out by such a unit counts
as much as 3 % of the question, so an encoder to which all texts look alike, or unlike at random, does little harm.
Scaling every channel by its spread over the passages instead (z-scores) did as well on a thousand passages, but on a
handful it makes as much of noise as of a clear answer."""

NEAR_BUNDLED = 0.08
"""The same of the bundled encoder, which is known. On questions in either language over encyclopaedia passages, cut in
five, each four fifths chose this; from 0.045 to 0.09 nDCG@10 stays within one point. Weights fitted by regression on
the three scores, their squares, products or ranks did worse on the questions left out."""

NEAR_STATIC = 0.012  # that of the static encoder, which knows less

Scores = npt.NDArray[np.float32]


def trust(encoder: str) -> float:
    """What a cosine of the encoder of that name counts."""
    return {BUNDLED: NEAR_BUNDLED, STATIC: NEAR_STATIC}.get(encoder, NEAR)


def fuse_channels(
    channels: Mapping[str, Scores], k: int, near: float = NEAR
) -> list[tuple[int, float, dict[str, int]]]:
    """Rank passages by the weighted sum of their channels' scores.

    `near` is what the channels other than the lexical one count.
    `channels`: each (passages,), NaN where a channel did not find a passage; such a passage counts as 0 in the lexical
    channel and as the worst found in the others.
    Returns: the best `k` passages as number, fused score, and rank from 1 in each channel that found it.
    """
    total = np.zeros(len(next(iter(channels.values()))), dtype=np.float64)
    ranks: dict[str, npt.NDArray[np.int64]] = {}
    for name, scores in channels.items():
        found = np.flatnonzero(~np.isnan(scores))
        if len(found):
            order = found[np.argsort(-scores[found], kind="stable")]
            ranks[name] = np.zeros(len(scores), dtype=np.int64)
            ranks[name][order] = np.arange(1, len(order) + 1)
            # Terms find every passage that holds one; the search for the nearest vectors ends before the farther ones.
            missing = 0.0 if name == "lexical" else scores[order[-1]]
            total += (1.0 if name == "lexical" else near) * np.where(np.isnan(scores), missing, scores)
    best = np.argsort(-total, kind="stable")[:k]
    return [
        (int(number), float(total[number]), {name: int(rank[number]) for name, rank in ranks.items() if rank[number]})
        for number in best
    ]
