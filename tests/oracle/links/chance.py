"""Links whose predictor is a probability, on the logit scale unless `link =` says otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import counts, densities
from ..cdfs import by_sums
from ..conditional import Conditional
from ..densities import REQUIRED
from ..special import log_betainc, log_choose
from .base import LINKS, POSITIVE_PRIOR, link, log_chances

Floats = NDArray[np.float64]

_LEAST = float(np.log(1e-250))


@link("bernoulli", "logit")
def bernoulli(eta: Floats, function: str) -> Conditional:
    success, failure = log_chances(eta, function)
    return Conditional(
        lambda y: np.where(y == 1.0, success, failure),
        lambda y: np.where(y < 0.0, -np.inf, np.where(y < 1.0, failure, 0.0)),
        lambda y: np.where(y < 0.0, 0.0, np.where(y < 1.0, success, -np.inf)),
        discrete=True,
    )


LINKS["logit"] = LINKS["bernoulli"]


def _times(count: Floats, log_chance: Floats) -> Floats:
    """0 where nothing was counted, however improbable."""
    return np.where(count == 0.0, 0.0, count * log_chance)


def _summed(log_prob: object, trials: Floats) -> Conditional:
    def pmf(y: Floats) -> Floats:
        inside = log_prob(np.minimum(y, trials))  # type: ignore[operator]
        return np.where(y <= trials, inside, -np.inf)

    tails = by_sums(pmf, int(np.max(trials)))
    return Conditional(log_prob, tails.below, tails.above, discrete=True)  # type: ignore[arg-type]


@link("binomial", "logit", trials=REQUIRED)
def binomial(eta: Floats, function: str, trials: Floats) -> Conditional:
    success, failure = log_chances(eta, function)

    def log_prob(y: Floats) -> Floats:
        return np.asarray(log_choose(trials, y) + _times(y, success) + _times(trials - y, failure))

    return _summed(log_prob, trials)


def _ends(eta: Floats, function: str, precision: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The two parameters of a beta, and the logs of what doubles lack of them.

    Of a concentration near 0 the density is a multiple, away from the end that has all.
    """
    logs = [np.asarray(v + np.log(precision)) for v in log_chances(eta, function)]
    a, b = (np.exp(np.maximum(v, _LEAST)) for v in logs)
    lost_a, lost_b = (np.minimum(v - _LEAST, 0.0) for v in logs)
    return a, b, lost_a, lost_b


@link("beta_binomial", "logit", trials=REQUIRED, concentration=POSITIVE_PRIOR)
def beta_binomial(eta: Floats, function: str, trials: Floats, concentration: Floats) -> Conditional:
    a, b, lost_a, lost_b = _ends(eta, function, concentration)

    def log_prob(y: Floats) -> Floats:
        lost = np.where(y > 0.0, lost_a, 0.0) + np.where(y < trials, lost_b, 0.0)
        return counts.beta_binomial(y, a, b, trials) + lost

    return _summed(log_prob, trials)


@link("beta", "logit", precision=POSITIVE_PRIOR)
def beta(eta: Floats, function: str, precision: Floats) -> Conditional:
    a, b, lost_a, lost_b = _ends(eta, function, precision)

    def below(y: Floats) -> Floats:
        x = np.clip(y, 0.0, 1.0)
        return np.where(x < 1.0, log_betainc(a, b, x, 1.0 - x) + lost_b, 0.0)

    def above(y: Floats) -> Floats:
        x = np.clip(y, 0.0, 1.0)
        return np.where(x > 0.0, log_betainc(b, a, 1.0 - x, x) + lost_a, 0.0)

    return Conditional(lambda y: densities.beta(y, a, b) + lost_a + lost_b, below, above)
