"""What combinators demand of data, and which columns a prediction does without."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.golden.cases import GOLDEN, load, runtime


def data_of(folder: str) -> dict[str, list[Any]]:
    with (GOLDEN / folder / "data.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize(
    ("folder", "column", "row", "value", "said"),
    [
        ("links/hurdle", "spend", 3, "-1", "'spend': row 4 has -1, expected at least 0"),
        ("links/truncated", "visits", 0, "13", "'visits': row 1 has 13, expected at least 1 and"),
        ("links/truncated", "visits", 0, "0", "'visits': row 1 has 0, expected at least 1 and"),
        ("links/truncated", "loss", 5, "0.1", "'loss': row 6 has 0.1, expected at least"),
        ("links/censored", "visit", 0, "0.1", "'hours': row 1 has 1.858, expected at most 0.1"),
    ],
)
def test_a_response_beyond_its_bounds(
    folder: str, column: str, row: int, value: str, said: str
) -> None:
    columns = data_of(folder)
    columns[column][row] = value
    with pytest.raises(runtime().DataError, match=said):
        load(GOLDEN / folder).encode(columns)


def test_flags_go_before_intervals_and_exclude_each_other() -> None:
    columns, module = data_of("links/censored"), load(GOLDEN / "links/censored")
    columns["running"][0], columns["visit"][0] = "1", "0.1"
    module.encode(columns)
    columns["early"][0] = "1"
    with pytest.raises(runtime().DataError, match="on the left and on the right in 1 rows"):
        module.encode(columns)


@pytest.mark.parametrize("folder", ["links/censored", "models/survival", "links/hurdle"])
def test_a_prediction_needs_no_flags(folder: str) -> None:
    columns, module = data_of(folder), load(GOLDEN / folder)
    _, encoding = module.encode(columns)
    given = {k: v for k, v in columns.items() if "role" not in module.COLUMNS[k]}
    assert len(given) < len(columns)
    module.encode(given, encoding)


def test_an_ordered_prior_is_not_simulated(tmp_path: Path) -> None:
    module = load(GOLDEN / "links/mixture")
    with pytest.raises(runtime().RunError, match="ordered prior cannot be simulated from: long"):
        runtime().run_prior(module.PROGRAM, data_of("links/mixture"), tmp_path)
