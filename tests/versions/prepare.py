"""The goldens -> a folder that any environment can run: emitted files, data, a point for each."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.golden.cases import CASES, RUNTIME, label
from tests.golden.emitted import member
from tests.oracle.cases import bind


def name_of(case: Path) -> str:
    """As a module may be called."""
    return label(case).replace("-", "_")


def prepare(folder: Path, cases: Sequence[Path] = CASES) -> None:
    """The committed modules as ``models``, the rewritten ones as ``fast`` (by level)."""
    for part in ("models", "fast", "data", "points"):
        (folder / part).mkdir(parents=True)
    for part in ("models", "fast"):
        (folder / part / "__init__.py").touch()
        shutil.copy(RUNTIME, folder / part / "_fit.py")
    for case in cases:
        name = name_of(case)
        shutil.copy(case / "model.py", folder / "models" / f"{name}.py")
        shutil.copy(case / "data.csv", folder / "data" / f"{name}.csv")
        with np.errstate(all="ignore"):
            # drawn by the evaluator: NumPyro's transforms and JAX's bits are what is compared
            np.savez(folder / "points" / f"{name}.npz", **bind(case).draw(0))
        seen = set[str]()
        for level in ("-O1", "-O2"):
            text = member(case, level)
            body = text.rpartition("\n# bgen ")[0]  # without the stamp, which names the level
            if " prepare" in body and body not in seen:
                (folder / "fast" / f"{name}_{level[1:]}.py").write_text(text, "utf-8")
                seen.add(body)
