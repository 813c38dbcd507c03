"""A RUN folder is data: whatever its files hold, a command refuses it in words or gives the result
of the whole folder, and touches nothing outside of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.faults.damage import REPORT, Damage, a_link, truncated
from tests.faults.fits import SVI, command, outcome, tree
from tests.faults.folders import KEPT, READ, Trial, cut_short, damages, wrong_sizes

CASES = [(name, damage) for name in READ for damage in damages(name)]
STATES = [(name, damage) for name in KEPT for damage in damages(name)]


def label(value: object) -> str:
    return getattr(value, "__name__", str(value))


@pytest.fixture(scope="module")
def prediction(plots: ModuleType, finished: Path, data: Path) -> Trial:
    return Trial(plots, finished, ["predict", "RUN", data, "-o", "OUT", "--quiet"])


@pytest.fixture(scope="module")
def resumption(plots: ModuleType, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    run = cut_short(plots, data, tmp_path_factory.mktemp("cut") / "run")
    return Trial(plots, run, ["fit", data, "-o", "RUN", "--resume", *SVI])


@pytest.mark.parametrize(("name", "damage"), CASES, ids=label)
def test_predict(prediction: Trial, name: str, damage: Damage) -> None:
    assert not prediction.wrong(name, damage, 1)


@pytest.mark.parametrize(("name", "damage"), STATES, ids=label)
def test_resume(resumption: Trial, name: str, damage: Damage) -> None:
    assert not resumption.wrong(name, damage, 1)


@pytest.mark.parametrize("damage", REPORT, ids=label)
def test_resume_what_is_finished(
    plots: ModuleType, finished: Path, data: Path, damage: Damage
) -> None:
    """Only run.json says that it is; what it says of another fit is refused."""
    again = Trial(plots, finished, ["fit", data, "-o", "RUN", "--resume", *SVI])
    if damage.__name__ != "precision_is_text":
        assert not again.wrong("run.json", damage, 1)


def changed_encoding(run: Path, edit: Any) -> None:
    """An encoding and its digest, as somebody writes them who means harm."""
    encoding = json.loads((run / "encoding.json").read_text())
    edit(encoding)
    (run / "encoding.json").write_text(json.dumps(encoding))
    report = json.loads((run / "run.json").read_text())
    report["encoding"] = hashlib.sha256(json.dumps(encoding).encode()).hexdigest()
    (run / "run.json").write_text(json.dumps(report))


EDITS: dict[str, Any] = {
    "no_levels": lambda e: e.update(levels={}),
    "levels_are_a_number": lambda e: e.update(levels=3),
    "levels_are_lists": lambda e: e["levels"].update(plot=[[], []]),
    "one_level_more": lambda e: e["levels"]["plot"].append("zz"),
    "one_level_fewer": lambda e: e["levels"]["plot"].pop(0),
    "a_million_levels": lambda e: e["levels"].update(plot=[f"p{i}" for i in range(10**6)]),
    "constants_are_text": lambda e: e.update(constants="x", columns=None),
    "nothing": lambda e: e.clear(),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_encoding_that_fits_its_digest(
    plots: ModuleType, finished: Path, data: Path, tmp_path: Path, name: str
) -> None:
    run, out = tmp_path / "run", tmp_path / "out.csv"
    shutil.copytree(finished, run)
    changed_encoding(run, EDITS[name])
    status, said = command(plots, "predict", run, data, "-o", out, "--quiet")
    if name in ("constants_are_text", "no_levels"):  # it has none; they are learnt anew
        assert status == 0
    else:
        assert status in (1, 2) and said.count("\n") < 5 and not out.exists(), said


def test_force_starts_again(plots: ModuleType, finished: Path, data: Path, tmp_path: Path) -> None:
    """The remedy of every message: whatever is there, but for folders in the way."""
    for name, damage in [("run.json", truncated), ("checkpoint", None), ("encoding.json", a_link)]:
        (tmp_path / name / "elsewhere").mkdir(parents=True)
        run = tmp_path / name / "run"
        shutil.copytree(finished, run)
        if damage is None:
            (run / name).symlink_to(tmp_path / name / "elsewhere")
            status, said = command(plots, "fit", data, "-o", run, "--force", *SVI)
            assert status == 2 and "remove it" in said
            (run / name).unlink()
        else:
            damage(run / name, Random(0))
        before = tree(tmp_path / name / "elsewhere")
        assert command(plots, "fit", data, "-o", run, "--force", *SVI) == (0, "")
        assert outcome(run) == outcome(finished)
        assert tree(tmp_path / name / "elsewhere") == before


@pytest.mark.parametrize("where", ["encoding.json", "posterior.npz", "checkpoint/state.npz"])
def test_nothing_is_written_through_a_link(
    plots: ModuleType, finished: Path, data: Path, tmp_path: Path, where: str
) -> None:
    """A link that waits under the name of a temporary file."""
    run, precious = tmp_path / "run", tmp_path / "precious"
    precious.write_text("precious")
    (run / where).parent.mkdir(parents=True)
    (run / f"{where}.tmp").symlink_to(precious)
    if where.startswith("checkpoint"):
        (run / "run.json").write_text(json.dumps(unfinished(finished)))
        options = ["--resume"]
    else:
        options = []
    assert command(plots, "fit", data, "-o", run, *options, *SVI) == (0, "")
    assert precious.read_text() == "precious"
    assert outcome(run) == outcome(finished)


def unfinished(finished: Path) -> dict[str, Any]:
    report = json.loads((finished / "run.json").read_text())
    return {k: v for k, v in report.items() if k in ("fit", "encoding")} | {"status": "running"}


def test_a_site_of_another_size(plots: ModuleType, finished: Path, data: Path) -> None:
    """A posterior with a level fewer than the model has: JAX would read another level's."""
    fit = plots.read_run(plots.PROGRAM, finished)
    effect = fit.posterior["mu_plot_effect"]
    for wrong in (effect[..., :-1], effect[:, :-1], effect[..., None]):
        broken = fit._replace(posterior=fit.posterior | {"mu_plot_effect": wrong})
        with pytest.raises(plots.RunError, match="mu_plot_effect has not the size"):
            plots.predict(broken, data)


#: Models with axes of every kind; the sweep takes the whole catalogue.
SHAPES = ["layers/gp", "layers/multi_membership", "links/mixture", "links/multinomial"]
SHAPES += ["models/judges", "models/two_responses", "models/wages"]


@pytest.mark.parametrize("case", SHAPES)
def test_the_sizes_of_sites(case: str) -> None:
    assert not wrong_sizes(ROOT / "golden" / case)
