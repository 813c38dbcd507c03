"""Guides of full and low rank: the density that they say, the sites of the model, exact fits."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from numpyro.handlers import seed, substitute, trace
from numpyro.infer.util import log_density
from scipy.stats import multivariate_normal

from tests.fit.test_structured import (
    GROUPS,
    agrees_with_the_model,
    emitted,
    exact,
    functions,
    start,
    table,
)

RANKS = ("full_rank", "low_rank(1)", "low_rank(3)")
#: Fewer kinds of sites than ``KINDS``: each is a compilation of its own.
FEW = """data { y: real  g: category  h: category }
s ~ HalfNormal(2)
above ~ TruncatedNormal(1, 1, low = s)
share ~ Dirichlet(1, 2, 3)
size[g] ~ LogNormal(0, s)
eps[row] ~ Normal(0, s)
y ~ gaussian(size[g] * above + random_effects(h) + eps[row])
"""
#: Sites on the line alone, so that the guide is one normal.
LINE = """data { y: real  x: real[p, q]  g: category }
m ~ Normal(0, 1)
v[g] ~ Normal(0, 2)
y ~ gaussian(m + v[g] + linear(x), sigma = 1)
"""


def block(guide: str) -> str:
    return f"fit {{ method = svi  guide = {guide} }}\n"


@pytest.mark.parametrize("guide", ["full_rank", "low_rank(2)"])
def test_every_kind_of_site_agrees_with_the_model(guide: str) -> None:
    agrees_with_the_model(emitted(FEW + block(guide)))


def dense(params: dict[str, Any], sizes: dict[str, int]) -> np.ndarray:
    """L L': of each site its triangle, times the normals of those before it and its own."""
    factor = np.zeros((0, 0))
    for name, size in sizes.items():
        before, own = len(factor), params[f"{name}__scale_tril"]
        slope = params[f"{name}__slope"] if before else np.zeros((size, 0))
        factor = np.block([[factor, np.zeros((before, size))], [own @ slope, own]])
    return factor @ factor.T


def factored(params: dict[str, Any], sizes: dict[str, int]) -> np.ndarray:
    """W W' + D^2; the weights are in units of D."""
    scale = np.concatenate([params[f"{k}__scale"] for k in sizes])
    weights = scale[:, None] * np.concatenate([params[f"{k}__weights"] for k in sizes])
    covariance: np.ndarray = weights @ weights.T + np.diag(scale**2)
    return covariance


@pytest.mark.parametrize("guide", RANKS)
def test_the_density_is_that_of_one_normal(guide: str) -> None:
    """The covariance is that of the parameters, by their names: W W' + D^2, or L L'."""
    with jax.enable_x64(True):
        data = {k: v for k, v in table().items() if k in ("y", "p", "q", "g")}
        ready, _, own = functions(emitted(LINE + block(guide)), data)
        flat, unravel = start(own, ready.arrays)
        rng = np.random.default_rng(2)
        params = jax.tree.map(np.asarray, unravel(flat + 0.3 * rng.random(flat.shape)))
        params |= {k: np.tril(v) for k, v in params.items() if k.endswith("__scale_tril")}
        spreads = {"m": 1.0, "v": 2.0, "y_x_coef": 1.0}
        sizes = {"m": 1, "v": 4, "y_x_coef": 2}
        covariance = dense(params, sizes) if guide == "full_rank" else factored(params, sizes)
        stretch = np.concatenate([np.full(n, spreads[k]) for k, n in sizes.items()])
        loc = stretch * np.concatenate([params[f"{k}__loc"] for k in sizes])
        covariance *= np.outer(stretch, stretch)
        drawn = trace(substitute(seed(own, 5), params)).get_trace(ready.arrays)
        values = {k: drawn[k]["value"] for k in sizes}
        density, _ = log_density(own, (ready.arrays,), {}, params | values)
        flat_values = np.concatenate([np.ravel(v) for v in values.values()])
        assert float(density) == pytest.approx(
            multivariate_normal(loc, covariance).logpdf(flat_values), rel=1e-10
        )


@pytest.mark.parametrize("guide", ["full_rank", "low_rank(2)"])
def test_exact_where_all_is_gaussian(guide: str) -> None:
    """Effects that are independent given the intercept: one factor gives all correlations."""
    rng = np.random.default_rng(0)
    g = np.arange(60) % 6
    y = 1.0 + rng.normal(size=60) + 0.5 * rng.normal(size=6)[g]
    data = {"y": y, "g": np.array(list("abcdef"))[g]}
    mean, sd = exact(y, g)
    module = emitted(GROUPS + block(guide))
    posterior = module.fit(data, method="svi", steps=8000, draws=8000).posterior
    draws = [posterior["mu_intercept"][0][:, None], posterior["mu_g_effect"][0]]
    found = np.concatenate(draws, axis=1)
    assert max(abs(found.mean(0) - mean) / sd) < 0.06
    assert max(abs(np.log(found.std(0) / sd))) < 0.05
    together = np.corrcoef(found.T)[0, 1:]
    assert (together < -0.3).all(), "mean field has 0 here"
