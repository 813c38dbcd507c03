"""A fit whose disk is full, or read-only, at any of its writes: status 2 and a line that names the
file; nothing half-written; what was there stays; with room again, --resume ends in the same bits.
(Disks that are full indeed: ``python -m tests.faults fit-disk``.)"""

from __future__ import annotations

import errno
import os
import shutil
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.faults.fits import SVI, command, outcome, tree


def failing(name: str, at: int, number: int, patch: pytest.MonkeyPatch) -> list[int]:
    """The call number ``at`` of a function of ``os`` fails; how many calls there were."""
    real, calls = getattr(os, name), [0]

    def call(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] > at:
            raise OSError(number, os.strerror(number))
        return real(*arguments)

    patch.setattr(os, name, call)
    # The clock cuts the blocks: on a busy machine one run would write more often than others.
    patch.setattr(time, "monotonic", lambda: 0.0)
    return calls


def refused(said: str, run: Path) -> bool:
    return said.startswith(f"cannot write {run}") and "mended" in said and said.count("\n") == 1


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk(
    plots: ModuleType,
    finished: Path,
    data: Path,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for at in range(0 if name == "fsync" else 1, 40, 4):
        run = tmp_path / f"{at}"
        with monkeypatch.context() as patch:
            calls = failing(name, at, errno.ENOSPC, patch)
            status, said = command(plots, "fit", data, "-o", run, *SVI)
        if calls[0] <= at:
            assert status == 0 and at >= 8
            break
        assert status == 2 and refused(said, run) and "No space left" in said
        assert not list(run.rglob("*.tmp"))
        assert command(plots, "fit", data, "-o", run, "--resume", *SVI) == (0, "")
        assert outcome(run) == outcome(finished)


def test_a_read_only_folder(
    plots: ModuleType, finished: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modes mean nothing to root: opening fails as it does there."""
    run = tmp_path / "run"
    shutil.copytree(finished, run)
    before = tree(tmp_path)

    def read_only(path: Any, mode: str = "r", *arguments: Any, **more: Any) -> Any:
        if "w" in mode or "x" in mode:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return open(path, mode, *arguments, **more)

    monkeypatch.setattr(plots, "open", read_only, raising=False)
    for given in (
        ["fit", data, "-o", run, "--force", *SVI],
        ["predict", run, data, "-o", tmp_path / "p.csv", "--quiet"],
        ["prior", data, "-o", run, "--force", "--quiet", "--draws", "5"],
    ):
        status, said = command(plots, *given)
        assert status == 2 and refused(said, tmp_path) and "Read-only" in said, said
        assert tree(tmp_path) == before


def test_netcdf_is_written_whole_too(
    plots: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HDF5 itself never writes to the disk: it ends the process where that is full."""
    import numpy as np

    posterior = {"a": np.zeros((2, 3))}
    with monkeypatch.context() as patch:
        failing("fsync", 0, errno.ENOSPC, patch)
        with pytest.raises(plots.RunError, match=r"posterior\.nc: No space left"):
            plots.write_netcdf(tmp_path / "posterior.nc", posterior)
    assert not tree(tmp_path)
    assert plots.write_netcdf(tmp_path / "posterior.nc", posterior) == []
    assert tree(tmp_path)["posterior.nc"][:4] == b"\x89HDF"
