"""Faults by the hundred: ``python -m tests.faults [--count N] [topic ...]``.

Prints a table of what was tried and what went wrong; the status is 1 where anything did. Without
``--count`` each topic takes its own number; all of them take an hour.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.faults import disk, memory, signals, tables, together
from tests.faults.fits import SVI, command, load, write_data, write_script
from tests.faults.processes import forked

Found = tuple[str, list[str]]


@dataclass
class Place:
    """Where fits find what they need; the emitted module is imported when one asks for it."""

    folder: Path
    seed: int

    @property
    def data(self) -> Path:
        path = self.folder / "plots.csv"
        return path if path.exists() else write_data(path)

    @property
    def module(self) -> ModuleType:
        if not hasattr(self, "_module"):
            self._module = load(write_script(self.folder))
        return self._module


def told(found: Counter[str]) -> str:
    return ", ".join(f"{k}: {v}" for k, v in sorted(found.items()))


def compile_memory(count: int, place: Place) -> Iterator[Found]:
    warm = max(1, count // 10)
    before, after = memory.growth(count, warm)
    grown = f"{before:.1f} MB after {warm}, {after:.1f} MB after {count} compilations"
    yield grown, [] if after - before < memory.BOUND else [f"it grows: {grown}"]


def compile_together(count: int, place: Place) -> Iterator[Found]:
    for form in together.FORMS:
        for workers in (2, 8) if count > 1 else (4,):
            wrong = together.race(form, workers, count)
            yield f"{form}: {count} rounds of {workers} at once", wrong
    if not together.race("scripts", 8, max(3, count // 10), together.careless):
        yield "files written in place", ["the control goes unnoticed"]


def compile_signals(count: int, place: Place) -> Iterator[Found]:
    for number in (signal.SIGINT, signal.SIGKILL):
        found, wrong = signals.sweep_compilations(number, count, place.seed)
        yield f"{signal.Signals(number).name}: {told(found)}", wrong


def compile_disk(count: int, place: Place) -> Iterator[Found]:
    found, wrong = disk.sweep_compilations(count, place.seed)
    yield told(found), wrong


def fit_signals(count: int, place: Place) -> Iterator[Found]:
    for method in signals.METHODS:
        for number in (signal.SIGINT, signal.SIGKILL):
            found, wrong = signals.sweep_fits(
                place.module, place.data, method, number, count, place.seed
            )
            yield f"{method}, {signal.Signals(number).name}: {told(found)}", wrong


def fit_disk(count: int, place: Place) -> Iterator[Found]:
    for method in ("nuts", "svi"):
        found, wrong = disk.sweep_fits(place.module, place.data, method, count, place.seed)
        yield f"{method}: {told(found)}", wrong
    finished = place.folder / "finished"
    module, given = place.module, ["fit", str(place.data), *SVI, "-o", str(finished)]
    forked(lambda: module.main(module.PROGRAM, given)).wait()
    yield "read-only", disk.sweep_read_only(module, place.data, finished)


def data_files(count: int, place: Place) -> Iterator[Found]:
    for kind in (".csv", ".parquet"):
        found, wrong = tables.sweep(place.module, place.data, kind, count, place.seed)
        yield f"{kind}: {told(found)}", wrong


def run_folders(count: int, place: Place) -> Iterator[Found]:
    """Last, since it starts JAX in this process."""
    from tests.faults.folders import KEPT, READ, Trial, cut_short, damages, wrong_sizes
    from tests.golden.cases import CASES, label

    module, run = place.module, place.folder / "whole"
    command(module, "fit", place.data, "-o", run, *SVI)
    cut = cut_short(module, place.data, place.folder / "cut")
    predict = Trial(module, run, ["predict", "RUN", place.data, "-o", "OUT", "--quiet"])
    resume = Trial(module, cut, ["fit", place.data, "-o", "RUN", "--resume", *SVI])
    for what, trial, names in (("predict", predict, READ), ("--resume", resume, KEPT)):
        for name in names:
            kinds, wrong, done = damages(name), list[str](), 0
            for damage in kinds:
                chance = damage.__name__ in ("one_bit", "truncated", "random_bytes")
                for seed in range(count if chance else 1):
                    done += 1
                    error = trial.wrong(name, damage, 1000 * place.seed + seed)
                    wrong += [f"{name}, {damage.__name__} {seed}: {error}"] if error else []
            yield f"{what}, {name}: {done} times, {len(kinds)} kinds of damage", wrong
    sizes = [f"{label(case)}: {error}" for case in CASES if (error := wrong_sizes(case))]
    yield f"sizes of the sites of {len(CASES)} models", sizes


TOPICS: dict[str, tuple[int, Callable[[int, Place], Iterator[Found]]]] = {
    "compile-memory": (10_000, compile_memory),
    "compile-together": (50, compile_together),
    "compile-signals": (200, compile_signals),
    "compile-disk": (50, compile_disk),
    "fit-signals": (50, fit_signals),
    "fit-disk": (30, fit_disk),
    "data-files": (2000, data_files),
    "run-folders": (200, run_folders),
}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="topic", help=", ".join(TOPICS))
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    os.environ.pop("XLA_FLAGS", None)  # the emitted script chooses its devices
    folder = Path(tempfile.mkdtemp())
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    place, failed = Place(folder, options.seed), 0
    print("| topic | what | wrong | seconds |\n|---|---|---|---|", flush=True)
    try:
        for name in (t for t in TOPICS if t in options.topics or not options.topics):
            usual, sweep = TOPICS[name]
            began = time.monotonic()
            for what, wrong in sweep(options.count or usual, place):
                spent = time.monotonic() - began
                print(f"| {name} | {what} | {len(wrong)} | {spent:.0f} |", flush=True)
                print("\n".join(wrong[:10]), file=sys.stderr, flush=True)
                failed += len(wrong)
                began = time.monotonic()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
