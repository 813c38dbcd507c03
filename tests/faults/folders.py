"""Damage to one file of a RUN folder -> what a command made of it, in words; nothing where all is
well: a refusal that names the file or the folder, or the very result of the whole folder."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np
from numpyro.handlers import seed, substitute, trace
from numpyro.infer import init_to_uniform

from tests.faults.damage import ANY, JSON, NPZ, REPORT, Damage
from tests.faults.fits import SVI, Killed, command, dying_at, outcome, tree
from tests.golden.cases import load, runtime

READ = ["run.json", "encoding.json", "summary.csv", "posterior.npz"]  # by predict
KEPT = ["checkpoint/state.npz", "checkpoint/draws_000000000.npz"]  # read by --resume


def damages(name: str) -> list[Damage]:
    """Those that suit a file."""
    if name.endswith(".npz"):
        return ANY + NPZ
    if name.endswith(".json"):
        return ANY + JSON + (REPORT if name == "run.json" else [])
    return ANY


@dataclass
class Trial:
    """A whole RUN, a command that reads it (with `RUN` and `OUT` in it), and its files."""

    module: ModuleType
    run: Path
    arguments: list[Any]

    def wrong(self, name: str, damage: Damage, seed: int) -> str:
        with tempfile.TemporaryDirectory() as scratch:
            return self._wrong(Path(scratch).resolve(), name, damage, seed)

    def _wrong(self, scratch: Path, name: str, damage: Damage, seed: int) -> str:
        run, elsewhere, out = scratch / "run", scratch / "elsewhere", scratch / "out.csv"
        shutil.copytree(self.run, run)
        elsewhere.mkdir()
        damage(run / name, random.Random(seed))
        before = tree(elsewhere)
        given = [{"RUN": run, "OUT": out}.get(a, a) for a in self.arguments]
        with chdir(elsewhere), opened_below(elsewhere) as opened:
            try:
                status, said = command(self.module, *given)
            except Exception as error:
                return f"raised {type(error).__name__}: {error}"
        if opened or tree(elsewhere) != before:
            return f"what is outside of RUN was touched: {opened or tree(elsewhere).keys()}"
        if status == 0:
            same = self.result(run, out) == self.whole()
            return "" if same else "status 0 with another result"
        if out.exists():
            return "predictions were written all the same"
        if status != 2 or "Traceback" in said:
            return f"status {status}: {said}"
        if str(run) not in said and "from this fit" not in said:
            return f"the message names no file: {said}"
        told = ("--force", "remove", "resume", "finished", "mended", "use the one that wrote it")
        return "" if any(word in said for word in told) else f"no remedy: {said}"

    def result(self, run: Path, out: Path) -> Any:
        return out.read_bytes() if "OUT" in self.arguments else outcome(run)

    def whole(self) -> Any:
        """What comes of the undamaged folder."""
        if not hasattr(self, "_whole"):
            with tempfile.TemporaryDirectory() as scratch:
                run, out = Path(scratch) / "run", Path(scratch) / "out.csv"
                shutil.copytree(self.run, run)
                given = [{"RUN": run, "OUT": out}.get(a, a) for a in self.arguments]
                assert command(self.module, *given)[0] == 0
                self._whole = self.result(run, out)
        return self._whole


_OPENED: list[str] = []
_BELOW: list[str] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _BELOW and event == "open" and isinstance(arguments[0], str | bytes):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if path.startswith(_BELOW[0]):
            _OPENED.append(path)


sys.addaudithook(_note)  # one for all: a hook cannot be taken away


@contextmanager
def opened_below(folder: Path) -> Iterator[list[str]]:
    """Files that are opened below a folder while this lasts, through links too."""
    _OPENED.clear()
    _BELOW.append(f"{folder}/")
    try:
        yield _OPENED
    finally:
        _BELOW.clear()


def cut_short(module: ModuleType, data: Path, run: Path, keep: int = 4) -> Path:
    """A RUN whose fit was killed after its first `keep` writes: its first block is saved."""
    try:
        with dying_at(keep + 1):
            command(module, "fit", data, "-o", run, *SVI)
    except Killed:
        return run
    raise AssertionError("the fit came to its end")


def wrong_sizes(case: Path) -> str:
    """Does a model take a posterior of the sizes that it draws, and none with a site cut short?"""
    module = load(case)
    program = module.PROGRAM
    arguments, encoding = module.encode(case / "data.csv")
    again, known = module.encode(case / "data.csv", encoding)
    data = runtime().prepare_data(program, arguments)
    run = seed(runtime().take_arrays(program.model, data.sizes), 0)
    started = trace(substitute(run, substitute_fn=init_to_uniform))
    sites = jax.eval_shape(
        lambda arrays: {k: s["value"] for k, s in started.get_trace(arrays).items()}, data.arrays
    )
    posterior = {k: np.zeros((2, 3, *sites[k].shape)) for k in program.sites}
    runtime().check_posterior(program, posterior, again, known)
    for name, draws in posterior.items():
        own = "row" in program.sites[name] or name.removesuffix("_imputed") in program.imputed
        for axis in range(0 if not own else draws.ndim, draws.ndim):
            cut = posterior | {name: np.delete(draws, 0, axis)}
            if axis < 2 and name == next(iter(posterior)):
                continue  # the others are compared with the first
            try:
                runtime().check_posterior(program, cut, again, known)
            except ValueError as error:
                if name in str(error):
                    continue
            return f"{name} may be short along axis {axis}"
    return ""
