"""An emitted model's log density less Stan's at the same values: one constant, if both are right.

python -m tests.stan.agreement        # a table of every program that Stan has judged
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, script
from tests.golden.cases import load
from tests.oracle.compare import Emitted

ROOT = Path(__file__).resolve().parents[2]
JUDGE = ROOT / "tests" / "stan" / "judge"
MODELS = ROOT / "golden" / "models"
#: Of the largest absolute density among the points.
TOLERANCE = 1e-8

Point = dict[str, Any]


class NotYet(Exception):
    """The compiler does not take the program."""


def judged() -> dict[str, list[Point]]:
    """Stan's answers for the programs of tests/stan/judge."""
    models = json.loads((JUDGE / "log_prob.json").read_text("utf-8"))["models"]
    return {name: entry["points"] for name, entry in models.items()}


def emitted(program: Path, folder: Path) -> Path:
    """The file that is emitted for a program, in a folder of its own."""
    source = Source(program.name, program.read_text("utf-8"))
    found = analyse(source, sink := Sink())
    if found is None:
        raise NotYet("; ".join(f"{d.code}: {d.message}" for d in sink))
    path = folder / f"{program.stem}.py"
    path.write_text(script(found, Options()), "utf-8")
    return path


def differences(model: Path, table: Path, points: Iterable[Point]) -> tuple[list[float], float]:
    """Ours less Stan's at each point, and the largest of Stan's in absolute value."""
    module = load(model, f"judged_{model.parent.name}_{model.stem}")
    arguments, _ = module.encode(table)
    found, largest = [], 1.0
    with jax.enable_x64(True):
        ours = Emitted(module.model, arguments)
        sites = ours.sites()
        for point in points:
            values = {k: np.asarray(v, dtype=np.float64) for k, v in point["values"].items()}
            shapes = {name: value.shape for name, value in values.items()}
            assert sites == shapes, f"emitted {sites}, Stan {shapes}"
            total, _, _ = ours.at(values)
            found.append(total - point["log_prob"])
            largest = max(largest, abs(point["log_prob"]))
    return found, largest


def spread(model: Path, table: Path, points: Iterable[Point]) -> float:
    """How far the differences are from one constant, relative to the densities."""
    found, largest = differences(model, table, points)
    return float(np.ptp(found)) / largest


def rows() -> Iterator[tuple[str, str]]:
    """Each program and what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, points in judged().items():
            try:
                model = emitted(JUDGE / f"{name}.bl", Path(folder))
                yield name, f"{spread(model, JUDGE / 'data.csv', points):.1e}"
            except NotYet as error:
                yield name, f"does not compile: {error}"
            except AssertionError as error:
                yield name, f"sites differ: {error}"
    for path in sorted(MODELS.glob("*/log_density.json")):
        points = json.loads(path.read_text("utf-8"))["points"]
        model = path.parent / "model.py"
        yield path.parent.name, f"{spread(model, path.parent / 'data.csv', points):.1e}"


if __name__ == "__main__":
    for name, result in rows():
        print(f"{name:32}{result}", flush=True)
