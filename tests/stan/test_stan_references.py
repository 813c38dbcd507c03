"""The committed references are fresh, trustworthy and right where that can be known.

Nothing here needs Stan but the last test.
"""

import importlib.util
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from run import MAX_R_HAT, digest
from simulate import SIMULATED
from stan_cases import CASES, folder, read_study
from stan_data import read_table
from stan_diagnostics import ess, ess_bulk, mcse_median, r_hat
from stan_log_prob import stan_log_prob


def load(model: str, name: str) -> Any:
    """A committed JSON file."""
    return json.loads((folder(model) / name).read_text(encoding="utf-8"))


def columns(model: str, *names: str) -> dict[str, Any]:
    """Numeric columns of a model's table."""
    table = read_table(folder(model) / "data.csv")
    return {name: np.array([float(cell) for cell in table[name]]) for name in names}


@pytest.mark.parametrize("simulated", SIMULATED, ids=lambda s: s.__name__)
def test_simulated_tables_are_rewritten_byte_for_byte(
    simulated: Callable[[], str],
) -> None:
    path = folder(simulated.__name__) / "data.csv"
    assert path.read_bytes() == simulated().encode()


@pytest.mark.parametrize("model", CASES)
def test_posterior_is_fresh_and_trustworthy(model: str) -> None:
    posterior = load(model, "posterior.json")
    for name, expected in posterior["inputs"].items():
        assert digest(folder(model) / name) == expected, f"{name}: run run.py again"
    assert posterior["sampler"]["divergences"] == 0
    study = read_study(folder(model))
    case = study.case
    varying = {
        site: [label for label in labels if label not in case.fixed.get(site, ())]
        for site, labels in study.labels.items()
    }
    assert {s: v["labels"] for s, v in posterior["sites"].items()} == varying
    for site, values in posterior["sites"].items():
        assert tuple(values["shape"]) == study.shapes[site]
        lists = {k: np.array(v) for k, v in values.items() if k != "shape"}
        assert {len(v) for v in lists.values()} == {len(varying[site])}, site
        assert lists["r_hat"].max() < MAX_R_HAT, site
        if site in case.heavy:
            assert (lists["mcse_q50"] < 0.03 * (lists["q95"] - lists["q05"])).all(), site
        else:
            assert (lists["mcse_mean"] < 0.03 * lists["sd"]).all(), site
        assert (lists["q05"] < lists["q50"]).all(), site
        assert (lists["q50"] < lists["q95"]).all(), site


def test_kid_iq_agrees_with_its_closed_form() -> None:
    # Flat coefficients and sigma: coefficients are a multivariate t around least
    # squares, sigma^2 is inverse gamma with n - k - 1 degrees of freedom.
    data = columns("kid_iq", "mom_hs", "mom_iq", "kid_score")
    z_hs, z_iq = (
        (data[name] - data[name].mean()) / (2.0 * data[name].std(ddof=1))
        for name in ("mom_hs", "mom_iq")
    )
    x = np.column_stack([np.ones_like(z_hs), z_hs, z_iq, z_hs * z_iq])
    n, k = x.shape
    coef, (square,), _, _ = np.linalg.lstsq(x, data["kid_score"])
    df = n - k - 1
    gammas = math.lgamma((df - 1) / 2) - math.lgamma(df / 2)
    sigma = math.sqrt(square / 2) * math.exp(gammas)
    variance = square / (df - 2)
    sds = np.sqrt(variance * np.diag(np.linalg.inv(x.T @ x)))
    exact_mean = [*coef, sigma]
    exact_sd = [*sds, math.sqrt(variance - sigma**2)]

    sites = load("kid_iq", "posterior.json")["sites"]

    def flat(name: str) -> Any:
        return np.concatenate([values[name] for values in sites.values()])

    assert (abs(flat("mean") - exact_mean) < 4.0 * flat("mcse_mean")).all()
    assert (abs(flat("sd") - exact_sd) < 4.0 * flat("mcse_sd")).all()


def test_eight_schools_log_density_is_the_formula() -> None:
    data = columns("eight_schools", "effect", "se")

    def normal(x: Any, loc: Any, scale: Any) -> float:
        return float(np.sum(-0.5 * ((x - loc) / scale) ** 2 - np.log(scale + 0.0 * x)))

    differences = []
    for point in load("eight_schools", "log_density.json")["points"]:
        intercept, scale, effect = (
            np.array(point["values"][site])
            for site in ("theta_intercept", "theta_school_scale", "theta_school_effect")
        )
        formula = normal(intercept, 0.0, 5.0) - math.log1p((scale / 5.0) ** 2)
        formula += normal(effect, 0.0, scale)
        formula += normal(data["effect"], intercept + effect, data["se"])
        differences.append(point["log_prob"] - formula)
    assert np.ptp(differences) < 1e-9


def test_diagnostics_know_an_autoregression() -> None:
    random = np.random.default_rng(0)
    noise = random.normal(size=(4, 20_000))
    draws = np.zeros_like(noise)
    for t in range(1, draws.shape[1]):
        draws[:, t] = 0.8 * draws[:, t - 1] + noise[:, t]
    exact = draws.size * (1.0 - 0.8) / (1.0 + 0.8)
    assert ess(draws) == pytest.approx(exact, rel=0.1)
    assert ess_bulk(draws) == pytest.approx(exact, rel=0.1)
    assert r_hat(draws) < 1.005
    # The median of a normal variable has sqrt(pi / 2) of the mean's error.
    expected = math.sqrt(math.pi / 2) * draws.std() / math.sqrt(exact)
    assert mcse_median(draws) == pytest.approx(expected, rel=0.15)
    draws[0] += 2.0
    assert r_hat(draws) > 1.05


@pytest.mark.skipif(
    importlib.util.find_spec("httpstan") is None, reason="needs pystan and a compiler"
)
@pytest.mark.filterwarnings("ignore")  # httpstan's own, of its dependencies
@pytest.mark.parametrize("model", ["eight_schools", "irt_2pl", "radon_uranium"])
def test_stan_repeats_the_log_density(model: str) -> None:
    directory = folder(model)
    for point in load(model, "log_density.json")["points"]:
        again = stan_log_prob(directory, point["values"])
        assert again == pytest.approx(point["log_prob"], abs=1e-8)
