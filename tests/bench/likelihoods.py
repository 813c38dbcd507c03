"""Rows of other likelihoods: a gradient of what is emitted against NumPyro's own distributions.

``python -m tests.bench.likelihoods`` prints a table.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.handlers import seed, trace
from numpyro.infer.util import log_density

from bgen.driver import compile_text
from tests.golden.cases import execute

ETA = "eta = intercept() + linear(a, b, c, d, e)"
COLUMNS = "a: real  b: real  c: real  d: real  e: real"
MODELS = {
    "poisson": f"data {{ {COLUMNS}  y: count }}\n{ETA}\ny ~ poisson(eta)\n",
    "negative binomial": f"data {{ {COLUMNS}  y: count }}\n{ETA}\ny ~ negative_binomial(eta)\n",
    "ordinal": f'data {{ {COLUMNS}  y: ordinal("1", "2", "3", "4", "5") }}\n'
    "eta = linear(a, b, c, d, e)\ny ~ cumulative(eta)\n",
    "logistic, 500 groups": f"data {{ {COLUMNS}  g: category  y: binary }}\n"
    f"{ETA} + random_effects(g)\ny ~ bernoulli(eta)\n",
}
ROWS = {"logistic, 500 groups": 20_000}


def by_hand(x: Any, y: Any, like: Callable[[Any], Any], g: Any = None) -> Callable[[], None]:
    """The model as one writes it with NumPyro's own distributions."""

    def model() -> None:
        name = "eta_coef" if like is ordinal else "eta_linear_coef"
        eta = x @ numpyro.sample(name, dist.Normal(0, 1).expand([5]).to_event(1))
        if like is not ordinal:  # which has its cutpoints
            eta += numpyro.sample("eta_intercept", dist.Normal(0, 1))
        if g is not None:
            scale = numpyro.sample("eta_g_scale", dist.HalfNormal(1))
            eta += numpyro.sample("eta_g_effect", dist.Normal(0, scale).expand([500]))[g]
        numpyro.sample("y", like(eta), obs=y)

    return model


def negative_binomial(eta: Any) -> Any:
    c = numpyro.sample("y_concentration", dist.Exponential(1.0))
    return dist.NegativeBinomial2(jnp.exp(eta), c)


def ordinal(eta: Any) -> Any:
    first = numpyro.sample("y_cutpoint_first", dist.Normal(0, 2))
    gaps = numpyro.sample("y_cutpoint_gaps", dist.Exponential(1).expand([3]).to_event(1))
    return dist.OrderedLogistic(eta, first + jnp.append(0.0, jnp.cumsum(gaps)))


LIKE: dict[str, Callable[[Any], Any]] = {
    "poisson": lambda eta: dist.Poisson(jnp.exp(eta)),
    "negative binomial": negative_binomial,
    "ordinal": ordinal,
    "logistic, 500 groups": lambda eta: dist.Bernoulli(logits=eta),
}


def simulate(name: str, rows: int) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    table: dict[str, Any] = {k: rng.normal(size=rows) for k in "abcde"}
    eta = 0.3 * sum(table.values())
    table["g"] = rng.permutation(np.arange(rows) % 500)
    if "logistic" in name:
        table["y"] = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(int)
    elif name == "ordinal":
        table["y"] = (np.digitize(eta + rng.logistic(size=rows), [-2, -1, 1, 2]) + 1).astype(str)
    else:
        table["y"] = rng.poisson(np.exp(eta) * rng.gamma(2, 0.5, size=rows))
    return table


def gradients(name: str) -> list[Callable[[], Any]]:
    """A gradient of what is emitted, at -O0, at -O1, and of the model by hand."""
    data = simulate(name, ROWS.get(name, 100_000))
    program = execute(compile_text(MODELS[name]), "emitted").PROGRAM
    arguments, _ = program.encode(data if "groups" in name else without(data, "g"))
    bound = program.fast.bind(program.fast.prepare(**arguments), len(data["y"]))
    sizes = {k: v for k, v in arguments.items() if isinstance(v, int)}
    arrays = {k: jnp.asarray(v) for k, v in arguments.items() if k not in sizes}
    fast = program.fast.model(bound.sizes)
    found = trace(seed(fast, 0)).get_trace(bound.arrays)
    sites = {k: s["value"] for k, s in found.items() if s["type"] == "sample"}
    sites = {k: v for k, v in sites.items() if k in program.sites}
    x = jnp.stack([jnp.asarray(data[k]) for k in "abcde"], axis=1)

    def hand(arrays: dict[str, Any]) -> None:
        by_hand(arrays["x"], arrays["y"], LIKE[name], arrays.get("g"))()

    given = {"x": x, "y": arrays["y"]} | ({"g": arrays["g"]} if "groups" in name else {})
    runs = [
        gradient(lambda a: program.model(**a, **sizes), arrays, sites),
        gradient(fast, bound.arrays, sites),
        gradient(hand, given, sites),
    ]
    one, *others = (run()[1] for run in runs)
    for other in others:  # the same posterior, or it is no comparison
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), one, other)
    return runs


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k != name}


def gradient(model: Callable[[Any], None], arrays: Any, sites: Any) -> Callable[[], Any]:
    run = jax.jit(jax.value_and_grad(lambda s, a: log_density(seed(model, 0), (a,), {}, s)[0]))
    jax.block_until_ready(run(sites, arrays))
    return lambda: jax.block_until_ready(run(sites, arrays))


def least(runs: list[Callable[[], Any]], times: int = 40) -> list[float]:
    """The shortest of many times of each, taken in turn."""
    found = [float("inf")] * len(runs)
    for _ in range(times):
        for i, run in enumerate(runs):
            start = time.perf_counter()
            run()
            found[i] = min(found[i], time.perf_counter() - start)
    return found


def main() -> None:
    numpyro.enable_x64()
    print(f"{'microseconds a gradient':24}{'-O0':>10}{'-O1':>10}{'NumPyro':>10}{'ratio':>8}")
    for name in MODELS:
        model, fast, hand = (1e6 * t for t in least(gradients(name)))
        print(f"{name:24}{model:10.0f}{fast:10.0f}{hand:10.0f}{hand / fast:8.1f}")


if __name__ == "__main__":
    main()
