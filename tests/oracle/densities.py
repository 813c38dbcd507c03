"""Distribution names and parameters (NumPyro's) -> normalised log densities, as formulas.

Each entry: the parameters in NumPyro's order with their defaults, the support, the log density.
Continuous distributions here; counts in ``counts``, truncation in ``truncation``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import (  # type: ignore[import-untyped]
    betaln,
    gammaln,
    i0e,
    xlog1py,
    xlogy,
)

from .special import LOG_2PI, softplus
from .supports import (
    CIRCLE,
    CORRELATION_CHOLESKY,
    POSITIVE,
    REAL,
    SIMPLEX,
    UNIT,
    Support,
    between,
)

Floats = NDArray[np.float64]
REQUIRED = object()


@dataclass(frozen=True)
class Density:
    """A family: ``log_prob(value, *parameters)``, elementwise but for ``event`` last axes."""

    parameters: Mapping[str, Any]
    support: Callable[..., Support]
    log_prob: Callable[..., Floats]
    event: int = 0


DENSITIES: dict[str, Density] = {}
#: By how much of itself each parameter `probs` is moved: near 1 it has few digits of 1 - p, and
#: ``compare`` asks what the last one is worth.
NUDGE: ContextVar[float] = ContextVar("NUDGE", default=0.0)


@contextmanager
def nudged(by: float) -> Iterator[None]:
    token = NUDGE.set(by)
    try:
        yield
    finally:
        NUDGE.reset(token)


def _nudged_chance(
    log_prob: Callable[..., Any], names: list[str], chance: str
) -> Callable[..., Any]:
    place = names.index(chance)

    def moved(x: Floats, *given: Any) -> Floats:
        if NUDGE.get() and given[place] is not None:
            probs = np.minimum(given[place] * (1.0 + NUDGE.get()), 1.0)
            given = (*given[:place], probs, *given[place + 1 :])
        return log_prob(x, *given)

    return moved


def density(
    name: str,
    support: Support | Callable[..., Support],
    event: int = 0,
    **parameters: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a log density in the table."""

    def enter(log_prob: Callable[..., Any]) -> Callable[..., Any]:
        where = support if callable(support) else lambda *_: support
        chance = next((name for name in ("probs", "gate") if name in parameters), None)
        asked = _nudged_chance(log_prob, [*parameters], chance) if chance else log_prob
        DENSITIES[name] = Density(parameters, where, asked, event)
        return log_prob

    return enter


def log_beta(a: Floats, b: Floats) -> Floats:
    return np.asarray(betaln(a, b))


# --- the real line ---------------------------------------------------------------------------


@density("Normal", REAL, loc=0.0, scale=1.0)
def normal(x: Floats, loc: Floats, scale: Floats) -> Floats:
    return np.asarray(-0.5 * ((x - loc) / scale) ** 2 - np.log(scale) - 0.5 * LOG_2PI)


@density("Cauchy", REAL, loc=0.0, scale=1.0)
def cauchy(x: Floats, loc: Floats, scale: Floats) -> Floats:
    return np.asarray(-np.log(np.pi) - np.log(scale) - np.log1p(((x - loc) / scale) ** 2))


@density("Laplace", REAL, loc=0.0, scale=1.0)
def laplace(x: Floats, loc: Floats, scale: Floats) -> Floats:
    return np.asarray(-np.abs(x - loc) / scale - np.log(2.0 * scale))


@density("Logistic", REAL, loc=0.0, scale=1.0)
def logistic(x: Floats, loc: Floats, scale: Floats) -> Floats:
    z = (x - loc) / scale
    return np.asarray(-z - 2.0 * softplus(-z) - np.log(scale))


@density("SoftLaplace", REAL, loc=REQUIRED, scale=REQUIRED)
def soft_laplace(x: Floats, loc: Floats, scale: Floats) -> Floats:
    z = (x - loc) / scale
    return np.asarray(np.log(2.0 / np.pi) - np.log(scale) - np.logaddexp(z, -z))


@density("Gumbel", REAL, loc=0.0, scale=1.0)
def gumbel(x: Floats, loc: Floats, scale: Floats) -> Floats:
    z = (x - loc) / scale
    return np.asarray(-z - np.exp(-z) - np.log(scale))


@density("StudentT", REAL, df=REQUIRED, loc=0.0, scale=1.0)
def student_t(x: Floats, df: Floats, loc: Floats, scale: Floats) -> Floats:
    z = (x - loc) / scale
    constant = gammaln(0.5 * (df + 1.0)) - gammaln(0.5 * df) - 0.5 * np.log(0.5 * df)
    # For many degrees of freedom the difference cancels: a series in 1 / df (DLMF 5.11).
    constant = np.where(df > 1e4, -0.25 / df + 1.0 / (24.0 * df**3), constant)
    constant = constant - 0.5 * np.log(2.0 * np.pi)
    return np.asarray(constant - np.log(scale) - 0.5 * (df + 1.0) * np.log1p(z**2 / df))


@density("AsymmetricLaplace", REAL, loc=0.0, scale=1.0, asymmetry=1.0)
def asymmetric_laplace(x: Floats, loc: Floats, scale: Floats, asymmetry: Floats) -> Floats:
    # Decays over scale * asymmetry on the left and over scale / asymmetry on the right.
    left, right = scale * asymmetry, scale / asymmetry
    z = x - loc
    return np.asarray(np.where(z < 0.0, z / left, -z / right) - np.log(left + right))


@density("AsymmetricLaplaceQuantile", REAL, loc=0.0, scale=1.0, quantile=0.5)
def asymmetric_laplace_quantile(x: Floats, loc: Floats, scale: Floats, quantile: Floats) -> Floats:
    # The check function: q (1 - q) / s exp(-(z / s) (q - [z < 0])), P(X < loc) = q.
    z = (x - loc) / scale
    check = np.where(z < 0.0, (1.0 - quantile) * -z, quantile * z)
    return np.asarray(np.log(quantile) + np.log1p(-quantile) - np.log(scale) - check)


@density("VonMises", CIRCLE, loc=REQUIRED, concentration=REQUIRED)
def von_mises(x: Floats, loc: Floats, concentration: Floats) -> Floats:
    # cos - 1 by the half angle: at a high concentration the two large terms would cancel.
    below_peak = -2.0 * concentration * np.sin(0.5 * (x - loc)) ** 2
    return np.asarray(below_peak - LOG_2PI - np.log(i0e(concentration)))


# --- the positive half line ------------------------------------------------------------------


@density("HalfNormal", POSITIVE, scale=1.0)
def half_normal(x: Floats, scale: Floats) -> Floats:
    return np.asarray(np.log(2.0) + normal(x, np.asarray(0.0), scale))


@density("HalfCauchy", POSITIVE, scale=1.0)
def half_cauchy(x: Floats, scale: Floats) -> Floats:
    return np.asarray(np.log(2.0) + cauchy(x, np.asarray(0.0), scale))


@density("HalfStudentT", POSITIVE, df=REQUIRED, scale=1.0)
def half_student_t(x: Floats, df: Floats, scale: Floats) -> Floats:
    return np.asarray(np.log(2.0) + student_t(x, df, np.asarray(0.0), scale))


@density("LogNormal", POSITIVE, loc=0.0, scale=1.0)
def log_normal(x: Floats, loc: Floats, scale: Floats) -> Floats:
    return np.asarray(normal(np.log(x), loc, scale) - np.log(x))


@density("Exponential", POSITIVE, rate=1.0)
def exponential(x: Floats, rate: Floats) -> Floats:
    return np.asarray(np.log(rate) - rate * x)


@density("Gamma", POSITIVE, concentration=REQUIRED, rate=1.0)
def gamma(x: Floats, concentration: Floats, rate: Floats) -> Floats:
    a = concentration
    return np.asarray(xlogy(a, rate) - gammaln(a) + xlogy(a - 1.0, x) - rate * x)


@density("InverseGamma", POSITIVE, concentration=REQUIRED, rate=1.0)
def inverse_gamma(x: Floats, concentration: Floats, rate: Floats) -> Floats:
    a = concentration
    return np.asarray(xlogy(a, rate) - gammaln(a) - (a + 1.0) * np.log(x) - rate / x)


@density("Chi2", POSITIVE, df=REQUIRED)
def chi2(x: Floats, df: Floats) -> Floats:
    return np.asarray(gamma(x, 0.5 * df, np.asarray(0.5)))


@density("Weibull", POSITIVE, scale=REQUIRED, concentration=REQUIRED)
def weibull(x: Floats, scale: Floats, concentration: Floats) -> Floats:
    k = concentration
    return np.asarray(np.log(k / scale) + (k - 1.0) * np.log(x / scale) - (x / scale) ** k)


@density("Gompertz", POSITIVE, concentration=REQUIRED, rate=1.0)
def gompertz(x: Floats, concentration: Floats, rate: Floats) -> Floats:
    # Survival exp(-concentration (exp(rate x) - 1)).
    return np.asarray(
        np.log(concentration) + np.log(rate) + rate * x - concentration * np.expm1(rate * x)
    )


@density("Dagum", POSITIVE, concentration=REQUIRED, sharpness=REQUIRED, scale=REQUIRED)
def dagum(x: Floats, concentration: Floats, sharpness: Floats, scale: Floats) -> Floats:
    p, a, z = concentration, sharpness, sharpness * np.log(x / scale)
    return np.asarray(np.log(a * p / x) + p * z - (p + 1.0) * softplus(z))


def _from_scale(scale: Floats, *_: Floats) -> Support:
    return between(scale, np.inf)


@density("Pareto", _from_scale, scale=REQUIRED, alpha=REQUIRED)
def pareto(x: Floats, scale: Floats, alpha: Floats) -> Floats:
    return np.asarray(np.log(alpha) + alpha * np.log(scale) - (alpha + 1.0) * np.log(x))


@density("Levy", _from_scale, loc=REQUIRED, scale=REQUIRED)
def levy(x: Floats, loc: Floats, scale: Floats) -> Floats:
    z = x - loc
    return np.asarray(0.5 * (np.log(scale) - LOG_2PI) - 0.5 * scale / z - 1.5 * np.log(z))


@density(
    "LowerTruncatedPowerLaw", lambda _, low: between(low, np.inf), alpha=REQUIRED, low=REQUIRED
)
def lower_truncated_power_law(x: Floats, alpha: Floats, low: Floats) -> Floats:
    # alpha < -1 is the exponent itself.
    return np.asarray(alpha * np.log(x) + np.log(-(1.0 + alpha)) - (1.0 + alpha) * np.log(low))


# --- intervals -------------------------------------------------------------------------------


@density("Uniform", lambda low, high: between(low, high), low=0.0, high=1.0)
def uniform(x: Floats, low: Floats, high: Floats) -> Floats:
    return np.asarray(-np.log(high - low) + 0.0 * x)


@density("LogUniform", lambda low, high: between(low, high), low=REQUIRED, high=REQUIRED)
def log_uniform(x: Floats, low: Floats, high: Floats) -> Floats:
    return np.asarray(-np.log(x) - np.log(np.log(high / low)))


@density(
    "DoublyTruncatedPowerLaw",
    lambda _, low, high: between(low, high),
    alpha=REQUIRED,
    low=REQUIRED,
    high=REQUIRED,
)
def doubly_truncated_power_law(x: Floats, alpha: Floats, low: Floats, high: Floats) -> Floats:
    b = alpha + 1.0
    safe = np.where(b == 0.0, 1.0, b)
    mass = np.where(b == 0.0, np.log(high / low), (high**safe - low**safe) / safe)
    return np.asarray(alpha * np.log(x) - np.log(mass))


@density("Beta", UNIT, concentration1=REQUIRED, concentration0=REQUIRED)
def beta(x: Floats, concentration1: Floats, concentration0: Floats) -> Floats:
    a, b = concentration1, concentration0
    return np.asarray(xlogy(a - 1.0, x) + xlog1py(b - 1.0, -x) - log_beta(a, b))


def _ends(_a: Floats, _b: Floats, low: Floats, high: Floats) -> Support:
    return between(low, high)


@density("ScaledBeta", _ends, concentration1=REQUIRED, concentration0=REQUIRED, low=-1.0, high=1.0)
def scaled_beta(
    x: Floats, concentration1: Floats, concentration0: Floats, low: Floats, high: Floats
) -> Floats:
    width = high - low
    return np.asarray(beta((x - low) / width, concentration1, concentration0) - np.log(width))


@density("BetaProportion", UNIT, mean=REQUIRED, concentration=REQUIRED)
def beta_proportion(x: Floats, mean: Floats, concentration: Floats) -> Floats:
    return np.asarray(beta(x, mean * concentration, (1.0 - mean) * concentration))


@density("Kumaraswamy", UNIT, concentration1=REQUIRED, concentration0=REQUIRED)
def kumaraswamy(x: Floats, concentration1: Floats, concentration0: Floats) -> Floats:
    a, b = concentration1, concentration0
    return np.asarray(np.log(a * b) + xlogy(a - 1.0, x) + xlog1py(b - 1.0, -(x**a)))


@density("RelaxedBernoulliLogits", UNIT, temperature=REQUIRED, logits=REQUIRED)
def relaxed_bernoulli_logits(x: Floats, temperature: Floats, logits: Floats) -> Floats:
    # A logistic variable (logits + noise) / temperature through the sigmoid.
    z = np.log(x) - np.log1p(-x)
    inner = logistic(z, logits / temperature, 1.0 / temperature)
    return np.asarray(inner - np.log(x) - np.log1p(-x))


@density("RelaxedBernoulli", UNIT, temperature=REQUIRED, probs=None, logits=None)
def relaxed_bernoulli(
    x: Floats, temperature: Floats, probs: Floats | None, logits: Floats | None
) -> Floats:
    if probs is not None:
        logits = np.log(probs) - np.log1p(-probs)
    assert logits is not None
    return np.asarray(relaxed_bernoulli_logits(x, temperature, logits))


# --- vectors, and what is no distribution ----------------------------------------------------


@density("Dirichlet", SIMPLEX, event=1, concentration=REQUIRED)
def dirichlet(x: Floats, concentration: Floats) -> Floats:
    a = concentration
    constant = gammaln(a.sum(axis=-1)) - gammaln(a).sum(axis=-1)
    return np.asarray(constant + xlogy(a - 1.0, x).sum(axis=-1))


@density("LKJCholesky", CORRELATION_CHOLESKY, event=2, concentration=REQUIRED)
def lkj_cholesky(x: Floats, concentration: Floats) -> Floats:
    """Row k of the factor is a point of the ball of k dimensions: (1 - r^2)^power there."""
    d = x.shape[-1]
    total = np.zeros(x.shape[:-2])
    eta = float(concentration.item())
    for k in range(1, d):
        power = 0.5 * (d - 1.0 - k) + eta - 1.0
        ball = 0.5 * k * np.log(np.pi) + gammaln(power + 1.0) - gammaln(power + 1.0 + 0.5 * k)
        total = total + 2.0 * power * np.log(x[..., k, k]) - ball
    return np.asarray(total)


def _flat_support(low: Floats | None, high: Floats | None) -> Support:
    return between(-np.inf if low is None else low, np.inf if high is None else high)


@density("Flat", _flat_support, low=None, high=None)
def flat(x: Floats, low: Floats | None, high: Floats | None) -> Floats:
    return np.zeros_like(x)
