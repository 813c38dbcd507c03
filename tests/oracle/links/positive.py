"""Links of the positive half line: the predictor is the mean, on the log scale by default."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, log_ndtr, xlogy  # type: ignore[import-untyped]

from ..conditional import Conditional
from ..special import (
    LOG_2PI,
    log1mexp,
    log_diff,
    log_gammainc,
    log_gammaincc,
    log_mills,
    log_phi,
)
from .base import POSITIVE_PRIOR, link, log_mean

Floats = NDArray[np.float64]


def _part(y: Floats) -> Floats:
    return np.maximum(y, 0.0)


@link("gamma", "log", shape=POSITIVE_PRIOR)
def gamma(eta: Floats, function: str, shape: Floats) -> Conditional:
    """Rate shape / mean."""
    log_rate = np.log(shape) - log_mean(eta, function)
    rate = np.exp(log_rate)

    def log_prob(y: Floats) -> Floats:
        return np.asarray(shape * log_rate - gammaln(shape) + xlogy(shape - 1.0, y) - rate * y)

    return Conditional(
        log_prob,
        lambda y: log_gammainc(shape, rate * _part(y)),
        lambda y: log_gammaincc(shape, rate * _part(y)),
    )


@link("exponential", "log")
def exponential(eta: Floats, function: str) -> Conditional:
    log_rate = -log_mean(eta, function)
    rate = np.exp(log_rate)
    return Conditional(
        lambda y: log_rate - rate * y,
        lambda y: log1mexp(rate * _part(y)),
        lambda y: -rate * _part(y),
    )


@link("weibull", "log", shape=POSITIVE_PRIOR)
def weibull(eta: Floats, function: str, shape: Floats) -> Conditional:
    """Scale mean / Gamma(1 + 1 / shape)."""
    log_scale = log_mean(eta, function) - gammaln(1.0 + 1.0 / shape)

    def hazard(y: Floats) -> Floats:
        return np.exp(shape * (np.log(_part(y)) - log_scale))

    def log_prob(y: Floats) -> Floats:
        z = np.log(y) - log_scale
        return np.asarray(np.log(shape) - log_scale + (shape - 1.0) * z - np.exp(shape * z))

    return Conditional(log_prob, lambda y: log1mexp(hazard(y)), lambda y: -hazard(y))


@link("inverse_gaussian", "log", shape=POSITIVE_PRIOR)
def inverse_gaussian(eta: Floats, function: str, shape: Floats) -> Conditional:
    log_m = log_mean(eta, function)

    def log_prob(y: Floats) -> Floats:
        off = y * np.exp(-log_m) - 1.0
        return np.asarray(
            0.5 * (np.log(shape) - LOG_2PI - xlogy(3.0, y)) - 0.5 * shape * off**2 / y
        )

    def ends(y: Floats) -> tuple[Floats, Floats]:
        root, ratio = np.sqrt(shape / y), y * np.exp(-log_m)
        return root * (ratio - 1.0), root * (ratio + 1.0)

    # Phi(a) + exp(2 shape / mean) Phi(-b), the second being phi(a) Phi(-b) / phi(b).
    def below(y: Floats) -> Floats:
        a, b = ends(y)
        near = np.logaddexp(log_ndtr(a), log_phi(a) + log_mills(-b))
        return np.where(y <= 0.0, -np.inf, np.where(a < 0.0, near, log1mexp(-right(a, b))))

    def right(a: Floats, b: Floats) -> Floats:
        return np.asarray(log_phi(a) + log_diff(log_mills(-a), log_mills(-b)))

    def above(y: Floats) -> Floats:
        a, b = ends(y)
        near = log1mexp(-np.logaddexp(log_ndtr(a), log_phi(a) + log_mills(-b)))
        return np.where(y <= 0.0, 0.0, np.where(a < 0.0, near, right(a, b)))

    return Conditional(log_prob, below, above)
