"""The links of section 4: a response and its predictor -> log density of each row.

Every formula takes the predictor on the link scale; `link =` names another inverse link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, log_ndtr, ndtr, xlogy  # type: ignore[import-untyped]

from bgen.syntax import ast

from . import counts, densities
from .data import BadProgram
from .densities import REQUIRED, softplus

Floats = NDArray[np.float64]

INVERSE: Mapping[str, Callable[[Floats], Any]] = {
    "identity": lambda eta: eta,
    "log": np.exp,
    "logit": expit,
    "probit": ndtr,
    "cloglog": lambda eta: -np.expm1(-np.exp(eta)),
    "sqrt": np.square,
    "softplus": softplus,
    "inverse": lambda eta: 1.0 / eta,
}


def inverse(eta: Floats, link: str) -> Floats:
    if link not in INVERSE:
        raise BadProgram(f"`link = {link}`")
    return np.asarray(INVERSE[link](eta))


def log_mean(eta: Floats, link: str) -> Floats:
    """The log of the mean; with the log link that is the predictor itself."""
    return eta if link == "log" else np.log(inverse(eta, link))


def log_chances(eta: Floats, link: str) -> tuple[Floats, Floats]:
    """log P(success) and log P(failure)."""
    match link:
        case "logit":
            return -softplus(-eta), -softplus(eta)
        case "probit":
            return np.asarray(log_ndtr(eta)), np.asarray(log_ndtr(-eta))
        case "cloglog":
            return np.log(-np.expm1(-np.exp(eta))), -np.exp(eta)
        case _:
            p = inverse(eta, link)
            return np.log(p), np.log1p(-p)


@dataclass(frozen=True)
class Link:
    """``parameters``: a default prior, a number, or REQUIRED; ``default``: the link function."""

    default: str
    log_density: Callable[..., Floats]
    parameters: Mapping[str, Any] = field(default_factory=dict)


def _exponential_prior() -> ast.Call:
    return ast.Call("Exponential", (ast.Argument(ast.Number(1.0, "1")),))


# --- formulas: response, predictor, link, then the parameters in their order -------------------


def gaussian(y: Floats, eta: Floats, link: str, sigma: Floats) -> Floats:
    return np.asarray(densities.normal(y, inverse(eta, link), sigma))


def lognormal(y: Floats, eta: Floats, link: str, sigma: Floats) -> Floats:
    return np.asarray(densities.log_normal(y, inverse(eta, link), sigma))


def laplace(y: Floats, eta: Floats, link: str, sigma: Floats) -> Floats:
    return np.asarray(densities.laplace(y, inverse(eta, link), sigma))


def student_t(y: Floats, eta: Floats, link: str, sigma: Floats, df: Floats) -> Floats:
    return np.asarray(densities.student_t(y, df, inverse(eta, link), sigma))


def bernoulli(y: Floats, eta: Floats, link: str) -> Floats:
    success, failure = log_chances(eta, link)
    return np.where(y == 1.0, success, failure)


def binomial(y: Floats, eta: Floats, link: str, trials: Floats) -> Floats:
    success, failure = log_chances(eta, link)
    return np.asarray(counts.log_choose(trials, y) + y * success + (trials - y) * failure)


def beta_binomial(
    y: Floats, eta: Floats, link: str, trials: Floats, concentration: Floats
) -> Floats:
    success, failure = log_chances(eta, link)
    a, b = np.exp(success) * concentration, np.exp(failure) * concentration
    return np.asarray(counts.beta_binomial(y, a, b, trials))


def poisson(y: Floats, eta: Floats, link: str) -> Floats:
    log_rate = log_mean(eta, link)
    return np.asarray(y * log_rate - np.exp(log_rate) - gammaln(y + 1.0))


def negative_binomial(y: Floats, eta: Floats, link: str, concentration: Floats) -> Floats:
    # Mean exp(eta), variance mean + mean^2 / concentration.
    logits = log_mean(eta, link) - np.log(concentration)
    return np.asarray(counts.negative_binomial_logits(y, concentration, logits))


def geometric(y: Floats, eta: Floats, link: str) -> Floats:
    return np.asarray(counts.geometric_logits(y, -log_mean(eta, link)))


def gamma(y: Floats, eta: Floats, link: str, shape: Floats) -> Floats:
    return np.asarray(densities.gamma(y, shape, shape * np.exp(-log_mean(eta, link))))


def exponential(y: Floats, eta: Floats, link: str) -> Floats:
    return np.asarray(densities.exponential(y, np.exp(-log_mean(eta, link))))


def weibull(y: Floats, eta: Floats, link: str, shape: Floats) -> Floats:
    scale = np.exp(log_mean(eta, link) - gammaln(1.0 + 1.0 / shape))
    return np.asarray(densities.weibull(y, scale, shape))


def inverse_gaussian(y: Floats, eta: Floats, link: str, shape: Floats) -> Floats:
    mean = np.exp(log_mean(eta, link))
    constant = 0.5 * (np.log(shape) - densities.LOG_2PI - xlogy(3.0, y))
    return np.asarray(constant - 0.5 * shape * (y - mean) ** 2 / (mean**2 * y))


def beta(y: Floats, eta: Floats, link: str, precision: Floats) -> Floats:
    success, failure = log_chances(eta, link)
    return np.asarray(densities.beta(y, np.exp(success) * precision, np.exp(failure) * precision))


_P = _exponential_prior()
LINKS: dict[str, Link] = {
    "gaussian": Link("identity", gaussian, {"sigma": _P}),
    "lognormal": Link("identity", lognormal, {"sigma": _P}),
    "laplace": Link("identity", laplace, {"sigma": _P}),
    "student_t": Link("identity", student_t, {"sigma": _P, "df": 4.0}),
    "bernoulli": Link("logit", bernoulli),
    "logit": Link("logit", bernoulli),
    "binomial": Link("logit", binomial, {"trials": REQUIRED}),
    "beta_binomial": Link("logit", beta_binomial, {"trials": REQUIRED, "concentration": _P}),
    "poisson": Link("log", poisson),
    "negative_binomial": Link("log", negative_binomial, {"concentration": _P}),
    "geometric": Link("log", geometric),
    "gamma": Link("log", gamma, {"shape": _P}),
    "exponential": Link("log", exponential),
    "weibull": Link("log", weibull, {"shape": _P}),
    "inverse_gaussian": Link("log", inverse_gaussian, {"shape": _P}),
    "beta": Link("logit", beta, {"precision": _P}),
}
