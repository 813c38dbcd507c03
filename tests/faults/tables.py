"""Data files that are damaged: read all the same, or refused by their name, and by nothing else."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from types import ModuleType

from tests.faults.damage import a_folder, emptied, one_bit, random_bytes, removed, truncated


def write_parquet(path: Path, module: ModuleType, data: Path) -> Path:
    import pyarrow
    import pyarrow.parquet

    columns = module.load(data).columns
    table = {k: [float(v) for v in columns[k]] for k in ("y", "x")} | {"plot": columns["plot"]}
    pyarrow.parquet.write_table(pyarrow.table(table), path)
    return path


def sweep(
    module: ModuleType, data: Path, kind: str, count: int, seed: int = 0
) -> tuple[Counter[str], list[str]]:
    """A .csv or .parquet, damaged so many times, one to four times each."""
    found: Counter[str] = Counter()
    wrong: list[str] = []
    draw = random.Random(f"{kind} {seed}")
    with tempfile.TemporaryDirectory() as scratch:
        good = data
        if kind == ".parquet":
            good = write_parquet(Path(scratch) / "good.parquet", module, data)
        for trial in range(count):
            path = Path(scratch) / f"bad{trial}{kind}"
            path.write_bytes(good.read_bytes())
            damage = draw.choice([emptied, truncated, one_bit, one_bit, random_bytes])
            damage = (removed, a_folder)[trial] if trial < 2 else damage
            for _ in range(draw.randrange(1, 4) if damage is one_bit else 1):
                damage(path, draw)
            try:
                module.encode(path)
                found["read"] += 1
            except module.DataError as error:
                found["refused"] += 1
                if not str(error).strip():
                    wrong.append(f"{kind} {trial}, {damage.__name__}: no message")
            except Exception as error:
                told = f"{type(error).__name__}: {error}"
                wrong.append(f"{kind} {trial}, {damage.__name__}: {told[:200]}")
            if path.is_dir():
                path.rmdir()
            path.unlink(missing_ok=True)
    return found, wrong
