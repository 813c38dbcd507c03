"""Priors within bounds: their densities far out, in float32, and their draws."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.handlers import seed, substitute, trace
from numpyro.infer.util import log_density
from scipy import stats
from scipy.special import log_ndtr

from bgen.driver import compile_text
from tests.golden.cases import execute

UNKNOWN = """data {{ y: real }}
m ~ Normal(0, 10)
b ~ {prior}
y ~ gaussian(b)
"""
#: A truncated prior, and SciPy's law of what is truncated.
KNOWN = {
    "Truncated(Normal(0, 1), low = 1)": (stats.norm(), 1.0, np.inf),
    "Truncated(Normal(0, 1), low = 6, high = 7)": (stats.norm(), 6.0, 7.0),
    "Truncated(StudentT(3, 1, 2), high = 0.5)": (stats.t(3, 1, 2), -np.inf, 0.5),
    "Truncated(LogNormal(0, 1), low = 1)": (stats.lognorm(1.0), 1.0, np.inf),
    "Truncated(Exponential(2), low = 0.5, high = 3)": (stats.expon(scale=0.5), 0.5, 3.0),
    "Truncated(Weibull(2, 1.5), high = 2)": (stats.weibull_min(1.5, scale=2.0), 0.0, 2.0),
    "Truncated(Gamma(2, 3), high = 2)": (stats.gamma(2.0, scale=1 / 3), 0.0, 2.0),
    "Truncated(Beta(2, 3), low = 0.4)": (stats.beta(2.0, 3.0), 0.4, 1.0),
    "Truncated(Gumbel(0, 1), low = 2)": (stats.gumbel_r(), 2.0, np.inf),
}


@cache
def emitted(prior: str) -> ModuleType:
    return execute(compile_text(UNKNOWN.format(prior=prior), "model.bl"))


def density(module: ModuleType, m: Any, b: Any) -> Any:
    """log p(b | m), the sum of all less what is not of b."""
    sites = {"m": m, "b": b, "y_sigma": jnp.asarray(1.0)}
    drawn = trace(substitute(seed(module.model, 0), sites)).get_trace(jnp.arange(1), y=jnp.zeros(1))
    return jnp.sum(drawn["b"]["fn"].log_prob(b))


@pytest.mark.parametrize("prior", ["Truncated(Normal(m, 1), low = 0)", "TruncatedNormal(m, low=0)"])
def test_far_below_the_bound_in_float32(prior: str) -> None:
    """The density is finite and right, and so is its slope, where a cdf has nothing left."""
    module = emitted(prior)
    for m in (-3.0, -13.0, -20.0, -60.0):
        with jax.enable_x64(False):
            value, slope = jax.value_and_grad(lambda m: density(module, m, jnp.asarray(0.25)))(m)
        mass = log_ndtr(m)
        assert float(value) == pytest.approx(stats.norm.logpdf(0.25, m) - mass, rel=1e-5, abs=1e-4)
        exact = (0.25 - m) - np.exp(stats.norm.logpdf(m) - mass)
        assert float(slope) == pytest.approx(exact, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("prior", KNOWN)
def test_density_support_and_draws(prior: str) -> None:
    law, low, high = KNOWN[prior]
    with jax.enable_x64(True):
        drawn = trace(seed(emitted(prior).model, 0)).get_trace(jnp.arange(1), y=jnp.zeros(1))
        fn = drawn["b"]["fn"]
        draws = np.asarray(fn.sample(jax.random.PRNGKey(1), (4000,)))
        found = np.asarray(fn.log_prob(draws))
        inside = np.asarray(fn.support(jnp.asarray(draws)))
        there = getattr(fn.support, "lower_bound", -np.inf), getattr(
            fn.support, "upper_bound", np.inf
        )
    assert inside.all() and there == pytest.approx((low, high))
    mass = law.sf(low) - law.sf(high)
    assert found == pytest.approx(law.logpdf(draws) - np.log(mass), rel=1e-9)
    cdf = (law.sf(low) - law.sf(np.sort(draws))) / mass
    assert abs(cdf - (np.arange(4000) + 0.5) / 4000).max() < 0.03


def test_a_fit_of_what_is_bounded_by_an_unknown() -> None:
    """The site's transform takes the bounds that are drawn: b between m and 3."""
    text = """data { y: real }
m ~ Normal(0, 1)
b ~ Truncated(Normal(0, 1), low = m, high = 3)
y ~ gaussian(b, sigma = 0.5)
"""
    module = execute(compile_text(text, "model.bl"))
    y = np.array([0.5, 1.5, 1.0])
    fit = module.fit({"y": y}, method="nuts", warmup=500, draws=1500, chains=2, seed=1)
    m, b = fit.posterior["m"].ravel(), fit.posterior["b"].ravel()
    assert (b > m).all() and (b < 3).all()
    at = np.linspace(-4.0, 3.0, 701)
    with jax.enable_x64(True):
        joint = lambda m, b: log_density(  # noqa: E731
            module.model, (jnp.arange(3),), {"y": jnp.asarray(y)}, {"m": m, "b": b}
        )[0]
        grid = jax.vmap(jax.vmap(joint, (None, 0)), (0, None))(jnp.asarray(at), jnp.asarray(at))
        grid = np.asarray(jnp.where(at[:, None] < at[None, :], grid, -jnp.inf))
    weight = np.exp(grid - grid[np.isfinite(grid)].max())
    weight = np.where(np.isfinite(weight), weight, 0.0)
    weight /= weight.sum()
    assert m.mean() == pytest.approx((weight.sum(1) * at).sum(), abs=0.08)
    assert b.mean() == pytest.approx((weight.sum(0) * at).sum(), abs=0.04)
