"""Rows of a joint t response are independent: each has a scale of its own."""

from __future__ import annotations

from types import ModuleType

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import numpyro.distributions as dist
import pytest

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


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("df", [1e-3, 0.7, 30.0, 2e4, 1e9, 1e15, 1e40])
def test_digits_at_any_degrees_of_freedom(runtime: ModuleType, size: int, df: float) -> None:
    root = np.tril(np.full((size, size), 0.3)) + np.eye(size)
    y = np.linspace(-2, 3, 3 * size).reshape(3, size)
    with jax.enable_x64(True):
        ours = runtime.JointStudentT(df, jnp.zeros((3, size)), jnp.asarray(root)).log_prob(y)
    with mpmath.workdps(80):
        d, k = mpmath.mpf(df), mpmath.mpf(size)
        constant = mpmath.loggamma((d + k) / 2) - mpmath.loggamma(d / 2)
        constant -= k / 2 * mpmath.log(d * mpmath.pi) + mpmath.log(np.diag(root).prod())
        squares = np.sum(np.linalg.solve(root, y.T) ** 2, axis=0)
        exact = [constant - (d + k) / 2 * mpmath.log1p(mpmath.mpf(s) / d) for s in squares]
    np.testing.assert_allclose(ours, [float(e) for e in exact], rtol=1e-12, atol=1e-12)


def test_roots_by_row(runtime: ModuleType) -> None:
    roots, loc = jnp.stack([ROOT, 2 * ROOT, 3 * ROOT]), jnp.zeros((3, 2))
    df, y = jnp.array([2.0, 3.0, 4.0]), jnp.array([[0.3, 1.0], [4.0, 0.0], [1.0, 1.0]])
    ours = runtime.JointStudentT(df, loc, roots).log_prob(y)
    np.testing.assert_allclose(
        ours, dist.MultivariateStudentT(df, loc, roots).log_prob(y), rtol=1e-6
    )
