"""The package form and the collection form: their text, and that both run by ``python -m``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import black
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Compiled, Options, analyse, collection, package
from tests.golden.cases import GOLDEN, RUNTIME

MODELS = GOLDEN / "models"
NAMES = ("radon", "eight_schools")
RADON_DATA = MODELS / "radon" / "data.csv"


def _compiled(name: str) -> Compiled:
    text = (MODELS / name / "model.bl").read_text("utf-8")
    found = analyse(Source(f"{name}.bl", text), Sink())
    assert found is not None
    return found


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``radon/``, a package, and ``models/``, a collection."""
    folder = tmp_path_factory.mktemp("forms")
    texts = {
        "radon": package(_compiled("radon"), Options()),
        "models": collection([_compiled(name) for name in NAMES], Options()),
    }
    for form, files in texts.items():
        (folder / form).mkdir()
        for name, text in files.items():
            (folder / form / name).write_text(text, "utf-8")
    return folder


def _python(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-W", "error", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("form", ["radon", "models"])
def test_what_is_committed(form: str, forms: Path, golden: Callable[[Path, str], None]) -> None:
    folder = GOLDEN / "forms" / form
    for path in sorted((forms / form).glob("*.py")):
        if path.name == RUNTIME.name:
            golden(RUNTIME, path.read_text("utf-8"))  # the goldens' own: long, and of no model
        else:
            golden(folder / path.name, path.read_text("utf-8"))
    there = {path.name for path in folder.glob("*.py")} | {RUNTIME.name}
    assert there == {path.name for path in (forms / form).glob("*.py")}


def test_the_forms(forms: Path) -> None:
    own = ["__init__.py", "__main__.py", "_data.py", "_fit.py", "_guide.py", "_model.py"]
    assert sorted(p.name for p in (forms / "radon").iterdir()) == own
    shared = ["__init__.py", "_fit.py", "eight_schools.py", "radon.py"]
    assert sorted(p.name for p in (forms / "models").iterdir()) == shared
    fit = (forms / "models" / "_fit.py").read_text("utf-8")
    assert not [name for name in (*NAMES, "county", "school") if name in fit]


@pytest.mark.parametrize(
    ("module", "data", "said"),
    [
        ("radon", "radon", "levels of county"),
        ("models.radon", "radon", "levels of county"),
        ("models.eight_schools", "eight_schools", "8 levels of school"),
    ],
)
def test_runs_as_a_module(module: str, data: str, said: str, forms: Path) -> None:
    done = _python("-m", module, "check", MODELS / data / "data.csv", cwd=forms)
    assert done.returncode == 0, done.stderr
    assert said in done.stderr


def test_imports_what_is_promised(forms: Path) -> None:
    """The parts of a package find each other. (Whether a fit works, other tests say.)"""
    code = f"""
import numpyro
from numpyro.handlers import seed, trace
import radon
from radon import encode, fit, guide, model, predict
from models import eight_schools, radon as other
assert radon.PROGRAM.columns == other.PROGRAM.columns
arguments, _ = encode({str(RADON_DATA)!r})
for run in (model, guide, other.model, other.guide):
    assert "mu_county_effect" in trace(seed(run, 0)).get_trace(**arguments)
"""
    done = _python("-c", code, cwd=forms)
    assert done.returncode == 0, done.stderr


def test_black_leaves_it_unchanged(forms: Path) -> None:
    for path in forms.rglob("*.py"):
        text = path.read_text("utf-8")
        if path.name != RUNTIME.name:  # the goldens' own
            assert black.format_str(text, mode=black.Mode()) == text


def test_ruff_finds_nothing(forms: Path) -> None:
    done = _python(
        *("-m", "ruff", "check", "--isolated", "--no-cache", "--line-length", "88"),
        *("--target-version", "py311", "--select", "E,F,I,B,UP", "--ignore", "E501", "."),
        cwd=forms,
    )
    assert done.returncode == 0, done.stdout
