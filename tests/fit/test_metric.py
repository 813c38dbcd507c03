"""The units of the first steps: variances of a mean field approximation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest
from numpyro.infer import NUTS, init_to_median

from tests.sweeps.emitted import load

CURVATURE = np.array([0.2, 1.0, 30.0, 1e4])


@pytest.fixture(scope="module")
def module() -> ModuleType:
    return load("data { y: real  x: real }\ny ~ gaussian(intercept() + linear(x))\n")


def metric(module: ModuleType, model: Callable[[Any], None], z: dict[str, Any]) -> Any:
    with jax.enable_x64(True):
        return module.pilot_metric(model, z, module.Data({"one": jnp.ones(())}, {}, 1))


def normal(arrays: Any) -> None:
    scale = jnp.asarray(CURVATURE**-0.5) * arrays["one"]
    numpyro.sample("b", dist.Normal(jnp.arange(4.0), scale).to_event(1))
    numpyro.sample("tau", dist.LogNormal(3.0, 0.5))


def test_it_is_about_the_variance_of_independent_normals(module: ModuleType) -> None:
    start = {"b": jnp.full(4, 2.0), "tau": jnp.zeros(())}
    found = metric(module, normal, start)
    factor = np.asarray(found) / np.array([*(1 / CURVATURE), 0.25])
    np.testing.assert_allclose(factor[[0, 1, 2, 4]], 1.0, rtol=0.5)
    assert 1 < factor[3] < 9  # a hundred times narrower than the start: not there yet


def test_a_funnel_does_not_draw_it_in(module: ModuleType) -> None:
    """The joint mode has a scale of 0, where all effects are 0 and the curvature has no end."""

    def funnel(arrays: Any) -> None:
        tau = numpyro.sample("tau", dist.LogNormal(0.0, 1.0))
        numpyro.sample("u", dist.Normal(0.0, tau * arrays["one"]).expand([20]).to_event(1))

    found = metric(module, funnel, {"tau": jnp.zeros(()), "u": jnp.zeros(20)})
    assert (found > 0.01).all()


def test_where_the_energy_is_not_finite_nothing_moves(module: ModuleType) -> None:
    def broken(arrays: Any) -> None:
        b = numpyro.sample("b", dist.Normal(0.0, 1.0))
        numpyro.factor("nowhere", jnp.log(-arrays["one"]) * b)

    np.testing.assert_allclose(metric(module, broken, {"b": jnp.ones(())}), np.exp(-4))


def test_the_first_trees_are_not_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coefficients of 20,000 rows are a hundred times as narrow as a step of unit length."""
    text = """data { y: binary  x: real["x_*"]  g: category }
y ~ bernoulli(intercept() + linear(x) + random_effects(g))
"""
    rng = np.random.default_rng(0)
    n = 20_000
    table = {f"x_{k}": rng.normal(size=n) for k in range(4)}
    table |= {"y": rng.integers(2, size=n), "g": rng.integers(20, size=n).astype(str)}
    logistic = load(text, "-O2")
    with jax.enable_x64(True):
        arguments, _ = logistic.encode(table)
        form = logistic.PROGRAM.fast
        data = form.bind(form.prepare(**arguments), n)
        model, keys = form.model(data.sizes), jax.random.split(jax.random.PRNGKey(0), 1)

        def steps(kernel: Any, state: Any, arrays: Any) -> Any:
            def step(state: Any, _: Any) -> Any:
                state = kernel.sample(state, (arrays,), {})
                return state, state.num_steps

            return jax.lax.scan(step, state, None, length=40)[1]

        taken = []
        for units in (logistic.pilot_metric, lambda model, z, data: np.ones(26)):
            monkeypatch.setattr(logistic, "pilot_metric", units)
            kernel = NUTS(model, init_strategy=init_to_median(num_samples=3))
            start = logistic.over_chains(partial(logistic.start_chain, kernel, 100), len(keys))
            state = logistic.start_chains(start, model, keys, 100, 0.8, data)
            first = jax.tree.map(lambda v: v[0], state)
            run = jax.jit(lambda s, arrays, kernel=kernel: steps(kernel, s, arrays))
            taken.append(int(run(first, data.arrays).sum()))
    assert 3 * taken[0] < taken[1]
