"""Distribution names and parameters (NumPyro's) -> log probabilities of counts and categories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, xlog1py, xlogy  # type: ignore[import-untyped]

from .densities import (
    DENSITIES,
    REQUIRED,
    density,
    gamma,
    log_beta,
    log_normal,
)
from .special import log_choose, log_rising, softplus
from .supports import COUNTS

Floats = NDArray[np.float64]


# --- successes and failures ------------------------------------------------------------------


def _up_to(n: Floats, k: Floats, log_prob: Callable[[Floats], Floats]) -> Floats:
    """Of counts of n trials: there are no more than n."""
    return np.where(k > n, -np.inf, log_prob(np.minimum(k, n)))


@density("BinomialProbs", COUNTS, probs=REQUIRED, total_count=1.0)
def binomial_probs(k: Floats, probs: Floats, total_count: Floats) -> Floats:
    def log_prob(k: Floats) -> Floats:
        successes, failures = xlogy(k, probs), xlog1py(total_count - k, -probs)
        return np.asarray(log_choose(total_count, k) + successes + failures)

    return _up_to(total_count, k, log_prob)


@density("BinomialLogits", COUNTS, logits=REQUIRED, total_count=1.0)
def binomial_logits(k: Floats, logits: Floats, total_count: Floats) -> Floats:
    def log_prob(k: Floats) -> Floats:
        successes, failures = k * softplus(-logits), (total_count - k) * softplus(logits)
        return np.asarray(log_choose(total_count, k) - successes - failures)

    return _up_to(total_count, k, log_prob)


@density("Binomial", COUNTS, total_count=1.0, probs=None, logits=None)
def binomial(k: Floats, total_count: Floats, probs: Floats | None, logits: Floats | None) -> Floats:
    if probs is not None:
        return np.asarray(binomial_probs(k, probs, total_count))
    return np.asarray(binomial_logits(k, _given(logits), total_count))


def _given(value: Floats | None) -> Floats:
    assert value is not None, "one of probs and logits must be given"
    return value


_ONE = np.asarray(1.0)


@density("BernoulliProbs", COUNTS, probs=REQUIRED)
def bernoulli_probs(k: Floats, probs: Floats) -> Floats:
    return np.asarray(binomial_probs(k, probs, _ONE))


@density("BernoulliLogits", COUNTS, logits=REQUIRED)
def bernoulli_logits(k: Floats, logits: Floats) -> Floats:
    return np.asarray(binomial_logits(k, logits, _ONE))


@density("Bernoulli", COUNTS, probs=None, logits=None)
def bernoulli(k: Floats, probs: Floats | None, logits: Floats | None) -> Floats:
    return np.asarray(binomial(k, _ONE, probs, logits))


@density("BetaBinomial", COUNTS, concentration1=REQUIRED, concentration0=REQUIRED, total_count=1.0)
def beta_binomial(
    k: Floats, concentration1: Floats, concentration0: Floats, total_count: Floats
) -> Floats:
    a, b, n = concentration1, concentration0, total_count
    return _up_to(n, k, lambda k: log_choose(n, k) + log_beta(k + a, n - k + b) - log_beta(a, b))


@density("DiscreteUniform", COUNTS, low=0.0, high=1.0)
def discrete_uniform(k: Floats, low: Floats, high: Floats) -> Floats:
    return np.asarray(-np.log(high - low + 1.0) + 0.0 * k)


# --- counts ----------------------------------------------------------------------------------


@density("Poisson", COUNTS, rate=REQUIRED)
def poisson(k: Floats, rate: Floats) -> Floats:
    return np.asarray(xlogy(k, rate) - rate - gammaln(k + 1.0))


@density("GeometricProbs", COUNTS, probs=REQUIRED)
def geometric_probs(k: Floats, probs: Floats) -> Floats:
    # Failures before the first success.
    return np.asarray(np.log(probs) + xlog1py(k, -probs))


@density("GeometricLogits", COUNTS, logits=REQUIRED)
def geometric_logits(k: Floats, logits: Floats) -> Floats:
    return np.asarray(-softplus(-logits) - k * softplus(logits))


@density("Geometric", COUNTS, probs=None, logits=None)
def geometric(k: Floats, probs: Floats | None, logits: Floats | None) -> Floats:
    if probs is not None:
        return np.asarray(geometric_probs(k, probs))
    return np.asarray(geometric_logits(k, _given(logits)))


@density("NegativeBinomialLogits", COUNTS, total_count=REQUIRED, logits=REQUIRED)
def negative_binomial_logits(k: Floats, total_count: Floats, logits: Floats) -> Floats:
    # probs is the probability of what is counted: the mean is total_count probs / (1 - probs).
    return np.asarray(
        log_rising(k, total_count) - total_count * softplus(logits) - k * softplus(-logits)
    )


@density("NegativeBinomialProbs", COUNTS, total_count=REQUIRED, probs=REQUIRED)
def negative_binomial_probs(k: Floats, total_count: Floats, probs: Floats) -> Floats:
    return np.asarray(log_rising(k, total_count) + xlog1py(total_count, -probs) + xlogy(k, probs))


@density("NegativeBinomial", COUNTS, total_count=REQUIRED, probs=None, logits=None)
def negative_binomial(
    k: Floats, total_count: Floats, probs: Floats | None, logits: Floats | None
) -> Floats:
    if probs is not None:
        return np.asarray(negative_binomial_probs(k, total_count, probs))
    return np.asarray(negative_binomial_logits(k, total_count, _given(logits)))


@density("GammaPoisson", COUNTS, concentration=REQUIRED, rate=1.0)
def gamma_poisson(k: Floats, concentration: Floats, rate: Floats) -> Floats:
    return np.asarray(negative_binomial_logits(k, concentration, -np.log(rate)))


@density("NegativeBinomial2", COUNTS, mean=REQUIRED, concentration=REQUIRED)
def negative_binomial2(k: Floats, mean: Floats, concentration: Floats) -> Floats:
    return np.asarray(negative_binomial_logits(k, concentration, np.log(mean / concentration)))


@density(
    "BetaNegativeBinomial", COUNTS, concentration1=REQUIRED, concentration0=REQUIRED, n=REQUIRED
)
def beta_negative_binomial(
    k: Floats, concentration1: Floats, concentration0: Floats, n: Floats
) -> Floats:
    a, b = concentration1, concentration0
    return np.asarray(log_rising(k, n) + log_beta(a + k, b + n) - log_beta(a, b))


# --- with more or fewer zeros ----------------------------------------------------------------


def zero_inflate(k: Floats, log_gate: Floats, log_rest: Floats, base: Floats) -> Floats:
    """P(0) = gate + (1 - gate) base(0), P(k) = (1 - gate) base(k)."""
    inner = log_rest + base
    return np.asarray(np.where(k == 0.0, np.logaddexp(log_gate, inner), inner))


def hurdle(k: Floats, gate: Floats, base: Floats, log_zero: Floats) -> Floats:
    """P(0) = gate; otherwise the base given that it is not zero (``log_zero`` = log base(0))."""
    above = np.log1p(-gate) + base - np.log(-np.expm1(log_zero))
    return np.asarray(np.where(k == 0.0, np.log(gate), above))


_NEVER = np.asarray(-np.inf)


@density("ZeroInflatedPoisson", COUNTS, gate=REQUIRED, rate=1.0)
def zero_inflated_poisson(k: Floats, gate: Floats, rate: Floats) -> Floats:
    return zero_inflate(k, np.log(gate), np.log1p(-gate), poisson(k, rate))


@density(
    "ZeroInflatedNegativeBinomial2",
    COUNTS,
    mean=REQUIRED,
    concentration=REQUIRED,
    gate=None,
    gate_logits=None,
)
def zero_inflated_negative_binomial2(
    k: Floats,
    mean: Floats,
    concentration: Floats,
    gate: Floats | None,
    gate_logits: Floats | None,
) -> Floats:
    base = negative_binomial2(k, mean, concentration)
    if gate is not None:
        return zero_inflate(k, np.log(gate), np.log1p(-gate), base)
    logits = _given(gate_logits)
    return zero_inflate(k, -softplus(-logits), -softplus(logits), base)


@density("HurdlePoisson", COUNTS, gate=REQUIRED, rate=1.0)
def hurdle_poisson(k: Floats, gate: Floats, rate: Floats) -> Floats:
    return hurdle(k, gate, poisson(k, rate), -rate)


@density("HurdleNegativeBinomial2", COUNTS, gate=REQUIRED, mean=REQUIRED, concentration=REQUIRED)
def hurdle_negative_binomial2(
    k: Floats, gate: Floats, mean: Floats, concentration: Floats
) -> Floats:
    zero = negative_binomial2(np.asarray(0.0), mean, concentration)
    return hurdle(k, gate, negative_binomial2(k, mean, concentration), zero)


def _hurdle_positive(x: Floats, gate: Floats, base: Any, *parameters: Floats) -> Floats:
    """A point mass at zero beside a density on the positive half line."""
    safe = np.where(x == 0.0, 1.0, x)
    return hurdle(x, gate, base(safe, *parameters), _NEVER)


@density("HurdleGamma", COUNTS, gate=REQUIRED, concentration=REQUIRED, rate=1.0)
def hurdle_gamma(x: Floats, gate: Floats, concentration: Floats, rate: Floats) -> Floats:
    return _hurdle_positive(x, gate, gamma, concentration, rate)


@density("HurdleLogNormal", COUNTS, gate=REQUIRED, loc=0.0, scale=1.0)
def hurdle_log_normal(x: Floats, gate: Floats, loc: Floats, scale: Floats) -> Floats:
    return _hurdle_positive(x, gate, log_normal, loc, scale)


# --- categories: the last axis of the parameter is over the levels ----------------------------


def _pick(table: Floats, k: Floats) -> Floats:
    index = np.broadcast_to(k.astype(np.int64), table.shape[:-1])
    return np.take_along_axis(table, index[..., None], axis=-1)[..., 0]


@density("CategoricalLogits", COUNTS, logits=REQUIRED)
def categorical_logits(k: Floats, logits: Floats) -> Floats:
    rows = np.broadcast_to(
        logits, (*np.broadcast_shapes(k.shape, logits.shape[:-1]), logits.shape[-1])
    )
    return _pick(rows - np.logaddexp.reduce(rows, axis=-1, keepdims=True), k)


@density("CategoricalProbs", COUNTS, probs=REQUIRED)
def categorical_probs(k: Floats, probs: Floats) -> Floats:
    return np.asarray(categorical_logits(k, np.log(probs)))


@density("Categorical", COUNTS, probs=None, logits=None)
def categorical(k: Floats, probs: Floats | None, logits: Floats | None) -> Floats:
    if probs is not None:
        return np.asarray(categorical_probs(k, probs))
    return np.asarray(categorical_logits(k, _given(logits)))


@density("OrderedLogistic", COUNTS, predictor=REQUIRED, cutpoints=REQUIRED)
def ordered_logistic(k: Floats, predictor: Floats, cutpoints: Floats) -> Floats:
    """P(Y <= k) = sigmoid(c_k - predictor), the first level being 0."""
    cdf = expit(cutpoints - predictor[..., None])
    edges = [np.zeros_like(cdf[..., :1]), cdf, np.ones_like(cdf[..., :1])]
    return _pick(np.log(np.diff(np.concatenate(edges, axis=-1), axis=-1)), k)


VECTOR_PARAMETERS = {
    "CategoricalLogits",
    "CategoricalProbs",
    "Categorical",
    "OrderedLogistic",
}
assert set(DENSITIES) >= VECTOR_PARAMETERS
