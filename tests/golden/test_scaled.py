"""`priors scaled`: the emitted log joint equals the table of the policy, written out in SciPy."""

from __future__ import annotations

import csv

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.infer.util import log_density
from scipy import stats
from tests.conftest import ROOT
from tests.golden.cases import load

FOLDER = ROOT / "golden" / "models" / "scaled_priors"


def _columns() -> dict[str, np.ndarray]:
    with open(FOLDER / "data.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {k: np.array([float(r[k]) for r in rows]) for k in rows[0] if k != "village"}
    levels = sorted({r["village"] for r in rows})
    return numbers | {"village": np.array([levels.index(r["village"]) for r in rows])}


def _reference(c: dict[str, np.ndarray], v: dict[str, np.ndarray]) -> float:
    normal, half = stats.norm.logpdf, stats.halfnorm.logpdf
    y, x, a, k = c["weight"], c["height"], c["age"], c["visits"]
    both = np.column_stack([x, a])
    sy, sx = y.std(ddof=1), both.std(axis=0, ddof=1)
    total = normal(v["mu_height_coef"], 0, 2.5 * sy / sx[:1]).sum()
    total += half(v["mu_adaptive_scale"], scale=sy)
    total += normal(v["mu_adaptive_coef"], 0, v["mu_adaptive_scale"] / sx).sum()
    total += half(v["mu_village_scale"], scale=sy)
    total += normal(v["mu_village_effect"], 0, v["mu_village_scale"]).sum()
    # The intercept's prior is placed on the value at the mean of the columns.
    shift = x.mean() * v["mu_height_coef"][0] + both.mean(axis=0) @ v["mu_adaptive_coef"]
    total += normal(v["mu_intercept"], y.mean() - shift, 2.5 * sy)
    total += stats.expon.logpdf(v["weight_sigma"], scale=sy)
    mu = v["mu_intercept"] + x * v["mu_height_coef"][0] + both @ v["mu_adaptive_coef"]
    total += normal(y, mu + v["mu_village_effect"][c["village"]], v["weight_sigma"]).sum()
    total += normal(v["visits_age_coef"], 0, 2.5 / sx[1]).sum()
    centre = np.log(k.mean()) - a.mean() * v["visits_age_coef"][0]
    total += normal(v["visits_intercept"], centre, 2.5)
    size = v["visits_concentration"]
    total += stats.expon.logpdf(size)
    mean = np.exp(v["visits_intercept"] + a * v["visits_age_coef"][0])
    return float(total + stats.nbinom.logpmf(k, size, size / (size + mean)).sum())


@pytest.mark.parametrize("seed", range(5))
def test_log_joint(seed: int) -> None:
    module = load(FOLDER)
    arguments, _ = module.encode(FOLDER / "data.csv")
    rng = np.random.default_rng(seed)
    values = {
        "mu_height_coef": rng.normal(0, 1, 1),
        "mu_adaptive_scale": rng.exponential(5.0),
        "mu_adaptive_coef": rng.normal(0, 0.3, 2),
        "mu_village_scale": rng.exponential(3.0),
        "mu_village_effect": rng.normal(0, 3, 5),
        "mu_intercept": rng.normal(-60, 10),
        "weight_sigma": rng.exponential(6.0),
        "visits_age_coef": rng.normal(0, 0.02, 1),
        "visits_intercept": rng.normal(0, 1),
        "visits_concentration": rng.exponential(2.0),
    }
    with jax.enable_x64(True):
        arrays = {k: jnp.asarray(a) if np.ndim(a) else a for k, a in arguments.items()}
        found = log_density(module.model, (), arrays, values)[0]
    assert float(found) == pytest.approx(_reference(_columns(), values), rel=1e-9)
