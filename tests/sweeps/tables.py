"""A program's declarations -> a table of made-up data that keeps its contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.ir import contract

Table = dict[str, list[object]]
LEVELS = "abcdefghijklmnopqrstuvwxyz"


def table_of(text: str, rows: int, seed: int, groups: int = 5) -> Table:
    """Columns for every declaration: covariates of unit size, responses that are legal."""
    compiled = analyse(Source("model.bl", text), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    rng = np.random.RandomState(seed)
    found: Table = {}
    codes: dict[str, NDArray[np.int64]] = {}
    for spec in compiled.model.columns:
        if spec.type in ("category", "ordinal"):
            codes[spec.name] = _codes(spec, rows, rng, groups)
    for spec in compiled.model.columns:
        for name in _sources(spec):
            found[name] = _column(spec, rows, rng, codes)
    if "hurdle(" in text:  # zeros, and what is above
        found["y"] = [max(0.0, float(str(y))) for y in found["y"]]
    if "autoregressive(" in text:  # a time of its own for each row
        found["t"] = list(range(rows))
    _settle_counts(found, [r.name for r in compiled.model.responses])
    return found


def _sources(spec: contract.ColumnSpec) -> Sequence[str]:
    if spec.patterns:
        return [spec.patterns[0].replace("*", str(k)) for k in range(1, 13)]
    return spec.sources or [spec.name]


def _codes(
    spec: contract.ColumnSpec, rows: int, rng: np.random.RandomState, groups: int
) -> NDArray[np.int64]:
    count = len(spec.levels) if spec.levels else 4 if spec.type == "ordinal" else groups
    # Each level about equally often, so that none is missing.
    found: NDArray[np.int64] = rng.permutation(np.arange(rows) % count)
    return found


def _column(
    spec: contract.ColumnSpec,
    rows: int,
    rng: np.random.RandomState,
    codes: Mapping[str, NDArray[np.int64]],
) -> list[object]:
    if spec.name in codes:
        numbered = spec.type == "ordinal"
        names = spec.levels or [str(k + 1) if numbered else LEVELS[k] for k in range(26)]
        return [names[k] for k in codes[spec.name]]
    if spec.by is not None:
        values = rng.normal(size=100)
        return list(values[codes[spec.by]].tolist())
    if spec.type == "scalar":
        return [1.5] * rows
    draw = {
        "positive": lambda: 0.2 + rng.gamma(4.0, 0.25, rows),
        "proportion": lambda: rng.uniform(0.05, 0.95, rows),
        "binary": lambda: rng.randint(0, 2, rows),
        "count": lambda: rng.randint(0, 4, rows),
        "integer": lambda: np.arange(rows) % max(8, rows // 4),
        "date": lambda: np.arange(rows) % max(8, rows // 4),
    }.get(spec.type, lambda: rng.normal(size=rows))
    values = draw()
    if spec.type == "date":
        days = np.datetime64("2024-01-01") + values
        return [str(day) for day in days]
    return list(values.tolist())


def _settle_counts(table: Table, responses: Sequence[str]) -> None:
    """Trials are at least what they are the trials of."""
    for name in ("n", "trials"):
        if name in table:
            table[name] = [12] * len(table[name])
    counts = [name for name in responses if name in table]
    whole = all(isinstance(table[c][0], int) for c in counts)
    if len(counts) > 1 and whole:  # multinomial: all trials have an outcome
        rest = [
            sum(int(str(table[c][i])) for c in counts[1:]) for i in range(len(table[counts[0]]))
        ]
        table[counts[0]] = [12 - r for r in rest]
