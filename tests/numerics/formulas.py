"""Log densities in mpmath, as the language defines them: no care for cancellation is needed."""

from __future__ import annotations

from typing import Any

import mpmath as mp  # type: ignore[import-untyped]

N = Any  # a number of mpmath's


def inverse(eta: N, link: str) -> N:
    match link:
        case "identity":
            return eta
        case "log":
            return mp.exp(eta)
        case "sqrt":
            return eta**2
        case "softplus":
            return mp.log(1 + mp.exp(eta))
        case "inverse":
            return 1 / eta
    raise ValueError(link)


def chance(eta: N, link: str) -> tuple[N, N]:
    """P(success) and P(failure), each as itself: the one is not what is left of the other."""
    match link:
        case "logit":
            return 1 / (1 + mp.exp(-eta)), 1 / (1 + mp.exp(eta))
        case "probit":
            return mp.ncdf(eta), mp.ncdf(-eta)
        case "cloglog":
            return -mp.expm1(-mp.exp(eta)), mp.exp(-mp.exp(eta))
    raise ValueError(link)


def normal(y: N, mean: N, s: N) -> N:
    return -(((y - mean) / s) ** 2) / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2


def student_t(y: N, df: N, mean: N, s: N) -> N:
    constant = mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - mp.log(df * mp.pi) / 2
    return constant - mp.log(s) - (df + 1) / 2 * mp.log(1 + ((y - mean) / s) ** 2 / df)


def laplace(y: N, mean: N, s: N) -> N:
    return -abs(y - mean) / s - mp.log(2 * s)


def asymmetric_laplace(y: N, mean: N, s: N, q: N) -> N:
    z = (y - mean) / s
    return mp.log(q * (1 - q) / s) - (q * z if z > 0 else (q - 1) * z)


def skew_normal(y: N, mean: N, s: N, alpha: N) -> N:
    z = (y - mean) / s
    return mp.log(2) + normal(y, mean, s) + log_ncdf(alpha * z)


def log_ncdf(z: N) -> N:
    return mp.log(mp.erfc(-z / mp.sqrt(2)) / 2)


def exgaussian(y: N, mean: N, s: N, beta: N) -> N:
    rate = 1 / mp.mpf(beta)
    inner = rate * (mean - y) + (rate * s) ** 2 / 2
    return mp.log(rate) + inner + log_ncdf((y - mean) / s - rate * s)


def lognormal(y: N, mean: N, s: N) -> N:
    return normal(mp.log(y), mean, s) - mp.log(y)


def von_mises(y: N, mean: N, k: N) -> N:
    return k * mp.cos(y - mean) - mp.log(2 * mp.pi * mp.besseli(0, k))


def binomial(y: N, n: N, chances: tuple[N, N]) -> N:
    p, q = chances
    return mp.log(mp.binomial(n, y)) + log_power(p, y) + log_power(q, n - y)


def log_power(p: N, k: N) -> N:
    return mp.mpf(0) if k == 0 else k * mp.log(p)


def log_beta(a: N, b: N) -> N:
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def beta_binomial(y: N, n: N, chances: tuple[N, N], c: N) -> N:
    a, b = chances[0] * c, chances[1] * c
    return mp.log(mp.binomial(n, y)) + log_beta(y + a, n - y + b) - log_beta(a, b)


def beta(y: N, chances: tuple[N, N], c: N) -> N:
    a, b = chances[0] * c, chances[1] * c
    return (a - 1) * mp.log(y) + (b - 1) * mp.log(1 - y) - log_beta(a, b)


def poisson(y: N, mean: N) -> N:
    return log_power(mean, y) - mean - mp.loggamma(y + 1)


def negative_binomial(y: N, mean: N, r: N) -> N:
    choose = mp.loggamma(y + r) - mp.loggamma(r) - mp.loggamma(y + 1)
    return choose - r * mp.log(1 + mean / r) + log_power(mean / (mean + r), y)


def geometric(y: N, mean: N) -> N:
    return negative_binomial(y, mean, mp.mpf(1))


def gamma(y: N, mean: N, a: N) -> N:
    rate = a / mean
    return a * mp.log(rate) - mp.loggamma(a) + (a - 1) * mp.log(y) - rate * y


def exponential(y: N, mean: N) -> N:
    return -mp.log(mean) - y / mean


def weibull(y: N, mean: N, k: N) -> N:
    scale = mean / mp.gamma(1 + 1 / mp.mpf(k))
    return mp.log(k / scale) + (k - 1) * mp.log(y / scale) - (y / scale) ** k


def inverse_gaussian(y: N, mean: N, shape: N) -> N:
    off = shape * (y - mean) ** 2 / (2 * mean**2 * y)
    return mp.log(shape / (2 * mp.pi * mp.mpf(y) ** 3)) / 2 - off


# --- levels and classes ------------------------------------------------------------------------


def cumulative(k: int, eta: N, cuts: list[float], link: str) -> N:
    below = [chance(c - eta, link) for c in cuts]
    ends = [(mp.mpf(0), mp.mpf(1)), *below, (mp.mpf(1), mp.mpf(0))]
    (p, q), (higher, rest) = ends[k], ends[k + 1]
    return mp.log(higher - p if higher < 0.5 else q - rest)


def sratio(k: int, eta: N, cuts: list[float], link: str) -> N:
    stops = [chance(c - eta, link) for c in cuts] + [(mp.mpf(1), mp.mpf(0))]
    return mp.log(stops[k][0]) + sum((mp.log(q) for _, q in stops[:k]), mp.mpf(0))


def cratio(k: int, eta: N, cuts: list[float], link: str) -> N:
    goes_on = [chance(eta - c, link) for c in cuts] + [(mp.mpf(0), mp.mpf(1))]
    return mp.log(goes_on[k][1]) + sum((mp.log(p) for p, _ in goes_on[:k]), mp.mpf(0))


def softmax(k: int, logits: list[N]) -> N:
    return logits[k] - mp.log(sum(mp.exp(v) for v in logits))


def acat(k: int, eta: N, cuts: list[float]) -> N:
    logits = [mp.mpf(0)]
    for c in cuts:
        logits.append(logits[-1] + eta - c)
    return softmax(k, logits)


# --- tails --------------------------------------------------------------------------------------


def gamma_above(y: N, mean: N, a: N) -> N:
    return mp.log(mp.gammainc(a, a * y / mean, mp.inf, regularized=True))


def gamma_below(y: N, mean: N, a: N) -> N:
    return mp.log(mp.gammainc(a, 0, a * y / mean, regularized=True))


def student_above(y: N, df: N, mean: N, s: N) -> N:
    t = (y - mean) / s
    half = mp.betainc(mp.mpf(df) / 2, mp.mpf(1) / 2, 0, df / (df + t**2), regularized=True) / 2
    return mp.log(half if t > 0 else 1 - half)


def poisson_above(y: N, mean: N) -> N:
    return mp.log(mp.gammainc(y + 1, 0, mean, regularized=True))


def poisson_below(y: N, mean: N) -> N:
    return mp.log(mp.gammainc(y + 1, mean, mp.inf, regularized=True))
