"""Distribution names and parameters (NumPyro's) -> log cdf and log survival, both tails exact.

What is here can be truncated (`Truncated`) and censored; what is not has no cdf in log space.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr  # type: ignore[import-untyped]

from .special import (
    log1mexp,
    log_betainc,
    log_gammainc,
    log_gammaincc,
    log_stdtr,
    softplus,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tails:
    """``below`` is log P(Y <= y), ``above`` log P(Y > y), of y and the family's parameters."""

    below: Callable[..., Floats]
    above: Callable[..., Floats]


CDFS: dict[str, Tails] = {}


def _symmetric(name: str, standard: Callable[..., Floats]) -> None:
    """A location-scale family: its parameters end in location and scale."""

    def below(y: Floats, *parameters: Floats) -> Floats:
        *shape, loc, scale = parameters
        return np.asarray(standard((y - loc) / scale, *shape))

    def above(y: Floats, *parameters: Floats) -> Floats:
        *shape, loc, scale = parameters
        return np.asarray(standard((loc - y) / scale, *shape))

    CDFS[name] = Tails(below, above)


def cauchy(z: Floats) -> Floats:
    return np.log(np.arctan2(1.0, -z) / np.pi)


def laplace(z: Floats) -> Floats:
    below = np.minimum(z, 0.0) - np.log(2.0)
    above = np.log1p(-0.5 * np.exp(-np.maximum(z, 0.0)))
    return np.where(z < 0.0, below, above)


def soft_laplace(z: Floats) -> Floats:
    # arctan(e^z) is e^z where that is all there is of it.
    small = np.exp(np.minimum(z, 0.0))
    below = np.minimum(z, 0.0) + np.log(np.where(small > 0.0, np.arctan(small) / small, 1.0))
    below = np.where(small > 0.0, below, z) + float(np.log(2.0 / np.pi))
    other = 2.0 / np.pi * np.arctan(np.exp(-np.maximum(z, 0.0)))
    return np.where(z < 0.0, below, np.log1p(-other))


_symmetric("Normal", lambda z: np.asarray(log_ndtr(z)))
_symmetric("Cauchy", cauchy)
_symmetric("Laplace", laplace)
_symmetric("Logistic", lambda z: -softplus(-z))
_symmetric("SoftLaplace", soft_laplace)
_symmetric("StudentT", lambda z, df: log_stdtr(df, z))


def _folded(name: str, base: str) -> None:
    """The absolute value of a variable symmetric about zero."""

    def above(y: Floats, *parameters: Floats) -> Floats:
        *shape, scale = parameters
        there = CDFS[base].above(np.maximum(y, 0.0), *shape, np.asarray(0.0), scale)
        return np.asarray(np.log(2.0) + there)

    CDFS[name] = Tails(lambda y, *p: log1mexp(-above(y, *p)), above)


_folded("HalfNormal", "Normal")
_folded("HalfCauchy", "Cauchy")
_folded("HalfStudentT", "StudentT")


def _from_survival(name: str, above: Callable[..., Floats]) -> None:
    """``above`` is never positive; above zero probability starts at its own lower end."""
    CDFS[name] = Tails(lambda y, *p: log1mexp(-above(y, *p)), above)


def _positive(y: Floats) -> Floats:
    return np.maximum(y, 0.0)


_from_survival("Exponential", lambda y, rate: -rate * _positive(y))
_from_survival("Weibull", lambda y, scale, k: -((_positive(y) / scale) ** k))
_from_survival("Gompertz", lambda y, a, rate: -a * np.expm1(rate * _positive(y)))
_from_survival("Pareto", lambda y, scale, alpha: -alpha * np.log(np.maximum(y / scale, 1.0)))
_from_survival(
    "LowerTruncatedPowerLaw",
    lambda y, alpha, low: (1.0 + alpha) * np.log(np.maximum(y / low, 1.0)),
)
CDFS["LogNormal"] = Tails(
    lambda y, loc, scale: CDFS["Normal"].below(np.log(_positive(y)), loc, scale),
    lambda y, loc, scale: CDFS["Normal"].above(np.log(_positive(y)), loc, scale),
)
CDFS["Gumbel"] = Tails(
    lambda y, loc, scale: -np.exp((loc - y) / scale),
    lambda y, loc, scale: log1mexp(np.exp((loc - y) / scale)),
)
CDFS["Gamma"] = Tails(
    lambda y, a, rate: log_gammainc(a, rate * _positive(y)),
    lambda y, a, rate: log_gammaincc(a, rate * _positive(y)),
)
CDFS["Chi2"] = Tails(
    lambda y, df: CDFS["Gamma"].below(y, 0.5 * df, 0.5),
    lambda y, df: CDFS["Gamma"].above(y, 0.5 * df, 0.5),
)
CDFS["InverseGamma"] = Tails(
    lambda y, a, rate: log_gammaincc(a, rate / _positive(y)),
    lambda y, a, rate: log_gammainc(a, rate / _positive(y)),
)


def _unit(y: Floats) -> Floats:
    return np.clip(y, 0.0, 1.0)


CDFS["Beta"] = Tails(
    lambda y, a, b: log_betainc(a, b, _unit(y), 1.0 - _unit(y)),
    lambda y, a, b: log_betainc(b, a, 1.0 - _unit(y), _unit(y)),
)
CDFS["Kumaraswamy"] = Tails(
    lambda y, a, b: log1mexp(-b * np.log1p(-(_unit(y) ** a))),
    lambda y, a, b: b * np.log1p(-(_unit(y) ** a)),
)
CDFS["Uniform"] = Tails(
    lambda y, low, high: np.log((np.clip(y, low, high) - low) / (high - low)),
    lambda y, low, high: np.log((high - np.clip(y, low, high)) / (high - low)),
)


def asymmetric_laplace(z: Floats, left: Floats, right: Floats) -> Tails:
    """Of z = y - loc, decaying over ``left`` below and ``right`` above."""
    log_left, log_right = -np.log1p(right / left), -np.log1p(left / right)
    down = log_left + np.minimum(z, 0.0) / left
    up = log_right - np.maximum(z, 0.0) / right
    return Tails(
        lambda: np.where(z < 0.0, down, log1mexp(-up)),
        lambda: np.where(z < 0.0, log1mexp(-down), up),
    )


CDFS["AsymmetricLaplace"] = Tails(
    lambda y, loc, s, k: asymmetric_laplace(y - loc, s * k, s / k).below(),
    lambda y, loc, s, k: asymmetric_laplace(y - loc, s * k, s / k).above(),
)
CDFS["AsymmetricLaplaceQuantile"] = Tails(
    lambda y, loc, s, q: asymmetric_laplace(y - loc, s / (1.0 - q), s / q).below(),
    lambda y, loc, s, q: asymmetric_laplace(y - loc, s / (1.0 - q), s / q).above(),
)


# --- counts: P(Y <= k) of a whole k, the end that a bound falls to being the caller's affair ------


def _count_tails(below: Callable[..., Floats], above: Callable[..., Floats]) -> Tails:
    """Nothing lies below zero."""

    def guarded_below(k: Floats, *p: Floats) -> Floats:
        return np.where(k < 0.0, -np.inf, below(np.maximum(np.floor(k), 0.0), *p))

    def guarded_above(k: Floats, *p: Floats) -> Floats:
        return np.where(k < 0.0, 0.0, above(np.maximum(np.floor(k), 0.0), *p))

    return Tails(guarded_below, guarded_above)


def negative_binomial(k: Floats, r: Floats, logits: Floats) -> tuple[Floats, Floats]:
    """log P(Y <= k), log P(Y > k) with probability sigmoid(logits) of what is counted."""
    p, rest = np.exp(-softplus(-logits)), np.exp(-softplus(logits))
    return log_betainc(r, k + 1.0, rest, p), log_betainc(k + 1.0, r, p, rest)


CDFS["Poisson"] = _count_tails(
    lambda k, rate: log_gammaincc(k + 1.0, rate),
    lambda k, rate: log_gammainc(k + 1.0, rate),
)
CDFS["NegativeBinomialLogits"] = _count_tails(
    lambda k, r, logits: negative_binomial(k, r, logits)[0],
    lambda k, r, logits: negative_binomial(k, r, logits)[1],
)
CDFS["NegativeBinomial2"] = Tails(
    lambda k, mean, c: CDFS["NegativeBinomialLogits"].below(k, c, np.log(mean / c)),
    lambda k, mean, c: CDFS["NegativeBinomialLogits"].above(k, c, np.log(mean / c)),
)
CDFS["GeometricLogits"] = _count_tails(
    lambda k, logits: log1mexp((k + 1.0) * softplus(logits)),
    lambda k, logits: -(k + 1.0) * softplus(logits),
)
CDFS["GeometricProbs"] = _count_tails(
    lambda k, p: log1mexp(-(k + 1.0) * np.log1p(-p)),
    lambda k, p: (k + 1.0) * np.log1p(-p),
)


def by_sums(log_pmf: Callable[[Floats], Floats], last: int) -> Tails:
    """Tails of a count from 0 to ``last`` by adding up; ``log_pmf`` is -inf beyond a row's own."""
    table = np.stack([log_pmf(np.asarray(float(j))) for j in range(last + 1)], axis=-1)
    nothing = np.full((*table.shape[:-1], 1), -np.inf)
    up = np.concatenate([nothing, np.logaddexp.accumulate(table, axis=-1)], axis=-1)
    down = np.logaddexp.accumulate(table[..., ::-1], axis=-1)[..., ::-1]
    down = np.concatenate([down, nothing], axis=-1)

    def pick(sums: Floats, k: Floats) -> Floats:
        place = np.clip(np.floor(k) + 1.0, 0.0, last + 1.0).astype(np.int64)
        shape = np.broadcast_shapes(place.shape, sums.shape[:-1])
        rows = np.broadcast_to(sums, (*shape, sums.shape[-1]))
        picked = np.take_along_axis(rows, np.broadcast_to(place, shape)[..., None], axis=-1)
        return np.minimum(picked[..., 0], 0.0)

    return Tails(lambda k: pick(up, k), lambda k: pick(down, k))
