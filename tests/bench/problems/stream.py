"""Data larger than memory: a Gaussian posterior of rows in Parquet, 20 columns and a response.

`STREAM_ROWS` sets the rows (1e7 without; 1e8 are 16 GB on the disk); they are generated once, in
row groups of 1e6, and kept in the folder of the bench. Reading is the row groups of that file one
after another and nothing else: no fit from a file is faster. `peak` is the memory that the process
held at most.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import Any

from tests.bench.base import Engine, Measures, Problem, emit, load

ROWS = int(float(os.environ.get("STREAM_ROWS", "1e7")))
GROUP, COLUMNS = 1_000_000, 20
SOURCE = """model long "Linear regression of a long table"
data { y: real  x: real["x_*"] }
mu = intercept() + adaptive(x)
y ~ gaussian(mu)
"""
MINIBATCHES = "fit { method = svi  batch = 1024  steps = 10000 }\n"


def table(folder: Path) -> Path:
    """The file of all engines."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as parquet

    path = folder.parent / f"rows_{ROWS}.parquet"
    if path.exists():
        return path
    slopes = np.random.default_rng(0).normal(size=COLUMNS)
    scales, centres = np.geomspace(0.1, 10, COLUMNS), np.arange(COLUMNS)
    names = ["y", *(f"x_{k}" for k in range(COLUMNS))]
    schema = pa.schema([(name, pa.float64()) for name in names])
    partial = path.with_suffix(".part")
    with parquet.ParquetWriter(partial, schema, use_dictionary=False) as file:
        for start in range(0, ROWS, GROUP):
            rng = np.random.default_rng([1, start])
            x = rng.normal(size=(min(GROUP, ROWS - start), COLUMNS)) * scales + centres
            y = 1 + x @ slopes + 2 * rng.normal(size=len(x))
            arrays = [y, *(np.ascontiguousarray(column) for column in x.T)]
            file.write_table(pa.table(dict(zip(names, arrays, strict=True)), schema))
    partial.rename(path)
    return path


def before(folder: Path) -> None:
    table(folder)
    emit(SOURCE, folder / "long.py")


def before_svi(folder: Path) -> None:
    table(folder)
    emit(SOURCE + MINIBATCHES, folder / "long.py")


def timed(work: Any) -> Measures:
    began, used = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "seconds of cpu": cpu, "peak, MB": peak}


def reading(folder: Path) -> Measures:
    import pyarrow.parquet as parquet

    def read() -> None:
        with parquet.ParquetFile(table(folder)) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group)

    return timed(read)


def statistics(folder: Path) -> Measures:
    """What the posterior takes of the rows."""
    long = load(folder / "long.py")
    blocks = long.PROGRAM.blocks
    return timed(lambda: blocks.read(long.PROGRAM, table(folder), None, "error"))


def fit(folder: Path) -> Measures:
    """The same, and four chains of 1,000 draws after 1,000."""
    long = load(folder / "long.py")
    long.prepare_jax(4, True)
    return timed(lambda: long.fit(table(folder), folder / "run", force=True, stream=True))


def minibatches(folder: Path) -> Measures:
    """10,000 steps of SVI on 1,024 rows each, encoded once and cut from the disk."""
    long = load(folder / "long.py")
    long.prepare_jax(1, False)
    path, run = table(folder), folder / "run"
    return timed(lambda: long.fit(path, run, force=True, stream=True, free_precision=True))


PROBLEMS = (
    Problem(
        name="stream",
        title=f"A Gaussian posterior of {ROWS:,} rows and {COLUMNS} columns in Parquet",
        measure="seconds",
        unit="seconds",
        shown=("seconds of cpu", "peak, MB"),
        repeats=1,
        engines=(
            Engine("reading the file", reading, before=before, needs=("pyarrow",)),
            Engine("bgen, statistics", statistics, before=before, needs=("pyarrow",)),
            Engine("bgen, fit", fit, before=before, needs=("pyarrow",)),
            Engine("bgen, minibatches", minibatches, before=before_svi, needs=("pyarrow",)),
        ),
    ),
)
