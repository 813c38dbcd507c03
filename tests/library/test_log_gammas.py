"""Log gammas of a count and an unknown, against exact ones: of concentrations of any size."""

from __future__ import annotations

from types import ModuleType

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

COUNTS = [0.0, 1.0, 2.0, 7.0, 100.0, 12345.0, 1e6]
SIZES = [*10.0 ** np.arange(-16, 9), 5e-17, 3e-8, 0.5, 2.0, 7.9, 8.1, 9.0, 20.0]


@pytest.mark.parametrize(("precision", "digits"), [("float64", 1e-14), ("float32", 3e-6)])
def test_values_and_gradients(runtime: ModuleType, precision: str, digits: float) -> None:
    kind = np.dtype(precision).type
    k, c = (x.ravel() for x in np.meshgrid(np.array(COUNTS, kind), np.array(SIZES, kind)))
    with jax.enable_x64(precision == "float64"):
        ratio = runtime.log_gamma_ratio
        values = np.asarray(jax.jit(ratio)(jnp.asarray(k), jnp.asarray(c)), float)
        slopes = np.asarray(jax.vmap(jax.grad(ratio, 1))(jnp.asarray(k), jnp.asarray(c)), float)
    with mpmath.workdps(60):
        pairs = [(mpmath.mpf(float(n)), mpmath.mpf(float(x))) for n, x in zip(k, c, strict=True)]
        exact = [float(mpmath.loggamma(n + x) - mpmath.loggamma(x)) for n, x in pairs]
        exact_slopes = [float(mpmath.digamma(n + x) - mpmath.digamma(x)) for n, x in pairs]
    np.testing.assert_allclose(values, exact, rtol=digits, atol=digits)
    np.testing.assert_allclose(slopes, exact_slopes, rtol=10 * digits, atol=10 * digits)
