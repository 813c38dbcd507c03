"""The series of `ar1` is a Gaussian vector with the covariance of the textbooks."""

from __future__ import annotations

from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

RHO, SCALE, SLOTS = 0.8, 0.5, 12


def covariance(rho: float, scale: float) -> np.ndarray:
    apart = abs(np.subtract.outer(np.arange(SLOTS), np.arange(SLOTS)))
    found: np.ndarray = scale**2 * rho**apart / (1 - rho**2)
    return found


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.8, 0.9999])
def test_density(runtime: ModuleType, rho: float) -> None:
    x = np.random.default_rng(1).normal(size=SLOTS)
    found = runtime.AR1(rho, SCALE, SLOTS).log_prob(jnp.asarray(x))
    wanted = stats.multivariate_normal(np.zeros(SLOTS), covariance(rho, SCALE)).logpdf(x)
    assert float(found) == pytest.approx(wanted, rel=1e-8)


def test_columns_are_independent_series(runtime: ModuleType) -> None:
    rho, scale = jnp.array([0.8, -0.3]), jnp.array([0.5, 2.0])
    x = jnp.asarray(np.random.default_rng(2).normal(size=(3, SLOTS, 2)))
    found = runtime.AR1(rho, scale, SLOTS).log_prob(x)
    single = [
        runtime.AR1(r, s, SLOTS).log_prob(x[..., k])
        for k, (r, s) in enumerate(zip(rho, scale, strict=True))
    ]
    np.testing.assert_allclose(found, single[0] + single[1], rtol=1e-12)
    assert found.shape == (3,)


def test_a_draw_is_a_linear_map_of_standard_normals(runtime: ModuleType) -> None:
    fn = runtime.AR1(RHO, SCALE, SLOTS)
    root = jax.jacobian(fn.from_standard)(jnp.zeros(SLOTS))
    np.testing.assert_allclose(root @ root.T, covariance(RHO, SCALE), rtol=1e-10, atol=1e-12)
    assert fn.sample(jax.random.PRNGKey(0), (5,)).shape == (5, SLOTS)


def test_one_slot(runtime: ModuleType) -> None:
    found = runtime.AR1(RHO, SCALE, 1).log_prob(jnp.array([0.7]))
    wanted = stats.norm.logpdf(0.7, 0, SCALE / np.sqrt(1 - RHO**2))
    assert float(found) == pytest.approx(wanted, rel=1e-12)


def test_gradient_at_the_edges(runtime: ModuleType) -> None:
    def density(rho: jax.Array, scale: jax.Array) -> jax.Array:
        fn = runtime.AR1(rho, scale, SLOTS)
        return fn.log_prob(fn.from_standard(jnp.ones(SLOTS)))

    for rho in (-0.9999, 0.9999):
        for scale in (1e-4, 1e4):
            slopes = jax.grad(density, (0, 1))(jnp.float32(rho), jnp.float32(scale))
            assert np.all(np.isfinite(slopes)), (rho, scale)


def test_scaled_beta(runtime: ModuleType) -> None:
    x = jnp.array([-0.5, 0.2, 0.95])
    found = runtime.ScaledBeta(2.0, 3.0).log_prob(x)
    np.testing.assert_allclose(found, stats.beta(2, 3, loc=-1, scale=2).logpdf(x), rtol=1e-10)
    found = runtime.ScaledBeta(2.0, 3.0, 0.0, 10.0).log_prob(x + 1)
    np.testing.assert_allclose(found, stats.beta(2, 3, scale=10).logpdf(x + 1), rtol=1e-10)
