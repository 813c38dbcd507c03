"""SIGINT and SIGKILL at random moments of fits and of compilations.

After each the folder is untouched, whole, or resumable to the same bits; an interrupt ends in
status 130 and one line, at the first time of asking.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

from tests.faults.fits import NUTS, PROGRAM, SVI, outcome, tree
from tests.faults.processes import Child, forked
from tests.faults.together import OTHER, compile_here

METHODS = {"nuts": NUTS, "svi": [*SVI, "--steps", "60000", "--batch", "32"]}
PATIENCE = 60  # seconds after which an interrupt counts as lost


def fit(module: ModuleType, arguments: list[str]) -> Child:
    return forked(lambda: module.main(module.PROGRAM, arguments))


def signalled(child: Child, number: int, seconds: float) -> tuple[int, str]:
    """Its end, after a signal at a moment: one, however busy it is."""
    time.sleep(seconds)
    os.kill(child.pid, number)
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        # Not reaped: `wait` does that.
        if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
            return child.wait()
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    status, said = child.wait()
    return status, f"the interrupt was lost: {said}"


def sweep_fits(
    module: ModuleType, data: Path, method: str, number: int, count: int, seed: int = 0
) -> tuple[Counter[str], list[str]]:
    """How many fits ended how, and what went wrong, in words."""
    found: Counter[str] = Counter()
    wrong: list[str] = []
    draw = random.Random(f"{method} {number} {seed}")
    with tempfile.TemporaryDirectory() as scratch:
        command = ["fit", str(data), *METHODS[method], "-o"]
        whole = Path(scratch) / "whole"
        # Once to fill the cache of compilations, once for the time and the result.
        assert fit(module, [*command, f"{scratch}/first"]).wait()[0] == 0
        began = time.monotonic()
        assert fit(module, [*command, str(whole)]).wait() == (0, "")
        usual, want = time.monotonic() - began, outcome(whole)
        for trial in range(count):
            run = Path(scratch) / f"run{trial}"
            told = f"{method}, {signal.Signals(number).name}, trial {trial}"
            resume: list[str] = []
            for _ in range(3):
                child = fit(module, [*command, str(run), *resume])
                status, said = signalled(child, number, draw.uniform(0, 1.1 * usual))
                ends = {0: "done", 130: "130", -number: "killed"}
                found[ends.get(status, str(status))] += 1
                if status not in (0, 130 if number == signal.SIGINT else -number):
                    wrong.append(f"{told}: status {status}: {said}")
                if "Traceback" in said or "Exception ignored" in said or "lost" in said:
                    wrong.append(f"{told}: {said}")
                if status == 130 and "--resume" not in said:
                    wrong.append(f"{told}: no word of --resume: {said}")
                if number == signal.SIGINT and any(run.rglob("*.tmp")):
                    wrong.append(f"{told}: left {list(run.rglob('*.tmp'))}")
                if status == 0:
                    break
                resume = ["--resume"]
            status, said = fit(module, [*command, str(run), "--resume"]).wait()
            if status or outcome(run) != want:
                wrong.append(f"{told}: resumed with {status} to another result: {said}")
            found["resumed to the same bits"] += not status and outcome(run) == want
            shutil.rmtree(run, ignore_errors=True)
    return found, wrong


def sweep_compilations(number: int, count: int, seed: int = 0) -> tuple[Counter[str], list[str]]:
    """Two models compiled into a folder that holds an older form of both."""
    found: Counter[str] = Counter()
    wrong: list[str] = []
    draw = random.Random(f"compile {number} {seed}")
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        Path("plots.bl").write_text(PROGRAM, encoding="utf-8")
        Path("fields.bl").write_text(OTHER, encoding="utf-8")

        def write(level: str) -> Child:
            return forked(lambda: compile_here(["plots.bl", "fields.bl", level, "-o", "out/"]))

        assert write("-O1").wait() == (0, "")
        new = tree(Path("out"))
        shutil.rmtree("out")
        assert write("-O0").wait() == (0, "")
        old = tree(Path("out"))
        shutil.copytree("out", "old")
        began = time.monotonic()
        assert write("-O0").wait() == (0, "")
        usual = time.monotonic() - began
        for trial in range(count):
            told = f"compile, {signal.Signals(number).name}, trial {trial}"
            status, said = signalled(write("-O1"), number, draw.uniform(0, 1.2 * usual))
            now = tree(Path("out"))
            files = {k: v for k, v in now.items() if not k.startswith(".bgen-")}
            state = "old" if files == old else "new" if files == new else "mixed"
            found[f"{status}, {state}"] += 1
            if any(v not in (old.get(k), new.get(k)) for k, v in files.items()):
                wrong.append(f"{told}: a file is neither old nor new")
            if number == signal.SIGINT and (state == "mixed" or files != now):
                wrong.append(f"{told}: {state} files, left {now.keys() - files.keys()}")
            if status not in (0, 130 if number == signal.SIGINT else -number):
                wrong.append(f"{told}: status {status}: {said}")
            if "Traceback" in said or "Exception ignored" in said:
                wrong.append(f"{told}: {said}")
            if write("-O1").wait() != (0, ""):
                wrong.append(f"{told}: the next compilation fails")
            shutil.rmtree("out")
            shutil.copytree("old", "out")
        os.chdir("/")
    return found, wrong
