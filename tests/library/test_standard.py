"""A site sampled through standard normals has the distribution that the model says."""

from __future__ import annotations

from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.handlers import reparam, seed, substitute, trace

ROOT = jnp.array([[2.0, 0.0], [0.6, 0.5]])


def model(runtime: ModuleType) -> None:
    effects = dist.MultivariateNormal(jnp.array([1.0, -1.0]), scale_tril=ROOT)
    numpyro.sample("effects", effects.expand([3]).to_event(1))
    numpyro.sample("series", runtime.AR1(0.5, 2.0, 4))


def test_sites_are_functions_of_standard_normals(runtime: ModuleType) -> None:
    config = {name: runtime.StandardReparam() for name in ("effects", "series")}
    z = {
        "effects_standard": jax.random.normal(jax.random.PRNGKey(1), (3, 2)),
        "series_standard": jnp.arange(4.0),
    }
    run = substitute(seed(reparam(model, config=config), 0), data=z)
    found = trace(run).get_trace(runtime)
    assert {k for k, s in found.items() if s["type"] == "sample"} == set(z)
    for name, values in z.items():
        fn = found[name]["fn"]
        assert fn.batch_shape == () and fn.event_shape == values.shape
        np.testing.assert_allclose(fn.log_prob(values), dist.Normal().log_prob(values).sum())
    wanted = jnp.array([1.0, -1.0]) + z["effects_standard"] @ ROOT.T
    np.testing.assert_allclose(found["effects"]["value"], wanted)
    series = runtime.AR1(0.5, 2.0, 4).from_standard(z["series_standard"])
    np.testing.assert_array_equal(found["series"]["value"], series)
