"""Damaged data are named, or read."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.faults.tables import sweep


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_damaged_files(plots: ModuleType, data: Path, kind: str) -> None:
    found, wrong = sweep(plots, data, kind, 200)
    assert not wrong
    assert found["refused"] > 50 and found["read"] > 5


def test_text_of_parquet_that_is_not_utf8(plots: ModuleType, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    text = pyarrow.array([b"p\xb1", b"p2"]).cast(pyarrow.binary()).view(pyarrow.string())
    table = pyarrow.table({"y": [1.0, 2.0], "x": [1.0, 2.0], "plot": text})
    parquet.write_table(table, tmp_path / "bad.parquet")
    with pytest.raises(plots.DataError, match=r"bad\.parquet: 'utf-8' codec"):
        plots.encode(tmp_path / "bad.parquet")
