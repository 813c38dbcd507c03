"""What is in a RUN folder that no run of ours wrote is somebody's own: never taken unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.faults.fits import Killed, dying_at, tree
from tests.fit.test_options import DATA, line
from tests.fit.test_unusable_steps import module as roots
from tests.fit.test_unusable_steps import table

SVI = {"method": "svi", "steps": 20, "draws": 5}
NAMES = ["encoding.json", "posterior.npz", "params.npz", "posterior.nc", "summary.csv", "prior.npz"]


def put(run: Path, *names: str) -> dict[str, Any]:
    for name in names:
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_text("mine", encoding="utf-8")
    return tree(run)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("name", [*NAMES, "checkpoint/weights.bin"])
def test_a_fit_leaves_files_of_others(name: str, resume: bool, tmp_path: Path) -> None:
    run, module = tmp_path / "run", line()
    before = put(run, name)
    told = f"run holds files that no fit wrote: {name.split('/')[0]}; give --force or another"
    with pytest.raises(module.RunError, match=told):
        module.fit(DATA, run, resume=resume, **SVI)
    assert tree(run) == before


def test_what_a_fit_does_not_write_is_in_no_way(tmp_path: Path) -> None:
    run, module = tmp_path / "run", line()
    put(run, "data.csv", "predictions.csv", "prior_predictive.csv")
    (run / "checkpoint").mkdir()
    module.fit(DATA, run, **SVI)
    for name in ("data.csv", "predictions.csv", "prior_predictive.csv"):
        assert (run / name).read_text("utf-8") == "mine"


def test_force_takes_the_names_of_a_fit_alone(tmp_path: Path) -> None:
    """A folder `checkpoint` may hold more than draws."""
    run, module = tmp_path / "run", line()
    mine = ["checkpoint/weights.bin", "checkpoint/deep/er.txt", "notes.txt"]
    put(run, *mine, *NAMES, "checkpoint/state.npz", "checkpoint/draws_000000000.npz.tmp")
    module.fit(DATA, run, force=True, **SVI)
    module.fit(DATA, run, force=True, **SVI)
    assert [name for name in mine if (run / name).read_text("utf-8") == "mine"] == mine
    assert {p.name for p in (run / "checkpoint").iterdir()} == {"weights.bin", "deep"}
    assert "prior.npz" not in tree(run)
    assert module.read_run(module.PROGRAM, run).report["status"] == "complete"


@pytest.mark.parametrize("name", [*NAMES, "predictions.csv", "checkpoint/weights.bin"])
def test_a_prior_leaves_files_of_others(name: str, tmp_path: Path) -> None:
    run, module = tmp_path / "run", line()
    before = put(run, name)
    told = f"run holds files that no fit wrote: {name.split('/')[0]}; give --force or another"
    with pytest.raises(module.RunError, match=told):
        module.run_prior(module.PROGRAM, DATA, run, draws=5)
    assert tree(run) == before


def test_a_prior_in_place_of_a_fit_leaves_nothing_of_it(tmp_path: Path) -> None:
    run, module = tmp_path / "run", line()
    module.fit(DATA, run, **SVI)
    put(run, "checkpoint/state.npz", "notes.txt")
    before = tree(run)
    with pytest.raises(module.RunError, match="run holds a run: give --force"):
        module.run_prior(module.PROGRAM, DATA, run, draws=5)
    assert tree(run) == before
    module.run_prior(module.PROGRAM, DATA, run, draws=5, force=True)
    written = {"prior.npz", "prior_predictive.csv", "predictions.csv", "summary.csv", "run.json"}
    assert tree(run).keys() == written | {"notes.txt"}


def test_a_prior_that_was_killed_is_written_again(tmp_path: Path) -> None:
    run, module = tmp_path / "run", line()
    module.fit(DATA, run, **SVI)
    with pytest.raises(Killed), dying_at(2):
        module.run_prior(module.PROGRAM, DATA, run, draws=5, force=True)
    assert json.loads((run / "run.json").read_text("utf-8"))["status"] == "starting"
    assert not (run / "posterior.npz").exists()
    module.run_prior(module.PROGRAM, DATA, run, draws=5)
    assert json.loads((run / "run.json").read_text("utf-8"))["status"] == "prior"


@pytest.mark.parametrize("options", [{"method": "svi", "steps": 30}, {"method": "nuts"}])
def test_a_fit_without_a_start_leaves_the_folder_free(
    options: dict[str, Any], tmp_path: Path
) -> None:
    """Once the data are mended the same command will do."""
    run, module = tmp_path / "run", roots()
    for resume in (False, True):
        with pytest.raises(module.StartError):
            module.fit(table(), run, resume=resume, **options)
    short = {"chains": 1, "warmup": 10, "draws": 5} if options["method"] == "nuts" else {}
    assert module.fit(table(0), run, **options, **short).report["status"] == "complete"


def test_a_start_that_fails_later_spares_what_was_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, module = tmp_path / "run", line()

    def nowhere(*_: Any) -> None:
        raise module.StartError

    whole = module.fit(DATA, **SVI)
    with pytest.raises(Killed), dying_at(5):  # run.json twice, encoding.json, draws, state
        module.fit(DATA, run, **SVI)
    before = tree(run)
    assert "checkpoint/state.npz" in before
    monkeypatch.setattr(module, "fit_svi", nowhere)
    with pytest.raises(module.StartError):
        module.fit(DATA, run, resume=True, **SVI)
    assert tree(run) == before
    monkeypatch.undo()
    found = module.fit(DATA, run, resume=True, **SVI)
    np.testing.assert_array_equal(found.posterior["y_x_coef"], whole.posterior["y_x_coef"])
