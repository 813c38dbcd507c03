"""What is resumed is a fit, and the same one: else it is refused, and nothing is touched."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bgen.driver import Options, compile_text
from tests.faults.fits import tree
from tests.golden.cases import execute

PROGRAM = """data { y: real  x: real  plot: category }
mu = intercept(coef ~ Normal(0, 1)) + linear(x, coef ~ Normal(0, 1)) + random_effects(plot)
y ~ gaussian(mu, sigma ~ HalfNormal(1))
"""
SVI = {"method": "svi", "steps": 40, "draws": 10}
NUTS = {"chains": 1, "warmup": 20, "draws": 20}


@cache
def module(level: str = "-O0") -> ModuleType:
    return execute(compile_text(PROGRAM, "plots.bl", Options(level)), f"resumed_{level[1:]}")


def table(*plots: str) -> dict[str, Any]:
    rows = range(12)
    x = [float(row % 5) for row in rows]
    return {"y": [v + row % 2 for row, v in enumerate(x)], "x": x, "plot": [*plots] * 4}


DATA = table("a", "b", "c")


def test_a_prior_is_no_fit(tmp_path: Path) -> None:
    run = tmp_path / "run"
    module().run_prior(module().PROGRAM, DATA, run, draws=20)
    before = tree(run)
    assert {"prior.npz", "prior_predictive.csv", "predictions.csv"} < before.keys()
    with pytest.raises(module().RunError, match="holds no fit: give --force instead of --resume"):
        module().fit(DATA, run, resume=True, **SVI)
    assert tree(run) == before
    module().fit(DATA, run, force=True, **SVI)
    assert not {"prior.npz", "prior_predictive.csv", "predictions.csv"} & tree(run).keys()


def test_what_is_somebody_elses_stays(tmp_path: Path) -> None:
    run = tmp_path / "run"
    module().fit(DATA, run, **SVI)
    module().predict(run, DATA, out=run / "predictions.csv")
    module().fit(DATA, run, force=True, **SVI)
    assert (run / "predictions.csv").exists()


def test_a_fit_that_was_killed_as_it_began_is_resumed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.json").write_text('{"status": "starting", "format": 1}')
    assert module().fit(DATA, run, resume=True, **SVI).report["status"] == "complete"


def test_renamed_levels_are_other_data(tmp_path: Path) -> None:
    """Every number that is computed with is the same."""
    run = tmp_path / "run"
    module().fit(DATA, run, **SVI)
    before = tree(run)
    with pytest.raises(module().RunError, match="cannot be resumed: encoding was"):
        module().fit(table("north", "south", "west"), run, resume=True, **SVI)
    assert tree(run) == before
    assert module().fit(DATA, run, resume=True, **SVI).encoding["levels"]["plot"] == [*"abc"]


def test_other_coordinates_are_another_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emitted, run = module(), tmp_path / "run"
    emitted.fit(DATA, run, **NUTS)
    assert emitted.PROGRAM.reparam
    centred = emitted.PROGRAM._replace(reparam={})
    with pytest.raises(emitted.RunError, match=r"cannot be resumed: reparam was .*, now \{\}"):
        emitted.run_fit(centred, DATA, run, resume=True, **NUTS)


def test_a_form_that_this_file_has_not_is_another_fit(tmp_path: Path) -> None:
    """Whichever of the two began."""
    fast, run = module("-O2"), tmp_path / "run"
    fast.fit(DATA, run, **NUTS)
    assert json.loads((run / "run.json").read_text("utf-8"))["fit"]["passes"]
    plain = fast.PROGRAM._replace(fast=None)
    with pytest.raises(fast.RunError, match=r"cannot be resumed: passes was .*, now None"):
        fast.run_fit(plain, DATA, run, resume=True, **NUTS)


@pytest.mark.parametrize("options", [SVI, NUTS])
def test_the_summary_of_a_finished_run_holds_numbers(
    options: dict[str, Any], tmp_path: Path
) -> None:
    """Those of the fresh fit, to the digits that summary.csv has; NaN, too."""
    run = tmp_path / "run"
    fresh = module().fit(DATA, run, **options).summary
    resumed = module().fit(DATA, run, resume=True, **options).summary
    assert str(resumed) == str(module().read_run(module().PROGRAM, run).summary)
    for one, other in zip(fresh, resumed, strict=True):
        assert one.keys() == other.keys() and one.pop("parameter") == other.pop("parameter")
        assert other == pytest.approx(one, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize("steps", [1, 9, 20, 99])
def test_few_steps_tell_nothing(steps: int) -> None:
    """The last two tenths have fewer than ten each, and a change of 0 from one step."""
    found = module().fit(DATA, method="svi", steps=steps, draws=10)
    assert found.report["warnings"] == ["the ELBO has not settled: too few steps to tell"]
