"""The versions that are claimed are those of the table, everywhere; outside of them one warning."""

from __future__ import annotations

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from tests.golden.cases import CASES, EXAMPLE, ROOT, execute, label, load
from tests.oracle.cases import bind
from tests.oracle.compare import Emitted
from tests.versions import table
from tests.versions.__main__ import FITTED

CELLS = table.read(table.TABLE)
FIGURES = {row[0]: row[1:] for row in CELLS if row[0] in map(label, CASES)}
#: The table is of these goldens, not of former ones: a few of each kind are computed again.
SAMPLE = CASES[::13]


def test_the_table_has_every_golden_and_no_difference() -> None:
    assert list(FIGURES) == [label(case) for case in CASES]
    for name, (oldest, newest, *differences, _) in FIGURES.items():
        assert float(oldest) == pytest.approx(float(newest), rel=table.TOLERANCE), name
        assert all(float(d) <= table.TOLERANCE for d in differences), name


@pytest.mark.parametrize("case", SAMPLE, ids=label)
def test_the_figures_are_those_of_today(case: Path) -> None:
    with jax.enable_x64(True), np.errstate(all="ignore"):
        module = load(case)
        given, _ = module.encode(case / "data.csv")
        found = Emitted(module.model, given).at(bind(case).draw(0))[0]
    assert found == pytest.approx(float(FIGURES[label(case)][1]), rel=table.TOLERANCE)


def test_the_claims_are_one() -> None:
    """TESTED, the environments of the table, the bounds of the package and the README."""
    claimed = table.tested()
    named = {row[0]: row[1:] for row in CELLS if row[0] in ("", "oldest", "newest")}
    packages = named[""]
    oldest, newest = (dict(zip(packages, named[k], strict=True)) for k in ("oldest", "newest"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bounds = project["optional-dependencies"]["fit"]
    assert sorted(bounds) == sorted(f"{name}>={low}" for name, (low, _) in claimed.items())
    assert {name: oldest[name] for name in claimed} == {k: low for k, (low, _) in claimed.items()}
    for name, (_, high) in claimed.items():
        assert _number(newest[name]) == _number(high), name
    pythons = _number(oldest["python"]), _number(newest["python"])
    assert project["requires-python"] == f">={pythons[0]}"
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    titles = {"numpyro": "NumPyro", "jax": "JAX", "optax": "optax", "numpy": "NumPy"}
    for name, (low, high) in claimed.items():
        assert f"{titles[name]} {_number(low)} to {_number(high)}" in readme, name
    assert f"Python {pythons[0]} to {pythons[1]}" in readme
    assert f"`python3` ({pythons[0]} to {pythons[1]})" in readme


def _number(text: str) -> str:
    """Major and minor: what the emitted files look at."""
    return ".".join(re.findall(r"\d+", text)[:2])


RUN: dict[str, Any] = {
    "versions": {"numpyro": "1"},
    "goldens": {"a_b": {"density": -1e5, "slope": 2.0, "verify": 0.0}},
}


@pytest.mark.parametrize("what", ["density", "slope"])
@pytest.mark.parametrize("change", [3e-9, float("nan")])
def test_a_difference_is_found(what: str, change: float) -> None:
    other = copy.deepcopy(RUN)
    other["goldens"]["a_b"][what] *= 1 + change
    assert not table.problems([RUN, copy.deepcopy(RUN)])
    assert table.problems([RUN, other])


def test_what_breaks_is_found() -> None:
    other = RUN | {"goldens": {"a_b": {"error": "TypeError: no"}}}
    assert table.problems([RUN, other]) and "TypeError: no" in table.table([RUN, other], ("a_b",))


def test_a_few_goldens_keep_the_lines_of_the_others() -> None:
    """What was written is read and written again as it is, but for the lines that are new."""
    text, packages = table.TABLE.read_text("utf-8"), CELLS[0][1:]
    found = [{"versions": dict(zip(packages, row[1:], strict=True))} for row in CELLS[2:4]]
    last = label(CASES[-1])
    same = {"density": float(FIGURES[last][0]), "slope": 1.0}
    for run in found:
        run["goldens"] = {last.replace("-", "_", 1): same}
    old, new = text.splitlines(), table.table(found, FITTED, CELLS).splitlines()
    differ = [one for one, other in zip(old, new, strict=True) if one != other]
    assert [line.split()[1] for line in differ] in ([last], [last, "worst"])
    assert all(line in CELLS for line in table.environments(found))


VERSIONS = {
    "numpyro": ["0.18.9", "0.23.0", "1.0.0rc1", "0.22.9.dev3+g1234", "unknown"],
    "jax": ["0.7.2", "0.13.0"],
    "optax": ["0.1.4", "1.0"],
    "numpy": ["1.26.4", "3.0.0"],
}
CASES_OF_VERSIONS = [(name, found) for name, each in VERSIONS.items() for found in each]


@pytest.mark.parametrize(("name", "found"), CASES_OF_VERSIONS)
def test_another_version_is_told_once(
    name: str, found: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = script()
    usual = module.version
    monkeypatch.setattr(module, "version", lambda n: found if n == name else usual(n))
    told = module.warn_of_versions()
    if found.startswith("0.22.9"):  # as the newest tested, to the last number
        assert not told
    else:
        low, high = table.tested()[name]
        assert told == [f"not a tested version: {name} {found} (tested: {low} to {high})"]


def test_a_fit_with_another_version_only_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One warning, also for two packages; a note in run.json; exit status 0, as without it."""
    module, run = script(), str(tmp_path / "run")
    usual = module.version
    monkeypatch.setattr(module, "prepare_jax", lambda *_: None)  # this process has its own
    monkeypatch.setattr(module, "judge_svi", lambda losses: ({}, []))
    fit = ["fit", str(EXAMPLE / "data.csv"), "-o", run, "--method", "svi"]
    fit += ["--steps", "5", "--draws", "5"]
    assert module.main(module.PROGRAM, fit) == 0
    assert "tested" not in capsys.readouterr().err
    monkeypatch.setattr(module, "version", lambda n: "9.9" if n in ("numpyro", "jax") else usual(n))
    assert module.main(module.PROGRAM, [*fit, "--force"]) == 0
    told = capsys.readouterr().err
    assert told.count("warning") == 1
    assert "warning: not a tested version: numpyro 9.9 (tested: " in told and "jax 9.9" in told
    report = module.read_report(tmp_path / "run")
    assert report["warnings"] == [] and "numpyro 9.9" in report["notes"][0]
    assert module.main(module.PROGRAM, [*fit, "--force", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    predict = ["predict", run, str(EXAMPLE / "data.csv"), "-o", str(tmp_path / "new.csv")]
    assert module.main(module.PROGRAM, predict) == 0
    assert capsys.readouterr().err.count("not a tested version") == 1


def script() -> Any:
    return execute((EXAMPLE / "script.py").read_text("utf-8"), "radon_script")
