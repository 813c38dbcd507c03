"""Chains start where they can find back: far out, steps are as small as the slopes are large."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from numpyro.infer import NUTS, init_to_median

from tests.sweeps.emitted import bind

# Half of the prior's draws of tau are below 1e-300, and effects as large as its inverse's root.
PROGRAM = """data { y: count  g: category }
tau ~ Gamma(0.001, 0.001)
b[g] ~ Normal(0, 1 / sqrt(tau))
y ~ binomial(b[g], trials = 50)
"""
ROWS = 20
TABLE = {"y": np.arange(ROWS) % 40, "g": [f"g{row}" for row in range(ROWS)]}


def test_the_prior_is_no_start_where_its_scales_are_absurd() -> None:
    with jax.enable_x64(True):
        bound = bind(PROGRAM, TABLE)
        keys = jax.random.split(jax.random.PRNGKey(0), 1)
        prior = NUTS(bound.model, init_strategy=init_to_median(num_samples=3))
        drawn = prior.init(keys[0], 10, None, (bound.data.arrays,), {}).potential_energy
        start = bound.module.over_chains(partial(bound.module.start_chain, prior, 10), 1)
        state = bound.module.start_chains(start, bound.model, keys, 10, 0.8, bound.data)
        assert not drawn < 1e6 * ROWS
        assert jnp.isfinite(state.potential_energy).all()
        assert jnp.max(state.potential_energy) < 1e6 * ROWS
