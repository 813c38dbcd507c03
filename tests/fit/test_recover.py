"""What was integrated out is drawn back some draws at a time: memory for their rows alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from jax.custom_batching import custom_vmap

from tests.golden.cases import runtime


@pytest.mark.parametrize("number", [40, 64, 150])
def test_some_draws_at_a_time_are_the_same_draws(number: int) -> None:
    together: list[int] = []

    @custom_vmap
    def total(x: jax.Array, a: jax.Array) -> jax.Array:
        return jnp.sum(x * a)  # as many numbers as rows, at each draw

    @total.def_vmap
    def totals(size: int, batched: Any, x: jax.Array, a: jax.Array) -> Any:
        together.append(size)
        return jax.vmap(lambda a: jnp.sum(x * a))(a), True

    def recover(x: jax.Array, a: jax.Array) -> dict[str, Any]:
        return {"u": dist.Normal(total(x, a), 1.0).expand([3]).to_event(1)}

    module = runtime()
    form = module.FastForm(None, None, passes=(), recover=recover, given=("a",))
    data = module.Data({"x": jnp.arange(10.0)}, {}, 10)
    a = np.random.default_rng(0).normal(size=(2, number))
    program = SimpleNamespace(sites={"a": (), "u": ()})
    found = form.complete(program, {"a": a}, data, data, 7)["u"]
    assert found.shape == (2, number, 3) and 1 < max(together) <= 64
    keys = jax.random.split(jax.random.split(jax.random.PRNGKey(7), 2)[0], 2 * number)
    expected = jax.vmap(lambda k, a: form.draw_lacking(data, {"a": a}, k)[0]["u"])(keys, a.ravel())
    np.testing.assert_allclose(found, np.reshape(expected, found.shape), rtol=1e-14)
