"""Every golden case: what is emitted is what is committed; it is clean code and stands alone."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import black
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Compiled, Options, analyse, collection, script
from tests.golden.cases import CASES, label

ALLOWED = {"jax", "numpy", "numpyro", "optax"}
LAZY = {"arviz", "pyarrow"}
EVERY = pytest.mark.parametrize("case", CASES, ids=label)
GENERIC = "# What follows is the same for every model."

# What radon may be long: its model and guide, and all that is not the same for every model.
MODEL_AND_GUIDE = 100
OWN_LINES = 220


@cache
def compiled(case: Path) -> Compiled:
    found = analyse(Source("model.bl", (case / "model.bl").read_text("utf-8")), sink := Sink())
    assert found is not None, [d.message for d in sink]
    return found


@cache
def emitted(case: Path) -> str:
    return script(compiled(case), Options())


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All emitted files side by side, away from the settings of this repository."""
    folder = tmp_path_factory.mktemp("emitted")
    for case in CASES:
        name = f"{label(case)}.py".replace("-", "_")
        (folder / name).write_text(emitted(case), "utf-8")
    return folder


def _run(*arguments: str | Path, cwd: Path) -> None:
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]


@EVERY
def test_what_is_committed(case: Path, golden: Callable[[Path, str], None]) -> None:
    golden(case / "model.py", emitted(case))


@EVERY
def test_black_leaves_what_is_the_models_own_unchanged(case: Path) -> None:
    """The generic sections, the same in every file, have their own test in tests/emit."""
    before, _, after = emitted(case).partition(GENERIC)
    own = before.rsplit("\n", 2)[0].rstrip() + "\n\n\n" + after[after.index("PROGRAM = ") :]
    assert black.format_str(own, mode=black.Mode()) == own


def test_black_leaves_a_whole_file_unchanged() -> None:
    text = emitted(next(c for c in CASES if c.name == "radon"))
    assert black.format_str(text, mode=black.Mode()) == text


def test_ruff_finds_nothing(folder: Path) -> None:
    """Unused or missing names above all, since each file takes only the sections it needs."""
    _run(
        *("ruff", "check", "--isolated", "--no-cache", "--line-length", "88"),
        *("--target-version", "py311", "--select", "E,F,I,B,UP", "."),
        cwd=folder,
    )


def test_mypy_finds_nothing(folder: Path, tmp_path: Path) -> None:
    """Every model against the generic part, which they share here to be quick; one whole file."""
    pytest.importorskip("mypy")
    named = [
        replace(compiled(c), model=replace(compiled(c).model, name=label(c).replace("-", "_")))
        for c in CASES
    ]
    (tmp_path / "models").mkdir()
    for name, text in collection(named, Options()).items():
        (tmp_path / "models" / name).write_text(text, "utf-8")
    (tmp_path / "whole.py").write_text(emitted(CASES[-1]), "utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nwarn_unused_ignores = True\n", "utf-8")
    cached = Path(__file__).resolve().parents[2] / ".mypy_cache" / "emitted"
    _run(
        *("mypy", "--config-file", "mypy.ini", "--cache-dir", cached),
        *("--ignore-missing-imports", "--follow-imports", "silent", "."),
        cwd=tmp_path,
    )


@EVERY
def test_compiles_without_a_warning(case: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(emitted(case), "model.py", "exec", dont_inherit=True)


@EVERY
def test_stands_alone(case: Path) -> None:
    """It imports what it may, arviz and pyarrow only inside functions."""
    tree = ast.parse(emitted(case))
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module
            names = [node.module]
        for name in names:
            root = name.split(".")[0]
            allowed = ALLOWED if id(node) in top else ALLOWED | LAZY
            assert root in allowed or root in sys.stdlib_module_names, name


@EVERY
def test_says_nothing_of_where_it_was_made(case: Path) -> None:
    text = emitted(case)
    assert os.getcwd() not in text
    assert str(Path.home()) not in text


def test_the_budget_of_radon() -> None:
    lines = emitted(next(c for c in CASES if c.name == "radon")).splitlines()
    start = lines.index("def model(")
    guide = lines.index("def guide(")
    contract = next(i for i, line in enumerate(lines) if line.startswith("COLUMNS"))
    generic = lines.index(GENERIC) - 1
    assert start < guide < contract < generic
    assert contract - start <= MODEL_AND_GUIDE
    assert generic <= OWN_LINES
