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


def multivariate_student_t(mean: Floats, factor: Floats, df: Floats) -> Conditional:
    def log_prob(y: Floats) -> Floats:
        square, size = _whitened(y, mean, factor)
        k = y.shape[1]
        constant = gammaln(0.5 * (df + k)) - gammaln(0.5 * df) - 0.5 * k * np.log(df * np.pi)
        return np.asarray(constant - size - 0.5 * (df + k) * np.log1p(square / df))

    return Conditional(log_prob)
