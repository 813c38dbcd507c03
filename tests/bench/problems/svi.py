"""Minibatch SVI: logistic regression, n = 1,000,000, p = 50, batches of 1,024 rows.

Steps a second once all is compiled (between a short run and a long one in the same process),
and over the long run with its compilation. The scan by hand cuts windows of rows in the order in
which they lie: it never shuffles, which is less than is asked, and so a limit.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.base import Engine, Measures, Problem, emit, load

N, P, BATCH, RATE = 1_000_000, 50, 1024, 0.02
STEPS = (2_000, 10_000)
SOURCE = """model big "Logistic regression of many columns"
data { y: binary  x: real["x_*"] }
eta = adaptive(x)
y ~ bernoulli(eta)
"""


def simulate() -> tuple[Any, Any]:
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.normal(size=(N, P)).astype(np.float32)
    beta = (0.3 * rng.normal(size=P)).astype(np.float32)
    return x, (rng.random(N) < 1 / (1 + np.exp(-x @ beta))).astype(np.int32)


def paced(fit: Callable[[int], Any]) -> Measures:
    """The long run comes first, with whatever has to be compiled for it."""
    import numpy as np

    short, long = STEPS
    times = {}
    for label, steps in (("cold", long), ("short", short), ("long", long)):
        began = time.perf_counter()
        losses = np.asarray(fit(steps))
        times[label] = time.perf_counter() - began
    return {
        "steps/s": (long - short) / (times["long"] - times["short"]),
        "steps/s with compilation": long / times["cold"],
        "loss a row": float(losses[-1000:].mean()) / N,
    }


def by_bgen(folder: Path, seed: int) -> Measures:
    emit(SOURCE, folder / "big.py")
    big = load(folder / "big.py")
    x, y = simulate()
    data = big.prepare_data(big.PROGRAM, {"eta_x": x, "y": y})
    settings = big.DEFAULTS | {"batch": BATCH, "learning_rate": RATE, "draws": 10, "seed": seed}

    def fit(steps: int) -> Any:
        with tempfile.TemporaryDirectory() as scratch:
            chosen = settings | {"steps": steps}
            return big.fit_svi(big.PROGRAM, data, chosen, Path(scratch))[2]

    return paced(fit)


def by_blayers(folder: Path, seed: int) -> Measures:
    import jax
    import numpyro
    import numpyro.distributions as dist
    import optax
    from blayers.vi_infer import Batched_Trace_ELBO, svi_run_batched
    from numpyro.infer import SVI
    from numpyro.infer.autoguide import AutoDiagonalNormal

    def model(x: Any, y: Any = None) -> None:
        scale = numpyro.sample("scale", dist.HalfNormal(1.0))
        coef = numpyro.sample("coef", dist.Normal(0.0, scale).expand([P]))
        numpyro.sample("y", dist.Bernoulli(logits=x @ coef), obs=y)

    x, y = (jax.numpy.asarray(v) for v in simulate())

    def fit(steps: int) -> Any:
        adam = optax.adam(optax.cosine_decay_schedule(RATE, steps))
        svi = SVI(model, AutoDiagonalNormal(model), adam, loss=Batched_Trace_ELBO(num_obs=N))
        key = jax.random.PRNGKey(seed)
        return svi_run_batched(svi, key, batch_size=BATCH, num_steps=steps, x=x, y=y).losses

    return paced(fit)


def by_hand(folder: Path, seed: int) -> Measures:
    import jax
    import jax.numpy as jnp
    import optax

    x, y = (jnp.asarray(v) for v in simulate())
    size = P + 1

    def loss(params: Any, key: Any, x: Any, y: Any) -> Any:
        loc, log_scale = params
        z = loc + jnp.exp(log_scale) * jax.random.normal(key, (size,))
        scale, coef = jnp.exp(z[0]), z[1:]
        prior = z[0] - 0.5 * scale**2 - 0.5 * jnp.sum((coef / scale) ** 2) - P * z[0]
        eta = x @ coef
        likelihood = N / BATCH * jnp.sum(y * eta - jax.nn.softplus(eta))
        return -(prior + likelihood + jnp.sum(log_scale))

    def fit(steps: int) -> Any:
        adam = optax.adam(optax.cosine_decay_schedule(RATE, steps))
        params = (jnp.zeros(size), jnp.full(size, -2.0))

        @jax.jit
        def run(params: Any, keys: Any, x: Any, y: Any) -> Any:
            def step(carry: Any, at: Any) -> Any:
                params, moments = carry
                i, key = at
                first = i % (N // BATCH) * BATCH
                batch = [jax.lax.dynamic_slice_in_dim(v, first, BATCH) for v in (x, y)]
                value, slope = jax.value_and_grad(loss)(params, key, *batch)
                change, moments = adam.update(slope, moments)
                return (optax.apply_updates(params, change), moments), value

            start = (params, adam.init(params))
            return jax.lax.scan(step, start, (jnp.arange(steps), keys))[1]

        return run(params, jax.random.split(jax.random.PRNGKey(seed), steps), x, y)

    return paced(fit)


PROBLEMS = (
    Problem(
        name="svi",
        title="Minibatch SVI, logistic, n = 1e6, p = 50, batch 1,024",
        measure="steps/s",
        unit="steps a second",
        shown=("steps/s with compilation", "loss a row", "cpu"),
        engines=(
            Engine("bgen", by_bgen),
            Engine("blayers", by_blayers, needs=("blayers",)),
            Engine("scan by hand", by_hand),
        ),
    ),
)
