"""Five factors, Bernoulli, n = 1,000,000, and the same data given as cells.

Wanted: the rows are sampled within 1.3 times the time that the cells take.
"""

from __future__ import annotations

from pathlib import Path

from tests.bench.base import Engine, Measures, Problem
from tests.bench.samplers import paced
from tests.bench.tables import Table, labels, rows, write

FACTORS = {"p": 4, "q": 6, "r": 5, "s": 3, "t": 4}
COLUMNS = "  ".join(f"{k}: category" for k in FACTORS)
EFFECTS = " + ".join(f"random_effects({k})" for k in FACTORS)
ROWS = f"data {{ {COLUMNS}  y: binary }}\neta = intercept() + {EFFECTS}\ny ~ bernoulli(eta)\n"
CELLS = (
    f"data {{ {COLUMNS}  y: count  n: count }}\neta = intercept() + {EFFECTS}\n"
    "y ~ binomial(eta, trials = n)\n"
)


def simulate() -> Table:
    import numpy as np

    n, rng = rows(1_000_000), np.random.default_rng(1)
    codes = {k: rng.integers(levels, size=n) for k, levels in FACTORS.items()}
    eta = 0.5 * sum(rng.normal(size=levels)[codes[k]] for k, levels in FACTORS.items())
    y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int)
    return {k: labels(v, k) for k, v in codes.items()} | {"y": y}


def as_cells(table: Table) -> Table:
    import numpy as np

    codes = np.stack([np.unique(table[k], return_inverse=True)[1] for k in FACTORS], axis=1)
    cells, of = np.unique(codes, axis=0, return_inverse=True)
    found: Table = {k: labels(v, k) for k, v in zip(FACTORS, cells.T, strict=True)}
    successes = np.bincount(of.ravel(), table["y"]).astype(int)
    return found | {"y": successes, "n": np.bincount(of.ravel())}


def engine(name: str, source: str, given: bool) -> Engine:
    def before(folder: Path) -> None:
        table = simulate()
        write(as_cells(table) if given else table, folder / "data.parquet")

    def run(folder: Path, seed: int) -> Measures:
        return paced(source, folder / "data.parquet", folder, seed)

    return Engine(name, run, before=before, needs=("pyarrow",))


PROBLEMS = (
    Problem(
        name="factors",
        title="Five factors, Bernoulli, n = 1,000,000: rows against the same data as cells",
        measure="sampling",
        unit="seconds to sample, once prepared and compiled",
        shown=("read", "prepare", "leapfrogs", "microseconds a leapfrog", "memory"),
        engines=(engine("cells", CELLS, True), engine("rows", ROWS, False)),
    ),
)
