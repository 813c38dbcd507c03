"""A small program, its data, and ways to run what is emitted: here, or as a process of its own."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from bgen.driver import compile_text
from tests.golden.cases import execute

PROGRAM = """model plots
data { y: real  x: real  plot: category }
mu = intercept() + linear(x) + random_effects(plot)
y ~ gaussian(mu)
"""
SVI = ["--method", "svi", "--steps", "1500", "--draws", "20", "--allow-warnings", "--quiet"]
NUTS = ["--chains", "2", "--warmup", "300", "--draws", "300", "--allow-warnings", "--quiet"]


def write_data(path: Path, rows: int = 40) -> Path:
    draw = random.Random(1)
    lines = ["y,x,plot"]
    for row in range(rows):
        x = draw.gauss(0, 1)
        lines.append(f"{1 + 0.5 * x + draw.gauss(0, 0.3):.6f},{x:.6f},p{row % 5}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_script(folder: Path) -> Path:
    path = folder / "plots.py"
    path.write_text(compile_text(PROGRAM, "plots.bl"), encoding="utf-8")
    return path


def load(script: Path) -> ModuleType:
    return execute(script.read_text("utf-8"), "faults_plots", str(script))


def command(module: ModuleType, *arguments: Any) -> tuple[int, str]:
    """The command line in this process: its status and what it said."""
    with contextlib.redirect_stderr(io.StringIO()) as said:
        status = module.main(module.PROGRAM, [str(a) for a in arguments])
    return status, said.getvalue()


class Killed(BaseException):
    """Nothing may catch it, as nothing catches a SIGKILL."""


@contextlib.contextmanager
def dying_at(write: int) -> Iterator[list[int]]:
    """Die before the write with this number, from 0; how many there were is counted in the list."""
    real, writes = os.replace, [0]

    def replace(*paths: Any) -> None:
        if writes[0] == write:
            raise Killed
        writes[0] += 1
        real(*paths)

    os.replace = replace
    try:
        yield writes
    finally:
        os.replace = real


def outcome(run: Path) -> dict[str, str]:
    """What must be the same however often a fit was cut short."""
    names = ("summary.csv", "posterior.npz", "params.npz", "encoding.json")
    return {n: hashlib.sha256((run / n).read_bytes()).hexdigest() for n in names}


def tree(folder: Path) -> dict[str, Any]:
    """All that is in a folder: contents, links, modes."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", os.readlink(path))
        else:
            found[name] = path.read_bytes() if path.is_file() else "folder"
    return found
