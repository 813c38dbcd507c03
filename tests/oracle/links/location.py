"""Links of the real line and of its exponential: the predictor is a location."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr  # type: ignore[import-untyped]

from bgen.syntax import ast

from .. import densities
from ..cdfs import CDFS
from ..cdfs import asymmetric_laplace as asymmetric_tails
from ..conditional import Conditional
from ..special import log1mexp, log_diff, log_integral, log_mills, log_phi
from .base import POSITIVE_PRIOR, inverse, link, prior

Floats = NDArray[np.float64]


def _around(family: str, mean: Floats, *parameters: Floats) -> Conditional:
    """A family whose parameters end in location and scale; ``parameters`` are the others."""
    *shape, scale = parameters
    log_prob, tails = densities.DENSITIES[family].log_prob, CDFS[family]
    return Conditional(
        lambda y: log_prob(y, *shape, mean, scale),
        lambda y: tails.below(y, *shape, mean, scale),
        lambda y: tails.above(y, *shape, mean, scale),
        location=mean,
    )


@link("gaussian", "identity", sigma=POSITIVE_PRIOR)
def gaussian(eta: Floats, function: str, sigma: Floats) -> Conditional:
    return _around("Normal", inverse(eta, function), sigma)


@link("lognormal", "identity", sigma=POSITIVE_PRIOR)
def lognormal(eta: Floats, function: str, sigma: Floats) -> Conditional:
    inner = _around("Normal", inverse(eta, function), sigma)
    return Conditional(
        lambda y: inner.log_prob(np.log(y)) - np.log(y),
        lambda y: inner.below(np.log(np.maximum(y, 0.0))),
        lambda y: inner.above(np.log(np.maximum(y, 0.0))),
    )


@link(
    "shifted_lognormal",
    "identity",
    sigma=POSITIVE_PRIOR,
    shift=lambda y: prior("Uniform", 0, prior("min", ast.Name(y))),
)
def shifted_lognormal(eta: Floats, function: str, sigma: Floats, shift: Floats) -> Conditional:
    inner = lognormal(eta, function, sigma)
    return Conditional(
        lambda y: inner.log_prob(y - shift),
        lambda y: inner.below(y - shift),
        lambda y: inner.above(y - shift),
    )


@link("laplace", "identity", sigma=POSITIVE_PRIOR)
def laplace(eta: Floats, function: str, sigma: Floats) -> Conditional:
    return _around("Laplace", inverse(eta, function), sigma)


@link("student_t", "identity", df=4.0, sigma=POSITIVE_PRIOR)
def student_t(eta: Floats, function: str, df: Floats, sigma: Floats) -> Conditional:
    return _around("StudentT", inverse(eta, function), df, sigma)


@link("asymmetric_laplace", "identity", quantile=0.5, sigma=POSITIVE_PRIOR)
def asymmetric_laplace(eta: Floats, function: str, logits: Floats, sigma: Floats) -> Conditional:
    """By the logits of the quantile: beside 1 it has no digits of what is above."""
    mean = inverse(eta, function)
    left, right = sigma * (1.0 + np.exp(logits)), sigma * (1.0 + np.exp(-logits))
    return Conditional(
        lambda y: -np.abs(y - mean) / np.where(y < mean, left, right) - np.log(left + right),
        lambda y: asymmetric_tails(y - mean, left, right).below(),
        lambda y: asymmetric_tails(y - mean, left, right).above(),
    )


@link("skew_normal", "identity", sigma=POSITIVE_PRIOR, skew=prior("Normal", 0, 4))
def skew_normal(eta: Floats, function: str, sigma: Floats, skew: Floats) -> Conditional:
    """Density 2 / sigma phi(z) Phi(skew z)."""
    mean = inverse(eta, function)

    def standard(z: Floats, alpha: Floats) -> Floats:
        return np.asarray(np.log(2.0) + log_phi(z) + log_ndtr(alpha * z))

    def tail(z: Floats, alpha: Floats) -> Floats:
        """log of the mass below z, where z lies left of the mode; by reflection the other."""
        slope = np.maximum(-z + alpha * np.exp(-log_mills(alpha * z)), 0.0)
        # The log density is concave with curvature at most -1: so far it falls by 45 at least.
        reach = np.sqrt(slope**2 + 90.0) - slope
        z, alpha, reach = np.broadcast_arrays(z, alpha, reach)
        wide = alpha[..., None, None]
        return log_integral(lambda t: standard(t, wide), z - reach, z, 40)

    def below(y: Floats) -> Floats:
        z = (y - mean) / sigma
        left = z + 0.0 * skew
        rising = left < skew * np.exp(-log_mills(skew * left))  # left of the mode
        return np.where(rising, tail(z, skew), log1mexp(-tail(-z, -skew)))

    def above(y: Floats) -> Floats:
        z = (y - mean) / sigma
        left = z + 0.0 * skew
        rising = left < skew * np.exp(-log_mills(skew * left))
        return np.where(rising, log1mexp(-tail(z, skew)), tail(-z, -skew))

    return Conditional(lambda y: standard((y - mean) / sigma, skew) - np.log(sigma), below, above)


@link("exgaussian", "identity", sigma=POSITIVE_PRIOR, beta=POSITIVE_PRIOR)
def exgaussian(eta: Floats, function: str, sigma: Floats, beta: Floats) -> Conditional:
    """Normal(mu, sigma) plus an exponential of mean beta."""
    mean = inverse(eta, function)
    ratio = sigma / beta

    def log_tilted(z: Floats) -> Floats:
        """log of exp(ratio^2 / 2 - ratio z) Phi(z - ratio), by Mills' ratio where that is large."""
        near = 0.5 * ratio**2 - ratio * z + log_ndtr(z - ratio)
        return np.where(z < ratio, log_phi(z) + log_mills(z - ratio), near)

    def log_prob(y: Floats) -> Floats:
        return np.asarray(log_tilted((y - mean) / sigma) - np.log(beta))

    def above(y: Floats) -> Floats:
        z = (y - mean) / sigma
        return np.logaddexp(log_ndtr(-z), log_tilted(z))

    def below(y: Floats) -> Floats:
        z = (y - mean) / sigma
        left = log_phi(z) + log_diff(log_mills(z), log_mills(z - ratio))
        return np.where(z < 0.0, left, log1mexp(-above(y)))

    return Conditional(log_prob, below, above)


@link("von_mises", "identity", concentration=POSITIVE_PRIOR)
def von_mises(eta: Floats, function: str, concentration: Floats) -> Conditional:
    """Angles in [-pi, pi], where the tails begin and end."""
    mean = inverse(eta, function)

    def mass(low: Floats, high: Floats) -> Floats:
        shape = np.broadcast_shapes(np.shape(low), np.shape(high), mean.shape, concentration.shape)
        ends = [np.broadcast_to(end, shape) for end in (low, high)]
        loc, kappa = (np.broadcast_to(v, shape)[..., None, None] for v in (mean, concentration))
        return log_integral(lambda t: densities.von_mises(t, loc, kappa), *ends, 200)

    pi = np.asarray(np.pi)
    return Conditional(
        lambda y: densities.von_mises(y, mean, concentration),
        lambda y: mass(-pi, np.clip(y, -pi, pi)),
        lambda y: mass(np.clip(y, -pi, pi), pi),
    )
