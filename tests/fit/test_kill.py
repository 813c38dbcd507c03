"""A fit that dies at any of its writes, and is resumed, ends in the same bits.

`os.replace` is where a file comes into being; dying before each of them in turn covers every state
in which the folder can be left. (Processes that are really killed: `tests/runtime/test_runs.py`.)
"""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.faults.fits import Killed, dying_at
from tests.golden.cases import load

MODEL = ROOT / "golden" / "models" / "kid_iq"
SETTINGS: dict[str, dict[str, Any]] = {
    "svi": {"method": "svi", "steps": 1200, "draws": 50, "batch": 100},
    "nuts": {"method": "nuts", "warmup": 120, "draws": 120, "chains": 1},
}


def run(
    module: ModuleType,
    folder: Path,
    options: dict[str, Any],
    die_at: int,
    monkeypatch: pytest.MonkeyPatch,
    *,
    resume: bool = False,
) -> int:
    """Fit, dying before the write number ``die_at``; how many writes there were."""
    with monkeypatch.context() as patch, dying_at(die_at) as writes:
        # The clock cuts the blocks: on a busy machine one run would write more often than others.
        patch.setattr(time, "monotonic", lambda: 0.0)
        module.fit(MODEL / "data.csv", folder, seed=4, resume=resume, **options)
    return writes[0]


def outcome(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"summary": (folder / "summary.csv").read_text()}
    for name in ("posterior.npz", "params.npz"):
        with np.load(folder / name) as archive:
            found |= {f"{name}/{k}": archive[k].tobytes() for k in archive.files}
    return found


@pytest.mark.parametrize("method", SETTINGS)
def test_every_write(method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, options = load(MODEL), SETTINGS[method]
    writes = run(module, tmp_path / "whole", options, -1, monkeypatch)
    want = outcome(tmp_path / "whole")
    assert writes >= 10, "several blocks, or nothing is tested"
    # NUTS compiles for seconds each time: every third of its writes; all of them pass too.
    for die_at in range(0, writes, 1 if method == "svi" else 3):
        folder = tmp_path / f"cut{die_at}"
        with pytest.raises(Killed):
            run(module, folder, options, die_at, monkeypatch)
        if (folder / "summary.csv").exists() and (folder / "run.json").exists():
            # What stands under its own name is whole, also when the fit is not.
            assert (folder / "summary.csv").read_text() == want["summary"]
        run(module, folder, options, -1, monkeypatch, resume=True)
        assert outcome(folder) == want, f"killed before write {die_at}"
        assert not list(folder.glob("**/*.tmp"))
