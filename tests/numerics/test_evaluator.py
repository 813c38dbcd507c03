"""The evaluator of tests/oracle at the same points: its float64 is good enough to judge by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.oracle import Oracle

from .cases import CASES
from .exact import exact, rows_of

TOLERANCE = 1e-12


@pytest.mark.parametrize("name", CASES)
def test_evaluator(name: str) -> None:
    case = CASES[name]
    rows = list(rows_of(case))
    table: dict[str, list[Any]] = {"y": [y for y, _ in rows]}
    table |= {k: [v] * len(rows) for k, (_, v) in case.columns.items()}
    values = {"e": np.array([eta for _, eta in rows])}
    values |= {k: np.asarray(v, dtype=np.float64) for k, v in case.values.items()}
    ours = Oracle(case.text).bind(table).rows(values)["y"]
    right, _ = exact(name)
    error = np.abs(ours - right) / np.maximum(1.0, np.abs(right))
    bad = [
        f"y = {y}, eta = {eta:g}: {a!r}, exactly {b!r}"
        for (y, eta), e, a, b in zip(rows, error, ours, right, strict=True)
        if not e < TOLERANCE
    ]
    assert not bad, f"{len(bad)} of {name}:\n" + "\n".join(bad[:12])
