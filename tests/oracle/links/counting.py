"""Links of counts: the predictor is the mean, on the log scale unless `link =` says otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln  # type: ignore[import-untyped]

from .. import counts
from ..cdfs import CDFS
from ..conditional import Conditional
from .base import POSITIVE_PRIOR, link, log_mean

Floats = NDArray[np.float64]


@link("poisson", "log")
def poisson(eta: Floats, function: str) -> Conditional:
    log_rate = log_mean(eta, function)
    rate = np.exp(log_rate)

    def kernel(y: Floats) -> Floats:
        return np.asarray(np.where(y == 0.0, 0.0, y * log_rate) - gammaln(y + 1.0))

    tails = CDFS["Poisson"]
    return Conditional(
        lambda y: kernel(y) - rate,
        lambda y: tails.below(y, rate),
        lambda y: tails.above(y, rate),
        discrete=True,
        kernel=kernel,
    )


@link("negative_binomial", "log", concentration=POSITIVE_PRIOR)
def negative_binomial(eta: Floats, function: str, concentration: Floats) -> Conditional:
    """Mean mu, variance mu + mu^2 / concentration."""
    logits = log_mean(eta, function) - np.log(concentration)
    tails = CDFS["NegativeBinomialLogits"]
    return Conditional(
        lambda y: counts.negative_binomial_logits(y, concentration, logits),
        lambda y: tails.below(y, concentration, logits),
        lambda y: tails.above(y, concentration, logits),
        discrete=True,
    )


@link("geometric", "log")
def geometric(eta: Floats, function: str) -> Conditional:
    """Failures before the first success."""
    logits = -log_mean(eta, function)
    tails = CDFS["GeometricLogits"]
    return Conditional(
        lambda y: counts.geometric_logits(y, logits),
        lambda y: tails.below(y, logits),
        lambda y: tails.above(y, logits),
        discrete=True,
    )
