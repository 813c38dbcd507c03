"""The published JSON of a posterior -> the table that its program reads, and what Stan is given.

The rows are as many as the first list has elements. A matrix is a column for each of its own,
``X_1`` and so on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

Json = dict[str, Any]
Table = dict[str, list[Any]]


def read_data(folder: Path, data: str) -> Json | None:
    """What was published, if the folder has it."""
    path = folder / f"{data}.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def table_of(published: Json, model: str) -> Table:
    """The columns of a program, those included that a user would make beforehand."""
    lists = {name: value for name, value in published.items() if isinstance(value, list)}
    rows = len(next(iter(lists.values())))
    table: Table = {}
    for name, value in lists.items():
        if len(value) != rows:
            continue
        if isinstance(value[0], list):
            for place, column in enumerate(zip(*value, strict=True), start=1):
                table[f"{name}_{place}"] = list(column)
        else:
            table[name] = value
    if model in ADDED:
        table |= ADDED[model](rows)
    return table


def plates(rows: int) -> Table:
    """A level for each row."""
    return {"plate": [f"p{row:02}" for row in range(1, rows + 1)]}


def centring(rows: int) -> Table:
    """The columns of I - 1/n."""
    matrix = np.eye(rows) - 1.0 / rows
    return {f"centring_{column + 1}": matrix[:, column].tolist() for column in range(rows)}


#: What the seeds have no column for.
ADDED = {
    "seeds_model": plates,
    "seeds_stanified_model": plates,
    "seeds_centered_model": centring,
}
