"""Ordinal links: levels 0..K-1 and K-1 cutpoints, in log space in every tail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr  # type: ignore[import-untyped]

from ..cdfs import by_sums
from ..conditional import Conditional
from ..data import BadProgram
from ..special import log1mexp, log_diff, softplus
from .base import link, log_chances, prior

Floats = NDArray[np.float64]
# Its default is two sites, a first cutpoint and gaps: see `likelihoods`.
CUTPOINTS = object()


def by_table(logs: Floats) -> Conditional:
    """``logs[..., k]`` is the log probability of level k."""

    def log_prob(y: Floats) -> Floats:
        shape = np.broadcast_shapes(np.shape(y), logs.shape[:-1])
        rows = np.broadcast_to(logs, (*shape, logs.shape[-1]))
        index = np.broadcast_to(np.asarray(y).astype(np.int64), shape)
        return np.take_along_axis(rows, index[..., None], axis=-1)[..., 0]

    tails = by_sums(log_prob, logs.shape[-1] - 1)
    return Conditional(log_prob, tails.below, tails.above, discrete=True)


def _between(low: Floats, high: Floats, function: str) -> Floats:
    """log(F(high) - F(low))."""
    gap = high - low
    match function:
        case "logit":
            return np.asarray(log1mexp(gap) - softplus(-high) - softplus(low))
        case "probit":
            flip = low + high > 0.0
            upper, lower = np.where(flip, -low, high), np.where(flip, -high, low)
            return np.asarray(log_diff(log_ndtr(upper), log_ndtr(lower)))
        case "cloglog":
            return np.asarray(-np.exp(low) + log1mexp(np.exp(low) * np.expm1(gap)))
        case _:
            raise BadProgram(f"an ordinal link with `link = {function}`")


@link("cumulative", "logit", cutpoints=CUTPOINTS)
def cumulative(eta: Floats, function: str, cutpoints: Floats) -> Conditional:
    """P(Y <= k) = F(c_k - eta)."""
    z = cutpoints - eta[..., None]
    first, last = log_chances(z[..., :1], function)[0], log_chances(z[..., -1:], function)[1]
    inside = _between(z[..., :-1], z[..., 1:], function)
    return by_table(np.concatenate([first, inside, last], axis=-1))


def _sequential(stop: Floats, go_on: Floats) -> Conditional:
    """Levels are passed one after the other: logs of stopping at each and of going on."""
    passed = np.cumsum(go_on, axis=-1)
    zero = np.zeros_like(passed[..., :1])
    before = np.concatenate([zero, passed], axis=-1)
    return by_table(before + np.concatenate([stop, zero], axis=-1))


@link("sratio", "logit", cutpoints=prior("Normal", 0, 2))
def sratio(eta: Floats, function: str, cutpoints: Floats) -> Conditional:
    """P(Y = k given Y >= k) = F(c_k - eta)."""
    return _sequential(*log_chances(cutpoints - eta[..., None], function))


@link("cratio", "logit", cutpoints=prior("Normal", 0, 2))
def cratio(eta: Floats, function: str, cutpoints: Floats) -> Conditional:
    """P(Y > k given Y >= k) = F(eta - c_k)."""
    go_on, stop = log_chances(eta[..., None] - cutpoints, function)
    return _sequential(stop, go_on)


@link("acat", "logit", cutpoints=prior("Normal", 0, 2))
def acat(eta: Floats, function: str, cutpoints: Floats) -> Conditional:
    """log P(k + 1) / P(k) = eta - c_k."""
    if function != "logit":
        raise BadProgram(f"`acat` with `link = {function}`")
    steps = np.cumsum(eta[..., None] - cutpoints, axis=-1)
    logits = np.concatenate([np.zeros_like(steps[..., :1]), steps], axis=-1)
    return by_table(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))
