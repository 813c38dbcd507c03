"""Centred and non-centred NUTS: one posterior under the same names, prior location not 0 too."""

from __future__ import annotations

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute

SOURCE = """
data {{ y: real  g: category }}
m ~ Normal(4, 1)
tau ~ {tau}
theta[g] ~ {prior}
y ~ gaussian({mean}, sigma = 0.7)
reparam {{ theta = {how} }}
"""


def _data(positive: bool) -> dict[str, list[object]]:
    rng = np.random.default_rng(4)
    levels = np.repeat(np.arange(6), 4)
    theta = np.exp(rng.normal(1, 0.5, 6)) if positive else rng.normal(5, 0.8, 6)
    return {
        "y": list(theta[levels] + rng.normal(0, 0.7, len(levels))),
        "g": [f"g{k}" for k in levels],
    }


@pytest.mark.parametrize(
    ("prior", "tau"),
    [
        ("Normal(m, tau)", "HalfNormal(1)"),
        ("StudentT(5, m, tau)", "HalfNormal(1)"),
        ("LogNormal(m - 3, tau)", "HalfNormal(0.5)"),
    ],
)
def test_same_posterior_under_the_same_names(prior: str, tau: str) -> None:
    data = _data(positive="LogNormal" in prior)
    found = {}
    for how in ("centered", "noncentered", "0.4"):
        text = SOURCE.format(prior=prior, tau=tau, mean="theta[g]", how=how)
        module = execute(compile_text(text))
        fit = module.fit(data, chains=2, warmup=600, draws=3000, seed=1)
        rows = {r["parameter"]: r for r in fit.summary}
        assert set(fit.posterior) == {"m", "tau", "theta"}
        found[how] = rows
    for how in ("noncentered", "0.4"):
        for key, row in found["centered"].items():
            other = found[how][key]
            error = float(np.hypot(row["mcse_mean"], other["mcse_mean"]))
            assert abs(row["mean"] - other["mean"]) < 5 * error, (how, key)
            assert other["sd"] == pytest.approx(row["sd"], rel=0.12), (how, key)
