"""Programs that once failed, with their data: ``tests/corpus/fuzz/NAME.bl`` and ``NAME.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.ir import contract

from .generate import Drawn

FOLDER = Path(__file__).resolve().parents[1] / "corpus" / "fuzz"


def write(drawn: Drawn, name: str) -> Path:
    """The program, and those of its columns that it declares."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.bl"
    path.write_text(drawn.text, encoding="utf-8")
    names = [n for n in drawn.table if n in _wanted(drawn)]
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(names)
        lines.writerows(zip(*(drawn.table[n] for n in names), strict=True))
    return path


def read() -> Iterator[tuple[str, Drawn]]:
    for path in sorted(FOLDER.glob("*.bl")):
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        table = {name: [row[k] for row in rows] for k, name in enumerate(header)}
        yield path.stem, Drawn(path.read_text(encoding="utf-8"), table)


def _wanted(drawn: Drawn) -> set[str]:
    """The file's columns that the program reads, or declares."""
    compiled = analyse(Source("fuzz.bl", drawn.text), Sink())
    assert compiled is not None
    found: set[str] = set()
    for name in drawn.table:
        if f"{name}:" in drawn.text or f'"{name}"' in drawn.text:
            found.add(name)
    for column in compiled.model.columns:
        found |= _sources(column, drawn.table)
    return found


def _sources(column: contract.ColumnSpec, table: dict[str, list[str]]) -> set[str]:
    stems = tuple(p.split("*")[0] for p in column.patterns)
    by_pattern = {name for name in table if stems and name.startswith(stems)}
    return by_pattern | set(column.sources or [column.name])
