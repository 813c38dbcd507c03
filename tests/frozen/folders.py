"""What is frozen, where it is, and the shape of a RUN folder: names and kinds, no values."""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from bgen.driver import Options, compile_text
from tests.golden.cases import CASES, GOLDEN, execute, label

FROZEN = GOLDEN / "frozen"
SITES = FROZEN / "sites.tsv"
PROGRAM = FROZEN / "model.bl"
DATA = FROZEN / "data.csv"
#: The runs of each format: how each was asked for. Those that were cut have a checkpoint.
NUTS = ["--chains", "2", "--warmup", "10", "--draws", "40", "--seed", "1"]
SVI = ["--method", "svi", "--steps", "1200", "--batch", "8", "--draws", "30", "--seed", "1"]
RUNS = {"nuts": NUTS, "svi": SVI, "nuts-cut": NUTS, "svi-cut": SVI}
WHOLE = ("nuts", "svi")


@cache
def module() -> ModuleType:
    """What is emitted of the program today; -O0, since new rewrites are no other format."""
    return execute(compile_text(PROGRAM.read_text("utf-8"), "model.bl", Options("-O0")), "frozen")


def command(*words: str | Path, of: ModuleType | None = None) -> int:
    """The command line, in this process."""
    found: int = (of or module()).main((of or module()).PROGRAM, [str(word) for word in words])
    return found


def fit(kind: str, folder: Path, *more: str) -> int:
    return command("fit", DATA, "-o", folder, "--allow-warnings", "--quiet", *RUNS[kind], *more)


def shape(folder: Path) -> dict[str, Any]:
    """Each file of a RUN folder, and what is in it."""
    return {
        str(path.relative_to(folder)): _read(path)
        for path in sorted(folder.rglob("*"))
        # (where h5netcdf is not installed it is not there)
        if path.is_file() and path.name != "posterior.nc"
    }


def _read(path: Path) -> Any:
    if path.suffix == ".json":
        return _kinds(json.loads(path.read_text("utf-8")))
    if path.suffix == ".csv":
        with open(path, newline="") as file:
            return next(csv.reader(file))
    with np.load(path) as archive:
        kinds = {name: f"{archive[name].dtype} {archive[name].ndim}d" for name in archive.files}
    # NumPyro's state, leaf by leaf, is NumPyro's business
    return {k: v for k, v in kinds.items() if not k.isdigit()}


def _kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _kinds(each) for name, each in value.items()}
    if isinstance(value, list):
        # an empty one (no notes, no warnings) as one of texts
        return {"each": sorted({json.dumps(_kinds(each)) for each in value} or {'"str"'})}
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if number else type(value).__name__


def sites_today() -> Iterator[tuple[str, str]]:
    """`golden site` and its axes, of every golden in the order of its file."""
    for case in CASES:
        for node in ast.parse((case / "model.py").read_text("utf-8")).body:
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "SITES":
                assert node.value is not None
                for site, axes in ast.literal_eval(node.value).items():
                    yield f"{label(case)}\t{site}", ",".join(axes)


def sites_frozen() -> dict[str, str]:
    if not SITES.exists():
        return {}
    lines = SITES.read_text("utf-8").splitlines()
    return {line.rpartition("\t")[0]: line.rpartition("\t")[2] for line in lines}
