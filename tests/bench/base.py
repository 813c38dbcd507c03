"""What a problem is: engines that solve it, and what is measured of each."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What one run of an engine measured: numbers by name. The harness adds `wall`, the seconds
#: from the start of the process to its end, `cpu`, and `memory`, the most it held, in GB.
Measures = dict[str, float]


@dataclass(frozen=True)
class Engine:
    """One way to solve a problem, run in a process of its own and in a folder of its own.

    `run` and `command` take the folder and a seed, another one in each repetition.
    """

    name: str
    run: Callable[[Path, int], Measures] | None = None
    command: Callable[[Path, int], list[str]] | None = None  # instead of `run`, as a user has it
    before: Callable[[Path], None] | None = None  # in front of every run, not measured
    after: Callable[[Path, Measures], Measures] | None = None  # once all of a repetition have run
    needs: tuple[str, ...] = ()  # modules; left out where one is not installed

    def lacks(self) -> list[str]:
        return [name for name in self.needs if importlib.util.find_spec(name) is None]


@dataclass(frozen=True)
class Problem:
    """What is measured, and by whom; ratios are to the first engine."""

    name: str
    title: str
    measure: str  # the measure that the ratios and the picture are of
    unit: str
    engines: tuple[Engine, ...]
    shown: tuple[str, ...] = ()  # further measures in the table
    repeats: int = 3
    objection: Callable[[Measures], str] = lambda _: ""  # why a run does not count


def emit(source: Path | str, path: Path, level: str = "-O1", without: tuple[str, ...] = ()) -> None:
    """Write the emitted file of a program."""
    from bgen.driver import Options, compile_text  # not in the time of those who need it not

    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        compile_text(text, "model.bl", Options(level, without=without)), encoding="utf-8"
    )


def load(path: Path) -> Any:
    """The emitted file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
