"""Short ways for tests to write a program with its data, and values of its sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from . import Bound, Oracle
from .data import Floats


def bound(text: str, **table: Sequence[object]) -> Bound:
    return Oracle(text).bind(table)


def arrays(values: Mapping[str, object]) -> dict[str, Floats]:
    return {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-11 * max(1.0, abs(b))
