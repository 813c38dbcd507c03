"""A golden folder -> its program and data for the evaluator."""

from __future__ import annotations

import csv
from pathlib import Path

from . import Bound, Oracle


def read_table(path: Path) -> dict[str, list[str]]:
    """The columns of a CSV file as they stand there."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines)
    return {name: [row[i] for row in rows] for i, name in enumerate(header)}


def bind(folder: Path) -> Bound:
    text = (folder / "model.bl").read_text(encoding="utf-8")
    return Oracle(text).bind(read_table(folder / "data.csv"))
