"""Clamped cubic B-splines with interior knots at quantiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline  # type: ignore[import-untyped]

Floats = NDArray[np.float64]


def knots_of(x: Floats, interior: int) -> Floats:
    """Each end four times; quantiles between them, tied ones once."""
    x = x[~np.isnan(x)]
    low, high = x.min(), x.max()
    inner = np.unique(np.quantile(x, np.linspace(0.0, 1.0, interior + 2)[1:-1]))
    inner = inner[(inner > low) & (inner < high)]
    return np.concatenate([np.repeat(low, 4), inner, np.repeat(high, 4)])


def basis(x: Floats, knots: Floats) -> Floats:
    """`(n, len(knots) - 4)`; constant outside the knots."""
    clipped = np.clip(x, knots[0], knots[-1])
    return np.asarray(BSpline.design_matrix(clipped, knots, 3).toarray(), dtype=np.float64)
