"""An effect a level under a Bernoulli response: ways to fetch `effect[g]`, and its gradient.

Why no rewrite plans gathers: on a CPU what is emitted, a gather whose gradient is a scatter, is the
fastest of these (the others take 1.1 to 68 times as long, on two cores).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.base import Engine, Measures, Problem, emit, load
from tests.bench.tables import rows

STEPS, CHUNK = 200, 16
SOURCE = """model intercepts "Its softplus, and its gradient, take one exponential"
data { y: binary  g: category }
y ~ bernoulli(random_effects(g))
"""
#: The log density of rows with the predictors `eta` and the levels `g`, and its arrays.
Way = Callable[[Any, Any, Any], tuple[Callable[..., Any], tuple[Any, ...]]]


def gather(softplus: Any, g: Any, eta: Any) -> Any:
    return (lambda u, g, eta: softplus(eta + u[g]).sum()), (g, eta)


def by_order(softplus: Any, g: Any, eta: Any) -> Any:
    import numpy as np

    order = np.argsort(g, kind="stable")

    def value(u: Any, g: Any, eta: Any) -> Any:
        return softplus(eta + u.at[g].get(indices_are_sorted=True)).sum()

    return value, (g[order], eta[order])


def one_hot(softplus: Any, g: Any, eta: Any) -> Any:
    import numpy as np

    hot = np.eye(g.max() + 1)[g].T.copy()
    return (lambda u, hot, eta: softplus(eta + u @ hot).sum()), (hot, eta)


def running_sums(softplus: Any, g: Any, eta: Any) -> Any:
    import jax
    import jax.numpy as jnp
    import numpy as np

    order = np.argsort(g, kind="stable")
    ends = np.cumsum(np.bincount(g))

    @jax.custom_vjp
    def fetch(u: Any, g: Any, ends: Any) -> Any:
        return u[g]

    def backward(ends: Any, slope: Any) -> Any:
        return jnp.diff(jnp.cumsum(slope)[ends - 1], prepend=0.0), None, None

    fetch.defvjp(lambda u, g, ends: (u[g], ends), backward)

    def value(u: Any, g: Any, ends: Any, eta: Any) -> Any:
        return softplus(eta + fetch(u, g, ends)).sum()

    return value, (g[order], ends, eta[order])


def chunks(softplus: Any, g: Any, eta: Any) -> Any:
    """Rows in pieces of 16 of one level, filled up with rows that add nothing."""
    import numpy as np

    order, counts = np.argsort(g, kind="stable"), np.bincount(g)
    pieces = -(-counts // CHUNK)
    starts = CHUNK * (np.cumsum(pieces) - pieces) - (np.cumsum(counts) - counts)
    filled = np.full(CHUNK * pieces.sum(), -1e4)
    filled[np.arange(len(g)) + np.repeat(starts, counts)] = eta[order]
    levels = np.repeat(np.arange(len(counts)), pieces)

    def value(u: Any, levels: Any, eta: Any) -> Any:
        return softplus(eta + u[levels][:, None]).sum()

    return value, (levels, filled.reshape(-1, CHUNK))


def before(folder: Path) -> None:
    emit(SOURCE, folder / "model.py")


def timed(way: Way, full: int, levels: int, folder: Path, seed: int) -> Measures:
    emitted = load(folder / "model.py")
    emitted.prepare_jax(1, True)
    import jax
    import jax.numpy as jnp
    import numpy as np

    rng = np.random.default_rng(seed)
    g, eta = rng.integers(levels, size=rows(full)), rng.normal(size=rows(full))
    g[:levels] = np.arange(levels)
    value, given = way(emitted.softplus, g, eta)
    u, arrays = jnp.asarray(rng.normal(size=levels)), jax.tree.map(jnp.asarray, given)

    @jax.jit
    def descend(u: Any, *arrays: Any) -> Any:
        def step(_: Any, u: Any) -> Any:
            return u - 1e-9 * jax.value_and_grad(value)(u, *arrays)[1]

        return jax.lax.fori_loop(0, STEPS, step, u)

    expected = np.bincount(g, 1 / (1 + np.exp(-eta - np.asarray(u)[g])))
    found = jax.grad(value)(u, *arrays)
    spent = []
    for _ in range(4):
        began = time.perf_counter()
        jax.block_until_ready(descend(u, *arrays))
        spent.append(time.perf_counter() - began)
    return {
        "microseconds": 1e6 * min(spent[1:]) / STEPS,
        "error": float(np.abs(found - expected).max()),
    }


WAYS = {
    "gather and scatter, as emitted": gather,
    "rows sorted by level": by_order,
    "a product with one-hot rows": one_hot,
    "differences of a running sum": running_sums,
    "pieces of 16 rows of a level": chunks,
}
PROBLEMS = tuple(
    Problem(
        name=f"gathers_{levels}",
        title=f"Ways to fetch the effects of {levels} levels, n = {full:,}",
        measure="microseconds",
        unit="microseconds for a log density and its gradient",
        shown=("error",),
        engines=tuple(
            Engine(name, partial(timed, way, full, levels), before=before)
            for name, way in WAYS.items()
        ),
    )
    for full, levels in ((20_000, 8), (20_000, 500), (200_000, 50))
)
