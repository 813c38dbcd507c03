"""Diagnostics of Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021).

Draws are (chain, draw) everywhere.
"""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.float64]


def split(draws: Draws) -> Draws:
    """Each chain cut into its halves; an odd draw in the middle is left out."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


@lru_cache
def normal_scores(size: int) -> Draws:
    """Normal quantiles of the ranks 1, 1.5, 2, ... size (halves are for ties)."""
    ranks = np.arange(2, 2 * size + 1) / 2.0
    quantile = NormalDist().inv_cdf
    return np.array([quantile((rank - 0.375) / (size + 0.25)) for rank in ranks])


def rank_normalise(draws: Draws) -> Draws:
    """Draws replaced by the normal scores of their average ranks."""
    _, inverse, counts = np.unique(draws, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    twice_rank = 2 * last - counts + 1
    scores: Draws = normal_scores(draws.size)[twice_rank - 2]
    return scores[inverse].reshape(draws.shape)


def ess(draws: Draws) -> float:
    """Effective sample size by Geyer's initial monotone sequence."""
    chains, n = draws.shape
    centred = draws - draws.mean(axis=1, keepdims=True)
    size = 2 ** int(np.ceil(np.log2(2 * n)))
    spectrum = np.fft.rfft(centred, size)
    power = np.fft.irfft(spectrum * np.conj(spectrum), size)
    covariance = power[:, :n].mean(axis=0) / n
    within = covariance[0] * n / (n - 1)
    total = covariance[0] + draws.mean(axis=1).var(ddof=1)
    correlation = 1.0 - (within - covariance) / total
    correlation[0] = 1.0
    pairs = correlation[: n // 2 * 2].reshape(-1, 2).sum(axis=1)[:-1]
    negative = np.flatnonzero(pairs < 0.0)
    stop = int(negative[0]) if negative.size else len(pairs)
    time = 2.0 * np.minimum.accumulate(pairs[:stop]).sum() - 1.0
    time += max(float(correlation[2 * stop]), 0.0)
    count = chains * n
    return float(count / max(time, 1.0 / np.log10(count)))


def scale_ratio(draws: Draws) -> float:
    """R-hat of chains already split."""
    n = draws.shape[1]
    within = draws.var(axis=1, ddof=1).mean()
    between = draws.mean(axis=1).var(ddof=1)
    return float(np.sqrt((n - 1) / n + between / within))


def r_hat(draws: Draws) -> float:
    """The larger of the rank R-hat and the folded one."""
    halves = split(draws)
    folded = np.abs(halves - np.median(halves))
    return max(scale_ratio(rank_normalise(x)) for x in (halves, folded))


def ess_bulk(draws: Draws) -> float:
    """Effective sample size of the rank-normalised draws."""
    return ess(rank_normalise(split(draws)))


def ess_tail(draws: Draws) -> float:
    """The smaller effective sample size of the 5% and 95% quantiles."""
    halves = split(draws)
    low, high = np.quantile(draws, [0.05, 0.95])
    return min(ess((halves <= bound).astype(float)) for bound in (low, high))


def mcse_mean(draws: Draws) -> float:
    """Monte Carlo standard error of the mean."""
    return float(draws.std(ddof=1) / np.sqrt(ess(split(draws))))


def mcse_sd(draws: Draws) -> float:
    """Monte Carlo standard error of the standard deviation (delta method)."""
    square = (draws - draws.mean()) ** 2
    variance = square.mean()
    of_variance = ((square**2).mean() - variance**2) / ess(split(square))
    return float(np.sqrt(of_variance / variance / 4.0))


def mcse_median(draws: Draws) -> float:
    """Monte Carlo standard error of the median: half the width of its 68% interval."""
    halves = split(draws)
    size = ess((halves <= np.median(draws)).astype(float))
    level = np.sqrt(0.25 / size)
    low, high = np.quantile(draws, [0.5 - level, 0.5 + level])
    return float((high - low) / 2.0)


def energy_fraction(energy: Draws) -> float:
    """The smallest E-BFMI of the chains; below 0.3 the tails are not explored."""
    moves = np.diff(energy, axis=1)
    return float(((moves**2).mean(axis=1) / energy.var(axis=1)).min())
