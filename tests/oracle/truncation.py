"""`Truncated(D, low, high)` and NumPyro's truncated classes -> log densities.

The mass between the bounds is a difference of log cdfs, taken in the tail where it does not cancel.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, log_ndtr, stdtr  # type: ignore[import-untyped]

from .densities import DENSITIES, REQUIRED, Density, density, gamma, softplus
from .supports import Support, between

Floats = NDArray[np.float64]


def _cauchy(z: Floats) -> Floats:
    return np.log(np.arctan2(1.0, -z) / np.pi)


def _laplace(z: Floats) -> Floats:
    below = np.minimum(z, 0.0) - np.log(2.0)
    above = np.log1p(-0.5 * np.exp(-np.maximum(z, 0.0)))
    return np.where(z < 0.0, below, above)


def _logistic(z: Floats) -> Floats:
    return -softplus(-z)


def _soft_laplace(z: Floats) -> Floats:
    below = np.log(np.arctan(np.exp(np.minimum(z, 0.0))))
    above = np.log(0.5 * np.pi - np.arctan(np.exp(-np.maximum(z, 0.0))))
    return np.where(z < 0.0, below, above) + float(np.log(2.0 / np.pi))


# Log cdf of the standard form; all six are symmetric about their location.
LOG_CDF: dict[str, Callable[[Floats], Floats]] = {
    "Normal": lambda z: np.asarray(log_ndtr(z)),
    "Cauchy": _cauchy,
    "Laplace": _laplace,
    "Logistic": _logistic,
    "SoftLaplace": _soft_laplace,
}
TRUNCATABLE = (*LOG_CDF, "StudentT")


def log_mass(
    log_cdf: Callable[[Floats], Floats], low: Floats | None, high: Floats | None
) -> Floats:
    """log P(low < Z < high) for a symmetric standard variable."""
    if low is None and high is None:
        return np.asarray(0.0)
    if low is None:
        assert high is not None
        return log_cdf(high)
    if high is None:
        reflected: Floats = -low
        return log_cdf(reflected)
    # Reflect an interval above the centre: P(a < Z < b) = P(-b < Z < -a).
    flip = low > 0.0
    lower, upper = np.where(flip, -high, low), np.where(flip, -low, high)
    log_upper = log_cdf(upper)
    return np.asarray(log_upper + np.log1p(-np.exp(log_cdf(lower) - log_upper)))


def truncate(
    family: str,
    parameters: tuple[Floats, ...],
    x: Floats,
    low: Floats | None,
    high: Floats | None,
) -> Floats:
    """The log density of a truncated location-scale family; ``parameters`` in NumPyro's order."""
    *shape, loc, scale = parameters
    if family == "StudentT":
        df = shape[0]
        log_cdf: Callable[[Floats], Floats] = lambda z: np.log(stdtr(df, z))  # noqa: E731
    else:
        log_cdf = LOG_CDF[family]
    standard = [None if end is None else (end - loc) / scale for end in (low, high)]
    base = DENSITIES[family].log_prob(x, *parameters)
    return np.asarray(base - log_mass(log_cdf, *standard))


def bounds(low: Floats | None, high: Floats | None) -> Support:
    return between(-np.inf if low is None else low, np.inf if high is None else high)


def truncated(family: str) -> Density:
    """`Truncated(family(...), low, high)` as a density of the family's parameters and the ends."""
    if family not in TRUNCATABLE:
        raise ValueError(f"`Truncated` does not take {family}")
    inner = DENSITIES[family].parameters
    n = len(inner)
    return Density(
        {**inner, "low": None, "high": None},
        lambda *p: bounds(p[n], p[n + 1]),
        lambda x, *p: truncate(family, p[:n], x, p[n], p[n + 1]),
    )


for _name, _family in (("TruncatedNormal", "Normal"), ("TruncatedCauchy", "Cauchy")):
    DENSITIES[_name] = truncated(_family)


@density(
    "TruncatedGamma",
    lambda a, b, low, high: between(0.0 if low is None else low, np.inf if high is None else high),
    concentration=1.0,
    rate=1.0,
    low=None,
    high=None,
)
def truncated_gamma(
    x: Floats, concentration: Floats, rate: Floats, low: Floats | None, high: Floats | None
) -> Floats:
    a = concentration
    below = np.asarray(0.0) if low is None else rate * low
    above = np.asarray(np.inf) if high is None else rate * high
    in_tail = gammainc(a, below) > 0.5
    mass = np.where(
        in_tail,
        gammaincc(a, below) - gammaincc(a, above),
        gammainc(a, above) - gammainc(a, below),
    )
    return np.asarray(gamma(x, concentration, rate) - np.log(mass))


assert DENSITIES["TruncatedNormal"].parameters["low"] is not REQUIRED
