"""A case -> its log density and the derivative in the predictor, exact to float64's last digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import mpmath as mp  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from . import table
from .cases import CASES, Case

assert table.__doc__  # imported for what it enters in the table of cases


def rows_of(case: Case) -> Iterator[tuple[float | str, float]]:
    for eta in case.grid:
        for y in case.cells:
            yield y, eta


@cache
def exact(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The log density of each row, and its derivative in the predictor."""
    case = CASES[name]
    values, slopes = [], []
    with mp.workdps(60):
        for y, eta in rows_of(case):
            # 1 - exp(-exp(50)) and the like need as many digits as they have nines.
            values.append(_digits(lambda e, y=y: case.reference(y, e), eta))
            slopes.append(_digits(lambda e, y=y: mp.diff(lambda t: case.reference(y, t), e), eta))
    return np.array(values), np.array(slopes)


def _digits(f: Callable[[Any], Any], eta: float) -> float:
    """More digits until two answers agree."""
    last = None
    for digits in (34, 60, 250, 1100):
        with mp.workdps(digits):
            try:
                value = f(mp.mpf(eta))
            except (ValueError, ZeroDivisionError):  # the log of a difference that was lost
                continue
            number = float(mp.re(value))
        if last is not None and _close(number, last):
            return number
        last = number
    raise ArithmeticError(f"no exact value at {eta}")


def _close(a: float, b: float) -> bool:
    return bool(np.isfinite(a)) and abs(a - b) <= 1e-14 * max(1e-6, abs(b))
