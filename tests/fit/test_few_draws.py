"""One draw, or two: what cannot be known of them is left open, and told."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.conftest import ROOT
from tests.golden.cases import execute

MODEL = ROOT / "golden" / "models" / "kid_iq"


@cache
def module() -> ModuleType:
    return execute(compile_text((MODEL / "model.bl").read_text("utf-8"), "model.bl"), "few_draws")


def strict(path: Path) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(path.read_text("utf-8"), parse_constant=refuse)


def test_diagnostics_begin_at_six() -> None:
    x = np.random.default_rng(0).normal(size=(4, 8, 3))
    for draws in range(1, 9):
        found = module().diagnose(x[:, :draws])
        assert found.keys() == set(module().DIAGNOSTICS)
        for values in found.values():
            assert values.shape == (3,) and (np.isfinite(values) == (draws >= 6)).all()


@pytest.mark.parametrize(("chains", "draws"), [(1, 1), (2, 3), (2, 5)])
def test_nuts(chains: int, draws: int, tmp_path: Path) -> None:
    few = {"chains": chains, "warmup": 20, "draws": draws}
    fit = module().fit(MODEL / "data.csv", tmp_path / "run", **few)
    unknown = [w for w in fit.report["warnings"] if "is not known in" in w]
    assert [w.split()[0] for w in unknown] == ["r_hat", "ess_bulk", "ess_tail"]
    told = "such as log density: the draws are too few, or not all finite"
    assert all(warning.endswith(told) for warning in unknown)
    report = strict(tmp_path / "run" / "run.json")
    assert report["diagnostics"]["r_hat"] == {"worst": None, "of": "log density"}
    with open(tmp_path / "run" / "summary.csv", newline="") as file:
        for row in csv.DictReader(file):
            assert row["r_hat"] == "" and row["mean"]
            assert (row["sd"] == "") == (chains * draws == 1)
    rows = module().predict(tmp_path / "run", MODEL / "data.csv")
    assert all(np.isfinite(row["mean"]) for row in rows)


def test_svi(tmp_path: Path) -> None:
    module().fit(MODEL / "data.csv", tmp_path / "run", method="svi", steps=5, draws=1)
    assert strict(tmp_path / "run" / "run.json")["diagnostics"]["elbo_change"] is None
