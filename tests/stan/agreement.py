"""An emitted model's log density less Stan's at the same values: one constant, if both are right.

python -m tests.stan.agreement        # a table of every program that Stan has judged
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, script
from tests.golden.cases import execute, load
from tests.oracle.compare import Emitted

ROOT = Path(__file__).resolve().parents[2]
JUDGE = ROOT / "tests" / "stan" / "judge"
MODELS = ROOT / "golden" / "models"
#: Relative to the largest absolute density among the points.
TOLERANCE = 1e-8

Point = dict[str, Any]


class NotYet(Exception):
    """The compiler does not take the program."""


def judged() -> dict[str, list[Point]]:
    """Stan's answers for the programs of tests/stan/judge."""
    models = json.loads((JUDGE / "log_prob.json").read_text("utf-8"))["models"]
    return {name: entry["points"] for name, entry in models.items()}


def emitted(program: Path) -> ModuleType:
    """The module that is emitted for a program."""
    found = analyse(Source(program.name, program.read_text("utf-8")), sink := Sink())
    if found is None:
        raise NotYet("; ".join(f"{d.code}: {d.message}" for d in sink))
    return execute(script(found, Options()), f"judged_{program.parent.name}_{program.stem}")


def spread(module: ModuleType, table: Path, points: Iterable[Point]) -> float:
    """How far ours less Stan's is from one constant, relative to the largest of Stan's."""
    arguments, _ = module.encode(table)
    found, largest = [], 1.0
    with jax.enable_x64(True):
        ours = Emitted(module.model, arguments)
        sites = ours.sites
        for point in points:
            values = {k: np.asarray(v, dtype=np.float64) for k, v in point["values"].items()}
            shapes = {name: value.shape for name, value in values.items()}
            assert sites == shapes, f"emitted {sites}, Stan {shapes}"
            total, _, _ = ours.at(values)
            found.append(total - point["log_prob"])
            largest = max(largest, abs(point["log_prob"]))
    return float(np.ptp(found)) / largest


def rows() -> Iterator[tuple[str, str]]:
    """Each program and what came of it."""
    for name, points in judged().items():
        try:
            module = emitted(JUDGE / f"{name}.bl")
            yield name, f"{spread(module, JUDGE / 'data.csv', points):.1e}"
        except NotYet as error:
            yield name, f"does not compile: {error}"
        except AssertionError as error:
            yield name, f"sites differ: {error}"
    for path in sorted(MODELS.glob("*/log_density.json")):
        points = json.loads(path.read_text("utf-8"))["points"]
        module = load(path.parent)
        yield path.parent.name, f"{spread(module, path.parent / 'data.csv', points):.1e}"


if __name__ == "__main__":
    for name, result in rows():
        print(f"{name:32}{result}", flush=True)
