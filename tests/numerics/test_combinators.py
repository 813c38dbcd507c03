"""Combinators as emitted: total mass, densities far in a truncated tail, and draws.

The families and their exact tails are those of `test_tails`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import jax
import jax.numpy as jnp
import mpmath as mp  # type: ignore[import-untyped]
import numpy as np
import numpyro.distributions as dist  # type: ignore[import-untyped]
import pytest
from scipy.integrate import quad  # type: ignore[import-untyped]
from scipy.stats import kstest  # type: ignore[import-untyped]

from .test_tails import FAMILIES, LIBRARY, Family, exact

lib = LIBRARY
COUNTS: dict[str, Callable[[], Any]] = {
    "zero inflated": lambda: lib.ZeroInflated(dist.Poisson(2.0), gate=0.25),
    "zero inflated by logits": lambda: lib.ZeroInflated(dist.Poisson(2.0), gate_logits=-1.0),
    "hurdle": lambda: lib.HurdleCounts(poisson(2.0), gate=0.25),
    "hurdle of few": lambda: lib.HurdleCounts(poisson(2.0**-20), gate=0.25),
    "hurdle of overdispersed": lambda: lib.HurdleCounts(overdispersed(), gate_logits=0.5),
    "truncated": lambda: lib.TruncatedTo(poisson(2.0), low=1, high=6),
    "truncated in the tail": lambda: lib.TruncatedTo(poisson(2.0), low=40),
    "truncated zeros": lambda: lib.TruncatedTo(lib.ZeroInflated(poisson(2.0), gate=0.25), high=4),
    "mixture": lambda: lib.Mixture(poisson(1.0), overdispersed(), first=0.25),
    "truncated mixture": lambda: lib.TruncatedTo(
        lib.Mixture(poisson(1.0), overdispersed(), weights=jnp.array([0.25, 0.75])), low=2
    ),
    "hurdle of a mixture": lambda: lib.HurdleCounts(
        lib.Mixture(poisson(1.0), overdispersed(), first=0.25), gate=0.5
    ),
}
NUMBERS: dict[str, tuple[Callable[[], Any], float, float]] = {
    "truncated": (lambda: lib.TruncatedTo(normal(0.0), low=-1.0, high=0.5), -1.0, 0.5),
    "truncated in the tail": (lambda: lib.TruncatedTo(normal(0.0), low=20.0), 20.0, 22.0),
    "truncated at the other end": (lambda: lib.TruncatedTo(normal(0.0), high=-9.0), -12.0, -9.0),
    "narrow": (lambda: lib.TruncatedTo(normal(0.0), low=1.0, high=1.0 + 1e-9), 1.0, 1.0 + 1e-9),
    "mixture": (lambda: lib.Mixture(normal(-2.0), normal(1.0), first_logits=0.5), -9.0, 9.0),
}


def poisson(rate: float) -> Any:
    return lib.PoissonTails(dist.Poisson(rate))


def overdispersed() -> Any:
    return lib.NegativeBinomialTails(dist.NegativeBinomialLogits(1.5, 0.5))


def normal(loc: float) -> Any:
    return lib.NormalTails(dist.Normal(loc, 1.0))


@pytest.fixture(autouse=True)
def in_float64() -> Any:
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("name", COUNTS)
def test_counts_have_mass_one_and_draws_that_show_it(name: str) -> None:
    made, k = COUNTS[name](), np.arange(200)
    p = np.exp(np.asarray(made.log_prob(jnp.asarray(k))))
    assert p.sum() == pytest.approx(1.0, abs=1e-9)
    if "log_tails" in dir(made.base if hasattr(made, "base") else made.parts[0]):
        cdf, survival = (np.exp(np.asarray(t)) for t in made.log_tails(jnp.asarray(k)))
        np.testing.assert_allclose(cdf, np.cumsum(p), rtol=1e-9, atol=1e-300)
        np.testing.assert_allclose(survival + cdf, 1.0, rtol=1e-9)
    draws = np.asarray(made.sample(jax.random.PRNGKey(0), (20_000,)))
    seen = np.bincount(draws, minlength=200)[:200] / len(draws)
    assert np.all(np.abs(seen - p) < 4.5 * np.sqrt(p * (1 - p) / len(draws)) + 1e-9)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_have_mass_one_and_draws_that_show_it(name: str) -> None:
    make, low, high = NUMBERS[name]
    made = make()
    mass = quad(lambda y: float(jnp.exp(made.log_prob(y))), low, high, epsabs=1e-10)[0]
    assert mass == pytest.approx(1.0, abs=1e-6)
    draws = np.asarray(made.sample(jax.random.PRNGKey(1), (5_000,)))
    assert draws.min() >= low and (name == "mixture" or draws.max() <= high)
    if name != "narrow":
        cdf = jax.jit(lambda y: jnp.exp(made.log_cdf(y)))
        assert kstest(draws, lambda y: np.asarray(cdf(jnp.asarray(y)))).pvalue > 1e-4


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.tails)
def test_far_in_a_truncated_tail(family: Family, precision: str) -> None:
    """Rows and bounds far out: the densities of both vanish, and their quotient does not."""
    cells = family.cells
    cases = [
        (p, low, high, y)
        for p, (low, y) in product(family.parameters, pairwise(cells[1:]))
        for high in (None, cells[-1])
    ]
    tolerance = {"float32": 3e-5, "float64": 1e-9}[precision]
    wrong = []
    with jax.enable_x64(precision == "float64"):
        columns = zip(*(p for p, *_ in cases), strict=True)
        base = family.base(*(jnp.asarray(c, precision) for c in columns))
        low, y = (jnp.asarray([c[i] for c in cases], precision) for i in (1, 3))
        top = jnp.full_like(y, cells[-1])
        tails = getattr(lib, family.tails)(base)
        one = np.asarray(lib.TruncatedTo(tails, low=low).log_prob(y), float)
        two = np.asarray(lib.TruncatedTo(tails, low=low, high=top).log_prob(y), float)
    with mp.workdps(100):
        for k, (parameters, a, high, value) in enumerate(cases):
            at = [mp.mpf(p) for p in parameters]
            # of counts the bound itself is in
            start = a - 1.0 if tails.support.is_discrete else a
            mass = _between(family, start, high, at)
            density = _density(family, value, at, tails.support.is_discrete)
            truth = mp.log(density / mass)
            found = (one if high is None else two)[k]
            if abs(truth) < 1e4 and abs(found - truth) > tolerance * max(1, abs(truth)):
                wrong.append(f"{parameters} {a}..{high} at {value}: {found}, {float(truth)}")
    assert not wrong, "\n".join(wrong)


def _between(family: Family, low: float, high: float | None, at: list[Any]) -> Any:
    """P(low < Y <= high), from the tails that are small."""
    lower = exact(family, low, at)
    if high is None:
        return mp.exp(lower[1])
    upper = exact(family, high, at)
    if upper[0] < upper[1]:
        return mp.exp(upper[0]) - mp.exp(lower[0])
    return mp.exp(lower[1]) - mp.exp(upper[1])


def _density(family: Family, y: float, at: list[Any], discrete: bool) -> Any:
    if discrete:
        return _between(family, y - 1.0, y, at)
    step = mp.mpf(10) ** -25 * max(1, abs(y))
    return _between(family, y - step, y + step, at) / (2 * step)
