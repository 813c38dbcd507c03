"""R-hat, ESS and MCSE as the papers (and arviz) have them."""

import numpy as np
import pytest


def chains(kind):
    rng = np.random.default_rng(4)
    x = rng.normal(size=(4, 401, 3))
    if kind == "slow":
        for i in range(1, 401):
            x[:, i] += 0.8 * x[:, i - 1]
    if kind == "apart":
        x[0] += 2
    if kind == "ties":
        x = np.round(x, 1)
    if kind == "heavy":
        x = np.tan(x)
    if kind == "antithetic":
        for i in range(1, 401):
            x[:, i] -= 0.7 * x[:, i - 1]
    return x


@pytest.mark.parametrize("kind", ["iid", "slow", "apart", "ties", "heavy", "antithetic"])
def test_as_arviz(radon, kind):
    az = pytest.importorskip("arviz")
    if not az.__version__.startswith("0."):
        pytest.skip("arviz 1 has other names")
    x = chains(kind)
    got = radon.diagnose(x)
    for k in range(x.shape[2]):
        want = {
            "r_hat": az.rhat(x[..., k]),
            "ess_bulk": az.ess(x[..., k], method="bulk"),
            "ess_tail": az.ess(x[..., k], method="tail"),
            "mcse_mean": az.mcse(x[..., k], method="mean"),
        }
        for name, value in want.items():
            assert got[name][k] == pytest.approx(value, rel=1e-4), name


def test_what_is_constant_or_stuck(radon):
    x = np.zeros((4, 100, 3))
    x[..., 1] = np.arange(4)[:, None]  # each chain stuck at a point of its own
    x[..., 2] = np.nan
    got = radon.diagnose(x)
    assert np.isnan(got["r_hat"][0]) and not got["r_hat"][1] < 1.01
    assert np.isnan(got["ess_bulk"][2])


def test_nan_fails_and_a_constant_does_not(radon):
    rng = np.random.default_rng(0)
    statistics = {
        "log_density": rng.normal(size=(4, 1000)),
        "divergences": np.zeros((4, 1000), bool),
        "leapfrog_steps": np.full((4, 1000), 7),
    }
    draws = {"mu_intercept": rng.normal(size=(4, 1000))}
    encoding = {"labels": {}, "levels": {}}

    def judge():
        summary = radon.summarize(radon.PROGRAM, draws, encoding, True)
        return radon.judge_nuts(radon.PROGRAM, summary, statistics)[1]

    assert judge() == []
    draws["mu_intercept"][0, 0] = np.nan
    assert len(judge()) == 3
    draws["mu_intercept"] = np.ones((4, 1000))
    assert judge() == []
