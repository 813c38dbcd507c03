"""What a release freezes: RUN folders of every format so far, and the names of sites."""

from __future__ import annotations

import copy
import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from tests.frozen.folders import (
    DATA,
    FROZEN,
    RUNS,
    WHOLE,
    command,
    fit,
    module,
    shape,
    sites_frozen,
    sites_today,
)

FORMATS = sorted(FROZEN.glob("format-*"), key=lambda path: int(path.name.split("-")[1]))
EVERY_FORMAT = pytest.mark.parametrize("folder", FORMATS, ids=lambda path: path.name)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The command line chooses the precision of its process, which is ours here."""
    before = jax.config.jax_enable_x64
    yield
    jax.config.update("jax_enable_x64", before)


def copied(run: Path, to: Path) -> Path:
    """A RUN to write in."""
    return Path(shutil.copytree(run, to / "run"))


def table(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_no_format_was_dropped() -> None:
    last = module().FORMAT
    assert [path.name for path in FORMATS] == [f"format-{k + 1}" for k in range(last)]
    for path in FORMATS:
        assert {each.name for each in path.iterdir() if each.is_dir()} == RUNS.keys()


@EVERY_FORMAT
@pytest.mark.parametrize("kind", WHOLE)
def test_an_old_run_is_predicted_from(kind: str, folder: Path, tmp_path: Path) -> None:
    """Levels, constants, knots and slots mean what they meant: as exact as its draws allow."""
    assert command("predict", folder / kind, DATA, "-o", tmp_path / "new.csv", "--quiet") == 0
    found, expected = table(tmp_path / "new.csv"), table(folder / f"{kind}.csv")
    assert found[0].keys() == expected[0].keys() and len(found) == len(expected)
    draws = {"nuts": 80, "svi": 30}[kind]
    for one, other in zip(found, expected, strict=True):
        assert (one["row"], one["response"]) == (other["row"], other["response"])
        error = float(other["sd"]) * np.sqrt(2 / draws)
        assert abs(float(one["mean"]) - float(other["mean"])) < 4 * error


@EVERY_FORMAT
@pytest.mark.parametrize("kind", WHOLE)
def test_an_old_summary_is_the_same(kind: str, folder: Path) -> None:
    emitted = module()
    held = emitted.read_run(emitted.PROGRAM, folder / kind)
    found = emitted.summarize(emitted.PROGRAM, held.posterior, held.encoding, kind == "nuts")
    assert [row["parameter"] for row in found] == [row["parameter"] for row in held.summary]
    for one, other in zip(found, held.summary, strict=True):
        assert one.keys() == other.keys()
        for name in ("mean", "sd", "q05", "q50", "q95", *emitted.DIAGNOSTICS):
            written = float(other[name] or "nan")
            np.testing.assert_allclose(one[name], written, rtol=1e-4, atol=1e-6)


@EVERY_FORMAT
@pytest.mark.parametrize("kind", WHOLE)
def test_an_old_netcdf_holds_the_posterior(kind: str, folder: Path) -> None:
    h5netcdf = pytest.importorskip("h5netcdf")
    held = module().read_run(module().PROGRAM, folder / kind).posterior
    with h5netcdf.File(folder / kind / "posterior.nc", "r") as file:
        for name, draws in held.items():
            variable = file["posterior"][name]
            assert variable.dimensions[:2] == ("chain", "draw")
            np.testing.assert_array_equal(variable[:], draws)


@EVERY_FORMAT
@pytest.mark.parametrize("kind", WHOLE)
def test_an_old_run_that_is_complete_stays(kind: str, folder: Path, tmp_path: Path) -> None:
    run = copied(folder / kind, tmp_path)
    assert fit(kind, run, "--resume") == 0
    for path in (folder / kind).iterdir():
        assert (run / path.name).read_bytes() == path.read_bytes(), path.name


@EVERY_FORMAT
@pytest.mark.parametrize("kind", sorted(RUNS.keys() - set(WHOLE)))
def test_an_old_run_that_was_cut_is_resumed(kind: str, folder: Path, tmp_path: Path) -> None:
    run = copied(folder / kind, tmp_path)
    kept = {}
    for path in sorted((run / "checkpoint").glob("draws_*.npz")):
        kept |= module().read_npz(path)
    assert fit(kind, run, "--resume") == 0
    held = module().read_run(module().PROGRAM, run)
    if kind.startswith("nuts"):
        number = kept["y_sigma"].shape[1]
        assert 0 < number < 40 and held.posterior["y_sigma"].shape == (2, 40)
        for name in held.posterior.keys() & kept.keys():
            np.testing.assert_array_equal(held.posterior[name][:, :number], kept[name])
    else:
        assert kept["loss"].shape[1] == 1000 and held.posterior["y_sigma"].shape == (1, 30)
    # ... and goes on to what it would have been: the engine's bits are JAX's, its result is not
    whole = module().read_run(module().PROGRAM, folder / kind.removesuffix("-cut")).posterior
    for name, draws in whole.items():
        assert held.posterior[name].shape == draws.shape, name


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The shape of what is written now."""
    folder = tmp_path_factory.mktemp("today")
    assert fit("nuts", folder / "nuts") == 0 and fit("svi", folder / "svi") == 0
    return {kind: shape(folder / kind) for kind in WHOLE}


def frozen_shape() -> dict[str, Any]:
    path = FROZEN / f"format-{module().FORMAT}" / "shape.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def assert_frozen(found: dict[str, Any]) -> None:
    expected = {kind: frozen_shape()[kind] for kind in WHOLE}
    assert found == expected, "a RUN folder has changed: raise FORMAT, run `python -m tests.frozen`"


def test_what_is_written_is_of_its_format(today: dict[str, Any]) -> None:
    assert_frozen(today)


CHANGES = {
    "a field more": lambda runs: runs["nuts"]["run.json"].update(host="str"),
    "a field less": lambda runs: runs["nuts"]["run.json"].pop("seconds"),
    "a field of another kind": lambda runs: runs["svi"]["run.json"].update(rows="str"),
    "a field deeper": lambda runs: runs["svi"]["run.json"]["fit"].update(guide="str"),
    "a column more": lambda runs: runs["nuts"]["summary.csv"].append("mad"),
    "a name of an encoding": lambda runs: runs["nuts"]["encoding.json"].pop("grids"),
    "a file more": lambda runs: runs["nuts"].update({"trace.csv": ["draw"]}),
    "a precision": lambda runs: runs["nuts"]["posterior.npz"].update(y_sigma="float32 2d"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_without_a_new_format_is_found(change: str) -> None:
    runs = {kind: copy.deepcopy(frozen_shape()[kind]) for kind in WHOLE}
    assert_frozen(runs)
    CHANGES[change](runs)
    with pytest.raises(AssertionError, match="raise FORMAT"):
        assert_frozen(runs)


@EVERY_FORMAT
def test_checkpoints_are_where_they_were(folder: Path) -> None:
    """(What is in `state.npz` is NumPyro's state; that it is read, another test says.)"""
    for kind in RUNS.keys() - set(WHOLE):
        names = {path.name for path in (folder / kind / "checkpoint").iterdir()}
        assert "state.npz" in names and all(n.startswith(("state", "draws_0")) for n in names)


@pytest.mark.parametrize("found", [2, 10, "1", None, 1.5, [1]])
def test_a_newer_format_is_refused(
    found: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By all that reads a RUN; and `--force` replaces it."""
    run = copied(FROZEN / "format-1" / "svi", tmp_path)
    report = json.loads((run / "run.json").read_text()) | {"format": found}
    (run / "run.json").write_text(json.dumps(report))
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    assert command("predict", run, DATA, "-o", tmp_path / "new.csv") == 2
    told = capsys.readouterr().err
    assert f"has format {found}, and this file reads up to {module().FORMAT}" in told
    assert "Traceback" not in told and not (tmp_path / "new.csv").exists()
    assert fit("svi", run, "--resume") == 2 and fit("svi", run) == 2
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_newer_format_is_replaced_by_force(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text('{"status": "complete", "format": 99}')
    assert fit("svi", tmp_path / "run", "--force") == 0
    assert module().read_run(module().PROGRAM, tmp_path / "run").report["format"] == module().FORMAT


def test_the_sites_of_every_golden_are_as_listed() -> None:
    """Names and axes; a new golden is added by `python -m tests.frozen`, none is ever changed."""
    listed, today = sites_frozen(), dict(sites_today())
    gone = {name: axes for name, axes in listed.items() if today.get(name) != axes}
    new = today.keys() - listed.keys()
    assert not gone, f"names of sites are frozen, these have changed: {gone}"
    assert not new, f"not listed yet, `python -m tests.frozen` adds them: {sorted(new)}"
