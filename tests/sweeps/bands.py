"""Ranks of true values among posterior draws -> whether they are uniform.

Simultaneous bands of the empirical distribution (Sailynoja, Burkner and Vehtari 2022, Graphical
test for discrete uniformity): the smallest pointwise tail probability of the ranks' empirical
distribution over all points, and how often uniform ranks give one as small.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def smallest_tail(ranks: NDArray[np.int64], draws: int) -> float:
    """``ranks`` (simulation,) in 0..draws: 2 min over z of the binomial tails of N F(z)."""
    return float(_tails(ranks[None, :], draws)[0])


def _tails(ranks: NDArray[np.int64], draws: int) -> NDArray[np.float64]:
    number = ranks.shape[1]
    counts = np.apply_along_axis(np.bincount, 1, ranks, minlength=draws + 1)
    below = np.cumsum(counts, axis=1)[:, :-1]
    z = np.arange(1, draws + 1) / (draws + 1)
    tables = [stats.binom.cdf(np.arange(number + 1), number, p) for p in z]
    upper = [stats.binom.sf(np.arange(number + 1) - 1, number, p) for p in z]
    lower = np.stack([tables[k][below[:, k]] for k in range(draws)], axis=1)
    higher = np.stack([upper[k][below[:, k]] for k in range(draws)], axis=1)
    found: NDArray[np.float64] = 2 * np.minimum(lower, higher).min(axis=1)
    return found


@cache
def _null(number: int, draws: int, simulations: int = 200_000) -> NDArray[np.float64]:
    rng = np.random.RandomState(7)
    chunks = [
        _tails(rng.randint(0, draws + 1, (2000, number)), draws) for _ in range(simulations // 2000)
    ]
    return np.sort(np.concatenate(chunks))


def p_value(ranks: NDArray[np.int64], draws: int) -> float:
    """How often uniform ranks would leave as narrow a band, at least 1 / simulations."""
    null = _null(len(ranks), draws)
    place = np.searchsorted(null, smallest_tail(ranks, draws), side="right")
    return float(max(place, 1) / len(null))
