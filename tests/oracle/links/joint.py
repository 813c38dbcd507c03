"""`multivariate_gaussian` and `multivariate_student_t`: one predictor a response."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular  # type: ignore[import-untyped]
from scipy.special import gammaln  # type: ignore[import-untyped]

from ..conditional import Conditional
from ..special import LOG_2PI

Floats = NDArray[np.float64]
JOINT = {"multivariate_gaussian", "multivariate_student_t"}


def _whitened(y: Floats, mean: Floats, factor: Floats) -> tuple[Floats, Floats]:
    """Squared Mahalanobis distances, and the log determinant of the factor."""
    if not (np.isfinite(factor).all() and np.isfinite(mean).all()):  # beyond the largest double
        return np.full(len(y), np.nan), np.asarray(np.nan)
    white = solve_triangular(factor, (y - mean).T, lower=True)
    return np.sum(white**2, axis=0), np.asarray(np.log(np.diag(factor)).sum())


def multivariate_gaussian(mean: Floats, factor: Floats) -> Conditional:
    """``mean`` `(n, k)`; ``factor`` the Cholesky factor of the covariance."""

    def log_prob(y: Floats) -> Floats:
        square, size = _whitened(y, mean, factor)
        return np.asarray(-0.5 * square - size - 0.5 * y.shape[1] * LOG_2PI)

    return Conditional(log_prob)


def _log_ratio(a: Floats, k: int) -> Floats:
    """log Gamma(a + k / 2) - log Gamma(a) - k / 2 log(a), by Gamma(x + 1) = x Gamma(x).

    Of an odd k one half is left, which for a large a is a series (DLMF 5.11).
    """
    total = np.zeros(np.shape(a))
    if k % 2:
        half = gammaln(a + 0.5) - gammaln(a) - 0.5 * np.log(a)
        total = np.where(a > 5e3, -0.125 / a + 1.0 / (192.0 * a**3), half)
    for j in range(k // 2):
        total = total + np.log1p((0.5 * (k % 2) + j) / a)
    return np.asarray(total)


def multivariate_student_t(mean: Floats, factor: Floats, df: Floats) -> Conditional:
    def log_prob(y: Floats) -> Floats:
        square, size = _whitened(y, mean, factor)
        k = y.shape[1]
        constant = _log_ratio(0.5 * df, k) - 0.5 * k * LOG_2PI
        return np.asarray(constant - size - 0.5 * (df + k) * np.log1p(square / df))

    return Conditional(log_prob)
