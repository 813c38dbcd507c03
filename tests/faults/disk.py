"""Disks that are full, or read-only, under compilations and fits.

A full disk is a small tmpfs where this process may mount one; everywhere else a limit on the size
of files, which fails in the same calls with "File too large".
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from tests.faults.fits import NUTS, PROGRAM, SVI, outcome, tree
from tests.faults.processes import forked
from tests.faults.together import compile_here


def limited(function: Callable[[], int], size: int) -> Callable[[], int]:
    """The function, in a process whose files end at a size."""

    def run() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return function()

    return run


@contextmanager
def small_disk(size: int) -> Iterator[Path | None]:
    """A file system of a few bytes, or None where it cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
        try:
            yield Path(folder) if mounted else None
        finally:
            if mounted:
                os.chdir("/")
                subprocess.run(["umount", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def _mount(*arguments: str) -> bool:
    try:
        return subprocess.run(["mount", *arguments], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def refused(status: int, said: str, folder: Path, want: int) -> str:
    """What is wrong with a refusal, in words: its status, a path, a remedy, no traceback."""
    if status != want or "Traceback" in said:
        return f"status {status}: {said}"
    if str(folder) not in said or "cannot write" not in said:
        return f"it names no file: {said}"
    return "" if "mend" in said else f"no remedy: {said}"


def sweep_fits(
    module: ModuleType, data: Path, method: str, count: int, seed: int = 0
) -> tuple[Counter[str], list[str]]:
    """A fit on a disk that is too small, and then is not."""
    found: Counter[str] = Counter()
    wrong: list[str] = []
    draw = random.Random(f"{method} {seed}")
    options = NUTS if method == "nuts" else SVI
    with tempfile.TemporaryDirectory() as scratch:
        command = ["fit", str(data), *options, "-o"]

        def fit(run: Path, *more: str) -> Callable[[], int]:
            given = [*command, str(run), *more]
            return lambda: module.main(module.PROGRAM, given)

        whole = Path(scratch) / "whole"
        assert forked(fit(whole)).wait() == (0, "")
        want = outcome(whole)
        needed = sum(len(v) for v in tree(whole).values() if isinstance(v, bytes))
        for trial in range(count):
            told = f"{method} on a full disk, trial {trial}"
            # Pages of 4 kB, and checkpoints that are more than what stays.
            with small_disk(draw.randrange(4096, int(2.5 * needed) + 8 * 4096)) as disk:
                if disk is None:
                    run = Path(scratch) / f"run{trial}"
                    size = draw.randrange(100, needed)
                    status, said = forked(limited(fit(run), size)).wait()
                else:
                    run = disk / "run"
                    status, said = forked(fit(run)).wait()
                found["tmpfs" if disk else "limit"] += 1
                found[f"status {status}"] += 1
                said = "\n".join(x for x in said.splitlines() if "compilation cache" not in x)
                if status:
                    error = refused(status, said, run, 2)
                    wrong += [f"{told}: {error}"] if error else []
                    if any(run.rglob("*.tmp")):
                        wrong.append(f"{told}: left {list(run.rglob('*.tmp'))}")
                    if disk:
                        remount(disk, "size=100m")
                    status, said = forked(fit(run, "--resume")).wait()
                    found["resumed to the same bits"] += not status
                if status or outcome(run) != want:
                    wrong.append(f"{told}: {status} with another result: {said}")
    return found, wrong


def sweep_compilations(count: int, seed: int = 0) -> tuple[Counter[str], list[str]]:
    """A package over an older one, on a disk with room for a part of it."""
    found: Counter[str] = Counter()
    wrong: list[str] = []
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "plots.bl"
        source.write_text(PROGRAM, encoding="utf-8")

        def write(folder: Path, level: str = "-O1") -> Callable[[], int]:
            return lambda: compile_here([str(source), level, "-o", f"{folder}/out/"])

        assert forked(write(Path(scratch), "-O0")).wait() == (0, "")
        size = sum(len(v) for v in tree(Path(scratch) / "out").values() if isinstance(v, bytes))
        for trial in range(count):
            told = f"compiling on a full disk, trial {trial}"
            with small_disk(2 * size) as disk:
                folder = disk or Path(scratch) / f"trial{trial}"
                folder.mkdir(exist_ok=True)
                assert forked(write(folder, "-O0")).wait() == (0, "")
                before = tree(folder)
                if disk:
                    ballast = max(0, os.statvfs(disk).f_bavail * 4096 - draw.randrange(size))
                    (folder / "ballast").write_bytes(b"x" * ballast)
                    before = tree(folder)
                    status, said = forked(write(folder)).wait()
                else:
                    status, said = forked(limited(write(folder), draw.randrange(size // 2))).wait()
                found[f"status {status}, {'tmpfs' if disk else 'limit'}"] += 1
                if status:
                    error = refused(status, said, folder, 1)
                    wrong += [f"{told}: {error}"] if error else []
                    if tree(folder) != before:
                        wrong.append(f"{told}: not as it was")
                elif any(folder.rglob(".bgen-*")):
                    wrong.append(f"{told}: left temporary files")
                if disk:
                    remount(disk, "ro")
                    before = tree(folder)
                    status, said = forked(write(folder, "-O2")).wait()
                    error = refused(status, said, folder, 1)
                    wrong += [f"{told}, read-only: {error}"] if error else []
                    found["read-only"] += 1
                    if tree(folder) != before:
                        wrong.append(f"{told}, read-only: not as it was")
    return found, wrong


def sweep_read_only(module: ModuleType, data: Path, finished: Path) -> list[str]:
    """fit, predict and prior into a read-only file system."""
    wrong: list[str] = []
    with small_disk(2**20) as disk:
        if disk is None:
            return []
        (disk / "old").mkdir()
        remount(disk, "ro")
        for given in (
            ["fit", str(data), *SVI, "-o", f"{disk}/run"],
            ["predict", str(finished), str(data), "-o", f"{disk}/p.csv", "--quiet"],
            ["prior", str(data), "-o", f"{disk}/old", "--quiet", "--draws", "5"],
        ):
            status, said = forked(lambda given=given: module.main(module.PROGRAM, given)).wait()
            if status != 2 or str(disk) not in said or "Traceback" in said:
                wrong.append(f"{given[0]} into a read-only folder: {status}: {said}")
    return wrong
