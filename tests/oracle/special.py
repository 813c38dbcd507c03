"""Log-space functions that keep their digits in the tails, where `log(1 - cdf)` has none left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import (  # type: ignore[import-untyped]
    betainc,
    betaln,
    erfcx,
    gammainc,
    gammaincc,
    gammaln,
    hyp1f1,
    log_ndtr,
    stdtr,
)

Floats = NDArray[np.float64]
LOG_2PI = float(np.log(2.0 * np.pi))
_SMALL = 1e-290  # below it a probability is worked out in log space


def softplus(x: Floats) -> Floats:
    return np.logaddexp(0.0, x)


def log1mexp(x: Floats) -> Floats:
    """log(1 - exp(-x)) for x >= 0."""
    x = np.asarray(x, dtype=np.float64)
    near = np.log(-np.expm1(-np.minimum(x, 1.0)))
    return np.where(x < np.log(2.0), near, np.log1p(-np.exp(-np.maximum(x, 0.1))))


def log_diff(larger: Floats, smaller: Floats) -> Floats:
    """log(exp(larger) - exp(smaller))."""
    larger, smaller = np.broadcast_arrays(larger, smaller)
    gap = np.where(np.isneginf(smaller), np.inf, larger - smaller)
    return np.where(np.isneginf(larger), -np.inf, larger + log1mexp(gap))


def log_phi(z: Floats) -> Floats:
    return np.asarray(-0.5 * z * z - 0.5 * LOG_2PI)


def log_mills(z: Floats) -> Floats:
    """log(Phi(z) / phi(z)), exact however far below zero z is."""
    below = np.log(np.sqrt(0.5 * np.pi)) + np.log(erfcx(-np.minimum(z, 0.0) / np.sqrt(2.0)))
    above = log_ndtr(np.maximum(z, 0.0)) - log_phi(np.maximum(z, 0.0))
    return np.where(z < 0.0, below, above)


def log_choose(n: Floats, k: Floats) -> Floats:
    """Through betaln: gamma functions of large numbers would cancel."""
    return np.asarray(-betaln(n - k + 1.0, k + 1.0) - np.log1p(n))


def log_rising(k: Floats, r: Floats) -> Floats:
    """log of (k + r - 1 choose k) for a real r."""
    return np.asarray(-betaln(r, k + 1.0) - np.log(k + r))


def log_betainc(a: Floats, b: Floats, x: Floats, rest: Floats) -> Floats:
    """log I_x(a, b), where ``rest`` = 1 - x is known to its own digits."""
    a, b, x, rest = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (a, b, x, rest)))
    # I_x(a, b) = 1 - I_rest(b, a): from whichever of the two arguments is the smaller.
    direct = np.where(x <= rest, betainc(a, b, np.minimum(x, 0.5)), 0.0)
    turned = betainc(b, a, np.minimum(rest, 0.5))
    value = np.where(x <= rest, np.log(direct), np.log1p(-turned))
    log_rest = np.where(x <= 0.5, np.log1p(-np.minimum(x, 0.5)), np.log(rest))
    series = _log_betainc_far(a, b, np.log(x), log_rest)
    tiny = (x <= rest) & (direct < _SMALL)
    near_one = (x > rest) & (turned > 0.9999)
    complement = np.log(betainc(a, b, x))
    found = np.where(tiny, series, np.where(near_one, complement, value))
    hardly = near_one & (b < 1e-2) & (a >= 1.0)
    if hardly.any():
        found[hardly] = _log_betainc_of_hardly_any(a[hardly], b[hardly], rest[hardly])
    return found


def _log_betainc_of_hardly_any(a: Floats, b: Floats, rest: Floats) -> Floats:
    """log I_x(a, b) for b near 0, where SciPy has no digit of it: by quadrature, in -log(1 - t)."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    end = -np.log(rest)
    middle, total = np.minimum(end, 40.0), np.zeros_like(a)
    for low, high, panels in ((np.zeros_like(end), middle, 80), (middle, end, 20)):
        half = (high - low) / panels / 2.0
        for k in range(panels):
            u = low + half * (2 * k + 1) + half * nodes[:, None]
            inside = np.exp((a - 1.0) * np.log(-np.expm1(-u)) - b * u)
            total += half * (weights[:, None] * inside).sum(axis=0)
    return np.asarray(np.log(total) - betaln(a, b))


def _log_betainc_far(a: Floats, b: Floats, log_x: Floats, log_rest: Floats) -> Floats:
    """log I_x(a, b) for x far below the mean, by the continued fraction of DLMF 8.17.22.

    There it converges at once; SciPy's ``hyp2f1`` is wrong from parameters of hundreds on.
    """
    x = np.minimum(np.exp(log_x), 0.999)
    fraction = np.ones_like(x)
    for m in range(500, -1, -1):
        even = a + 2.0 * m
        fraction = 1.0 - (a + m) * (a + b + m) * x / (even * (even + 1.0)) / fraction
        if m:
            fraction = 1.0 + m * (b - m) * x / ((even - 1.0) * even) / fraction
    return np.asarray(a * log_x + b * log_rest - np.log(a) - betaln(a, b) - np.log(fraction))


def log_gammainc(a: Floats, x: Floats) -> Floats:
    """log P(a, x), the lower tail of a gamma variable."""
    a, x = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(x, dtype=np.float64))
    lower = gammainc(a, x)
    small = np.minimum(x, a + 1.0)
    series = a * np.log(x) - x - gammaln(a + 1.0) + np.log(hyp1f1(1.0, a + 1.0, small))
    value = np.where(lower > 0.5, np.log1p(-gammaincc(a, x)), np.log(lower))
    return np.where(lower < _SMALL, series, value)


def log_gammaincc(a: Floats, x: Floats) -> Floats:
    """log Q(a, x), the upper tail; Legendre's continued fraction where it underflows."""
    a, x = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(x, dtype=np.float64))
    upper = gammaincc(a, x)
    value = np.where(upper > 0.5, np.log1p(-gammainc(a, x)), np.log(upper))
    far = np.maximum(x, a + 1.0)
    fraction = far + 1.0 - a + 2.0 * 400.0
    for i in range(400, 0, -1):
        fraction = far + 2.0 * i - 1.0 - a - i * (i - a) / fraction
    asymptotic = a * np.log(far) - far - gammaln(a) - np.log(fraction)
    return np.where(upper < _SMALL, np.where(np.isposinf(x), -np.inf, asymptotic), value)


def log_stdtr(df: Floats, t: Floats) -> Floats:
    """log cdf of Student's t."""
    df, t = np.broadcast_arrays(np.asarray(df, dtype=np.float64), np.asarray(t, dtype=np.float64))
    lower = stdtr(df, t)
    a = 0.5 * df
    # Far below zero the tail is half of I_x(df/2, 1/2) at x = df / (df + t^2).
    far = np.minimum(t, -np.sqrt(df))
    log_x, log_rest = -np.log1p(far * far / df), -np.log1p(df / (far * far))
    series = _log_betainc_far(a, np.asarray(0.5), log_x, log_rest) - np.log(2.0)
    value = np.where(t > 0.0, np.log1p(-stdtr(df, -np.abs(t))), np.log(lower))
    return np.where(lower < _SMALL, series, value)


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


def log_integral(
    log_f: Callable[[Floats], Floats], low: Floats, high: Floats, parts: int
) -> Floats:
    """log of the integral of exp(log_f), by Gauss-Legendre on equal parts, elementwise ends.

    ``log_f`` takes points with two more axes at the end.
    """
    low, high = np.broadcast_arrays(low, high)
    edges = np.linspace(0.0, 1.0, parts + 1)
    half = 0.5 / parts
    place = (edges[:-1] + half)[:, None] + half * _NODES
    width = (high - low)[..., None, None]
    logs = log_f(low[..., None, None] + width * place) + np.log(half * _WEIGHTS * width)
    return np.asarray(np.logaddexp.reduce(logs.reshape(*low.shape, -1), axis=-1))
