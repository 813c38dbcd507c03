"""Steps of SVI without a finite gradient: told, counted over the whole run, never silent."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.faults.fits import Killed, dying_at
from tests.golden.cases import execute

#: Where x is 0 the slope of sqrt(a x) in a is 0/0; its value is 0.
PROGRAM = """data { y: real  x: real }
a ~ HalfNormal(5)
mu = sqrt(a * x)
y ~ gaussian(mu)
"""
ROWS, BATCH = 200, 20


@cache
def module() -> ModuleType:
    return execute(compile_text(PROGRAM, "roots.bl"), "unusable_steps")


def table(zeros: int = 1) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    x = np.where(np.arange(ROWS) < zeros, 0.0, rng.uniform(0.5, 2, ROWS))
    return {"x": x, "y": np.sqrt(2 * x) + 0.1 * rng.normal(size=ROWS)}


@pytest.mark.parametrize("options", [{"method": "svi", "steps": 30}, {"method": "nuts"}])
def test_no_usable_step_is_no_start(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(module().StartError) as error:
        module().fit(table(), tmp_path / "run", **options)
    assert str(error.value).endswith("\nthe gradient is not finite in: a")
    assert not (tmp_path / "run" / "summary.csv").exists()


def test_an_infinite_density_is_told_by_site_alone() -> None:
    def broken(arrays: dict[str, Any]) -> None:
        import numpyro

        numpyro.factor("impossible", -np.inf)

    told = module().explain_start(broken, module().Data({}, {}, 1))
    assert "impossible" in told and "gradient" not in told


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    """One row of 200 in batches of 20: one step of ten."""
    data = tmp_path / "data.csv"
    columns = table()
    rows = zip(columns["x"], columns["y"], strict=True)
    data.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in rows), encoding="utf-8")
    command = ["fit", data, "-o", tmp_path / "run", "--method", "svi", "--quiet"]
    command += ["--steps", "300", "--batch", BATCH, "--draws", "20"]
    assert module().main(module().PROGRAM, [str(word) for word in command]) == 3
    report = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    told = "30 of 300 steps had no finite gradient and were left out"
    assert report["warnings"][0] == told
    fine = module().fit(table(0), method="svi", steps=300, batch=BATCH, draws=20)
    assert not any("left out" in warning for warning in fine.report["warnings"])


def test_a_resumed_fit_counts_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(folder: Path, die_at: int, resume: bool = False) -> list[str]:
        with monkeypatch.context() as patch, dying_at(die_at):
            patch.setattr(time, "monotonic", lambda: 0.0)
            few: dict[str, Any] = {"steps": 1200, "batch": BATCH, "draws": 20}
            found = module().fit(table(), folder, method="svi", resume=resume, **few)
        return list(found.report["warnings"])

    whole = fit(tmp_path / "whole", -1)
    assert "120 of 1200 steps had no finite gradient and were left out" in whole
    with pytest.raises(Killed):
        fit(tmp_path / "cut", 6)
    assert module().read_npz(tmp_path / "cut" / "checkpoint" / "state.npz")["done"] == 1000
    assert fit(tmp_path / "cut", -1, resume=True) == whole


def test_the_elbo_is_that_of_the_other_steps() -> None:
    losses = 1000 + np.random.default_rng(0).normal(size=2000)
    gaps = np.where(np.arange(2000) % 5 == 0, np.nan, losses)
    found, wrong = module().judge_svi(gaps)
    assert found["elbo"] == pytest.approx(-np.nanmean(gaps[-200:]))
    assert wrong == ["400 of 2000 steps had no finite gradient and were left out"]
    slope = module().judge_svi(gaps + np.linspace(50, 0, 2000))[1]
    assert len(slope) == 2 and "has not settled" in slope[1]


@pytest.mark.parametrize("usable", [0, 3, 1000, 1995])
def test_of_too_few_nothing_is_known(usable: int) -> None:
    losses = np.where(np.arange(2000) < usable, 1.0, np.nan)
    found, wrong = module().judge_svi(losses)
    assert json.dumps(found, allow_nan=False)
    if usable < 1995:
        assert found["elbo"] is None and wrong[1].endswith("too few steps to tell")
    for short in (losses[:5], losses[:30]):
        assert "has not settled" in module().judge_svi(short)[1][-1]
