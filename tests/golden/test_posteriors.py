"""The emitted scripts fit the goldens' data, and agree with the reference posteriors.

A fit runs as a user runs it, in a process of its own. Means must lie within 4 combined Monte Carlo
standard errors of Stan's (with a correction for the number of them), sds within 10 %; where a
posterior has no moments, medians take the place of means.
"""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from bgen.driver import compile_text
from tests.conftest import ROOT
from tests.golden.cases import CASES
from tests.golden.emitted import one_file

MODELS = ROOT / "golden" / "models"
#: Draws of a chain; fewer where a fit takes long and its draws are nearly independent.
DRAWS = 2000
FEWER = {"biochemists", "contraception", "epilepsy", "evaluations", "irt_2pl", "sleepstudy"}
FEWER |= {"verbal_aggression"}
REFERENCES = [c.name for c in CASES if (c / "posterior.json").is_file()]
Row = dict[str, str]


def fit(name: str, run: Path, *options: str, block: str = "") -> dict[str, Row]:
    """The rows of ``summary.csv``, by parameter; with a ``fit`` block where there is one."""
    folder = MODELS / name
    script = run.with_suffix(".py")
    source = (folder / "model.bl").read_text("utf-8")
    text = compile_text(f"{source}\n{block}", "model.bl") if block else one_file(folder)
    script.write_text(text, "utf-8")
    command = [sys.executable, script, "fit", folder / "data.csv", "-o", run]
    done = subprocess.run(
        [*map(str, command), "--quiet", "--allow-warnings", *options],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    diagnostics = json.loads((run / "run.json").read_text())["diagnostics"]
    # Another processor rounds otherwise: a few of thousands are not to be taken for a wrong model.
    assert diagnostics.get("divergences", 0) <= 16, diagnostics
    with open(run / "summary.csv", newline="") as file:
        return {row["parameter"]: row for row in csv.DictReader(file)}


def elements(name: str) -> list[tuple[str, dict[str, float]]]:
    """Each scalar of a reference posterior, under its name in ``summary.csv``."""
    sites: dict[str, dict[str, Any]] = json.loads((MODELS / name / "posterior.json").read_text())[
        "sites"
    ]
    found = []
    for site, columns in sites.items():
        for place, label in enumerate(columns["labels"]):
            numbers = {k: v[place] for k, v in columns.items() if k not in ("shape", "labels")}
            found.append((f"{site}[{label}]" if columns["shape"] else site, numbers))
    return found


def test_references_exist() -> None:
    assert {"eight_schools", "kid_iq", "radon"} <= set(REFERENCES)


@pytest.mark.parametrize("name", REFERENCES)
def test_agrees_with_stan(name: str, tmp_path: Path) -> None:
    draws = DRAWS // 2 if name in FEWER else DRAWS
    rows = fit(name, tmp_path / "run", "--seed", "7", "--draws", str(draws))
    reference = elements(name)
    assert {key for key, _ in reference} <= set(rows)
    # 4 standard errors for one scalar; as unlikely as that for the worst of many.
    worst = float(stats.norm.isf(stats.norm.sf(4.0) / max(1, len(reference) / 20)))
    for key, stan in reference:
        ours = {k: float(v) for k, v in rows[key].items() if k != "parameter"}
        assert ours["r_hat"] < 1.01, key
        if "mean" not in stan:
            error = stan["mcse_q50"] * math.sqrt(1.0 + stan["ess_bulk"] / ours["ess_bulk"])
            assert abs(ours["q50"] - stan["q50"]) < worst * error, key
            continue
        error = math.hypot(ours["mcse_mean"], stan["mcse_mean"])
        assert abs(ours["mean"] - stan["mean"]) < worst * error, key
        assert ours["sd"] == pytest.approx(stan["sd"], rel=0.10), key


def test_flat_priors_against_the_closed_form(tmp_path: Path) -> None:
    """kid_iq has flat priors: sigma^2 is inverse gamma, the coefficients are Student's t."""
    rows = fit("kid_iq", tmp_path / "run", "--seed", "1", "--draws", "4000")
    with open(MODELS / "kid_iq" / "data.csv", newline="") as file:
        data = list(csv.DictReader(file))
    y, hs, iq = (np.array([float(r[k]) for r in data]) for k in ("kid_score", "mom_hs", "mom_iq"))
    hs, iq = ((v - v.mean()) / (2 * v.std(ddof=1)) for v in (hs, iq))
    x = np.column_stack([np.ones_like(y), hs, iq, hs * iq])
    coef, residual, *_ = np.linalg.lstsq(x, y, rcond=None)
    n, p = x.shape
    # p(sigma | y) is proportional to sigma^-(n - p) exp(-residual / (2 sigma^2)).
    variance = stats.invgamma((n - p - 1) / 2, scale=residual[0] / 2)
    sigma = float(variance.expect(np.sqrt))
    sd = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * variance.mean())
    names = ["mu_intercept", *(f"mu_linear_coef[{k}]" for k in ("z_hs", "z_iq", "z_hs:z_iq"))]
    expected = [*zip(names, coef, sd, strict=True)]
    expected.append(("kid_score_sigma", sigma, math.sqrt(variance.mean() - sigma**2)))
    for key, mean, spread in expected:
        row = rows[key]
        assert abs(float(row["mean"]) - mean) < 4 * float(row["mcse_mean"]), key
        assert float(row["sd"]) == pytest.approx(spread, rel=0.05), key


def test_svi_agrees_as_far_as_mean_field_can(tmp_path: Path) -> None:
    """Means within a third of a posterior sd; sds of the residual scale and of counties with few
    homes close; the intercept's is too small, as mean field must have it."""
    svi = fit("radon", tmp_path / "svi", "--method", "svi", "--seed", "2")
    nuts = dict(elements("radon"))
    for key, stan in nuts.items():
        away = abs(float(svi[key]["mean"]) - stan["mean"]) / stan["sd"]
        assert away < (0.6 if key.endswith("_scale") else 0.34), key
    sigma = float(svi["log_radon_sigma"]["sd"]) / nuts["log_radon_sigma"]["sd"]
    assert sigma == pytest.approx(1.0, abs=0.1)
    assert float(svi["mu_intercept"]["sd"]) < nuts["mu_intercept"]["sd"]


@pytest.mark.parametrize(
    ("name", "within"), [("radon", 0.1), ("radon_uranium", 0.1), ("sleepstudy", 0.2)]
)
def test_the_structured_guide_has_the_sds(name: str, within: float, tmp_path: Path) -> None:
    """Means within 0.15 sds of Stan's; vectors of effects and their correlation are harder."""
    block = "fit { method = svi  guide = structured }\n"
    svi = fit(name, tmp_path / "svi", "--seed", "2", "--draws", "4000", block=block)
    for key, stan in elements(name):
        if stan["sd"] == 0.0:
            continue
        assert abs(float(svi[key]["mean"]) - stan["mean"]) < 0.15 * stan["sd"], key
        assert float(svi[key]["sd"]) == pytest.approx(stan["sd"], rel=within), key


def test_minibatches_reach_the_full_data_fit(tmp_path: Path) -> None:
    """Batches of 100 of 919 rows: the same variational optimum as all rows, up to the noise."""
    full = fit("radon", tmp_path / "full", "--method", "svi", "--seed", "3")
    batch = fit("radon", tmp_path / "batch", "--method", "svi", "--batch", "100", "--seed", "3")
    for key, row in full.items():
        away = abs(float(batch[key]["mean"]) - float(row["mean"])) / float(row["sd"])
        assert away < 0.5, key
        assert float(batch[key]["sd"]) == pytest.approx(float(row["sd"]), rel=0.35), key
