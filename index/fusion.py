"""Several rankings of the passages become one."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

WEIGHTS = {"lexical": 1.0, "passage": 0.012, "sentence": 0.012}
"""What a channel's score counts: lexical scores are shares of the question, the others cosines in units of how much the
encoder's cosines vary in this index (`Manifest.spread`). A cosine that stands out by one such unit counts as much as
1.2 % of the question, so an encoder to which all texts look alike, or unlike at random, does little harm.
Scaling every channel by its spread over the passages instead (z-scores) did as well on a thousand passages, but on a
handful it makes as much of noise as of a clear answer. The weights did best on questions in either language over
encyclopaedia passages and news; from 0.008 to 0.016 nDCG@10 stays within one point."""

Scores = npt.NDArray[np.float32]


def fuse_channels(channels: Mapping[str, Scores], k: int) -> list[tuple[int, float, dict[str, int]]]:
    """Rank passages by the weighted sum of their channels' scores.

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
            total += WEIGHTS[name] * np.where(np.isnan(scores), missing, scores)
    best = np.argsort(-total, kind="stable")[:k]
    return [
        (int(number), float(total[number]), {name: int(rank[number]) for name, rank in ranks.items() if rank[number]})
        for number in best
    ]
