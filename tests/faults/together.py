"""Compilations into one folder at the same time: every file is whole and as one alone writes it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bgen.__main__ import main
from bgen.driver import compile_text
from tests.faults.fits import PROGRAM, tree
from tests.faults.processes import forked

OTHER = PROGRAM.replace("model plots", "model fields").replace("linear(x)", "adaptive(x)")
#: What each of the compilations is asked for, in turn.
FORMS: dict[str, list[list[str]]] = {
    "script": [["plots.bl", "-o", "out/deep/plots.py"]],
    "scripts": [["plots.bl", "-o", "out/plots.py"], ["fields.bl", "-o", "out/fields.py"]],
    "package": [["plots.bl", "-o", "out/"]],
    "collection": [["plots.bl", "fields.bl", "-o", "out/"]],
    # One file written over and over, by two that differ.
    "levels": [["plots.bl", "-o", "out/plots.py"], ["plots.bl", "-O0", "-o", "out/plots.py"]],
}


def compile_here(arguments: list[str]) -> int:
    """As the command does; only in a child (`forked`), since it takes the process for its own."""
    sys.argv[1:] = arguments
    main()
    return 0


def alone(folder: Path, form: str) -> list[dict[str, object]]:
    """The files as they are after each of the compilations, one after another."""
    os.chdir(folder)
    found = []
    for arguments in FORMS[form]:
        status, said = forked(lambda given=arguments: compile_here(given)).wait()
        assert status == 0, said
        found.append(tree(folder / "out"))
    return found


def sources(folder: Path) -> None:
    (folder / "plots.bl").write_text(PROGRAM, encoding="utf-8")
    (folder / "fields.bl").write_text(OTHER, encoding="utf-8")


def race(
    form: str, workers: int, rounds: int, run: Callable[[list[str]], int] = compile_here
) -> list[str]:
    """What went wrong in so many rounds of so many compilations at once, in words."""
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch).resolve() / "alone"
        whole.mkdir()
        sources(whole)
        compile_text(PROGRAM)  # imports and caches: children then write at the same moment
        states = alone(whole, form)
        for number in range(rounds):
            folder = whole.parent / f"round{number}"
            folder.mkdir()
            sources(folder)
            os.chdir(folder)
            gate = os.pipe()
            children = []
            for worker in range(workers):
                given = FORMS[form][worker % len(FORMS[form])]

                def wait_and_run(given: list[str] = given, gate: tuple[int, int] = gate) -> int:
                    os.close(gate[1])
                    os.read(gate[0], 1)  # until the parent closes its end
                    return run(given)

                children.append(forked(wait_and_run))
            os.close(gate[0])
            os.close(gate[1])
            for child in children:
                status, said = child.wait()
                if status or said:
                    wrong.append(f"{form}, round {number}: status {status}: {said.strip()}")
            # What one file may hold, whoever was last.
            found = tree(folder / "out")
            names = set().union(*states)
            if set(found) != names:
                wrong.append(f"{form}, round {number}: there is {set(found) ^ names}")
            for name, content in found.items():
                if name in names and content not in [s.get(name) for s in states]:
                    wrong.append(f"{form}, round {number}: {name} is nobody's")
            os.chdir(whole)
    return wrong


def careless(arguments: list[str]) -> int:
    """The control: files are written in place, in pieces."""
    for name in ("plots.py", "fields.py"):
        os.makedirs("out", exist_ok=True)
        text = compile_text(PROGRAM if name == "plots.py" else OTHER)
        with open(f"out/{name}.tmp", "w") as file:
            for start in range(0, len(text), 5000):
                file.write(text[start : start + 5000])
                file.flush()
        os.replace(f"out/{name}.tmp", f"out/{name}")
    return 0
