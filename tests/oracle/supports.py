"""Where a distribution lives -> a word for tests, and a way to draw a valid point there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["interval", "simplex", "integer", "ordered", "correlation_cholesky"]


@dataclass(frozen=True)
class Support:
    """An interval (elementwise, infinite ends allowed), whole numbers, or a set of vectors.

    ``ordered``: increasing along the last axis, within the ends. ``correlation_cholesky``: lower
    triangular, a positive diagonal, rows of length 1.
    """

    low: Floats
    high: Floats
    kind: Kind = "interval"

    @property
    def word(self) -> str:
        """`real`, `positive`, `unit`, `above(2)`, `interval(1, 3)`, `ordered`, `simplex`, ..."""
        if self.kind != "interval":
            return self.kind
        lows, highs = np.unique(self.low), np.unique(self.high)
        low = _show(lows)
        high = _show(highs)
        match low, high:
            case "-inf", "inf":
                return "real"
            case "0", "inf":
                return "positive"
            case "0", "1":
                return "unit"
            case _, "inf":
                return f"above({low})"
            case "-inf", _:
                return f"below({high})"
            case _:
                return f"interval({low}, {high})"

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        """A point well inside, of ordinary size, and not from the distribution itself."""
        if self.kind == "simplex":
            weights = rng.uniform(0.2, 1.0, shape)
            return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
        if self.kind == "correlation_cholesky":
            rows = np.tril(rng.normal(0.0, 0.4, shape), k=-1) + np.eye(shape[-1])
            return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True))
        low, high = np.broadcast_to(self.low, shape), np.broadcast_to(self.high, shape)
        real = rng.normal(0.0, 0.7, shape)
        part = rng.uniform(0.05, 0.95, shape)
        return self._arranged(self._place(low, high, real, np.exp(real), part))

    def middle(self, shape: tuple[int, ...]) -> Floats:
        """A point inside, the same each time; for finding out shapes."""
        if self.kind == "simplex":
            return np.full(shape, 1.0 / shape[-1])
        if self.kind == "correlation_cholesky":
            return np.broadcast_to(np.eye(shape[-1]), shape).copy()
        low, high = np.broadcast_to(self.low, shape), np.broadcast_to(self.high, shape)
        step = np.linspace(0.0, 1.0, shape[-1]) if self.kind == "ordered" else np.asarray(0.0)
        return self._arranged(self._place(low, high, 0.25 + step, 1.0 + step, 0.5 + 0.1 * step))

    @staticmethod
    def _place(low: Floats, high: Floats, real: Floats, away: Floats, part: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            bounded = low + (high - low) * part
            bounded = np.where(np.isinf(high), low + away, bounded)
            bounded = np.where(np.isinf(low), high - away, bounded)
        return np.where(np.isinf(low) & np.isinf(high), real, bounded)

    def _arranged(self, point: Floats) -> Floats:
        return np.sort(point, axis=-1) if self.kind == "ordered" else point


def _show(ends: Floats) -> str:
    return f"{float(ends[0]):g}" if ends.size == 1 else "..."


def between(low: object, high: object) -> Support:
    return Support(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))


REAL = between(-np.inf, np.inf)
POSITIVE = between(0.0, np.inf)
UNIT = between(0.0, 1.0)
CIRCLE = between(-np.pi, np.pi)
SIMPLEX = Support(np.asarray(0.0), np.asarray(1.0), "simplex")
CORRELATION_CHOLESKY = Support(np.asarray(-1.0), np.asarray(1.0), "correlation_cholesky")
COUNTS = Support(np.asarray(0.0), np.asarray(np.inf), "integer")
