"""Rows of a joint t response are independent: each has a scale of its own."""

from __future__ import annotations

from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist

ROOT = jnp.array([[1.0, 0.0], [0.5, 0.8]])


def correlation_of_squares(t: dist.Distribution) -> float:
    drawn = np.asarray(t.sample(jax.random.PRNGKey(0), (20_000,)))[..., 0] ** 2
    ranks = np.argsort(np.argsort(drawn, axis=0), axis=0)
    return float(np.corrcoef(ranks[:, 0], ranks[:, 1])[0, 1])


def test_rows_are_independent(runtime: ModuleType) -> None:
    loc = jnp.zeros((2, 2))
    assert abs(correlation_of_squares(runtime.JointStudentT(4.0, loc, ROOT))) < 0.03
    # what it stands in for: should this fail one day, the class can go
    assert correlation_of_squares(dist.MultivariateStudentT(4.0, loc, ROOT)) > 0.1


def test_the_density_is_numpyros(runtime: ModuleType) -> None:
    loc, y = jnp.array([[1.0, 2.0], [0.0, -1.0]]), jnp.array([[0.3, 1.0], [4.0, 0.0]])
    ours = runtime.JointStudentT(3.0, loc, ROOT).log_prob(y)
    np.testing.assert_allclose(ours, dist.MultivariateStudentT(3.0, loc, ROOT).log_prob(y))
