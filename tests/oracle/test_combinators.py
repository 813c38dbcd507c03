"""Combinators: total mass one over what can happen, whatever stands inside whatever."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]
from scipy.integrate import quad  # type: ignore[import-untyped]

from . import combinators as c
from .conditional import Conditional
from .data import BadProgram, Floats
from .test_links import conditional, one

K = np.arange(1500.0)
GATE, REST = np.log(np.array([0.3])), np.log(np.array([0.7]))
LOW, HIGH = np.array([2.0]), np.array([7.0])
HALF = np.log(np.array([0.5]))


def poisson(eta: float = 1.0) -> Conditional:
    return conditional("poisson", eta, [])


def counting() -> Conditional:
    return conditional("negative_binomial", 0.7, [2.0])


# All the ways to put one or two of them around a count.
DISCRETE: dict[str, Callable[[], Conditional]] = {
    "zero inflated": lambda: c.zero_inflated(counting(), GATE, REST),
    "hurdle": lambda: c.hurdle(counting(), GATE, REST),
    "truncated": lambda: c.truncated(poisson(), LOW, HIGH),
    "truncated below": lambda: c.truncated(counting(), LOW, None),
    "truncated above": lambda: c.truncated(counting(), None, HIGH),
    "mixture": lambda: c.mixture([poisson(), counting()], [GATE, REST]),
    "truncated zero inflated": lambda: c.truncated(
        c.zero_inflated(poisson(), GATE, REST), None, HIGH
    ),
    "zero inflated truncated": lambda: c.zero_inflated(
        c.truncated(poisson(), None, HIGH), GATE, REST
    ),
    "hurdle truncated": lambda: c.hurdle(c.truncated(poisson(), None, HIGH), GATE, REST),
    "truncated hurdle": lambda: c.truncated(c.hurdle(counting(), GATE, REST), None, HIGH),
    "mixture in zeros": lambda: c.zero_inflated(
        c.mixture([poisson(), counting()], [HALF, HALF]), GATE, REST
    ),
    "zeros in mixture": lambda: c.mixture(
        [c.zero_inflated(poisson(), GATE, REST), c.hurdle(counting(), GATE, REST)], [HALF, HALF]
    ),
    "truncated mixture": lambda: c.truncated(
        c.mixture([poisson(), counting()], [HALF, HALF]), LOW, HIGH
    ),
    "truncated twice": lambda: c.truncated(c.truncated(counting(), LOW, None), None, HIGH),
    "inflated binomial": lambda: c.zero_inflated(conditional("binomial", 0.4, [9.0]), GATE, REST),
}


def probabilities(link: Conditional) -> Floats:
    with np.errstate(all="ignore"):
        p = np.exp(link.log_prob(K))
        return np.where(np.isnan(p), 0.0, p)  # beyond the trials of a binomial


@pytest.mark.parametrize("name", DISCRETE)
def test_mass_and_tails(name: str) -> None:
    link = DISCRETE[name]()
    with np.errstate(all="ignore"):
        # Densities are of responses that can be: what the bounds exclude is no data.
        p = np.where((first(name) <= K) & (last(name) >= K), probabilities(link), 0.0)
        assert p.sum() == pytest.approx(1.0, abs=1e-9)
        below, above = np.exp(link.below(K)), np.exp(link.above(K))
        np.testing.assert_allclose(below, np.cumsum(p), rtol=1e-8)
        np.testing.assert_allclose(below + above, 1.0, rtol=1e-10)


def first(name: str) -> float:
    low = {"truncated", "truncated below", "truncated mixture", "truncated twice"}
    return 2.0 if name in low else 0.0


def last(name: str) -> float:
    if "binomial" in name:
        return 9.0
    return 7.0 if "truncated" in name and name != "truncated below" else float(K[-1])


@pytest.mark.parametrize("name", DISCRETE)
def test_censoring_is_a_partition(name: str) -> None:
    """Below, at or above a count: the three add up to one, also from inside other combinators."""
    link, k = DISCRETE[name](), np.array([4.0])
    yes, no = np.array([1.0]), np.array([0.0])
    parts = [
        c.censored(link, None, yes, None).log_prob(k),  # Y > 4
        c.censored(link, yes, None, None).log_prob(k - 1.0),  # Y <= 3
        c.censored(link, no, no, None).log_prob(k),
    ]
    assert sum(np.exp(one(p)) for p in parts) == pytest.approx(1.0, abs=1e-10)
    interval = np.exp(one(c.censored(link, None, None, k + 2.0).log_prob(k)))
    assert interval == pytest.approx(sum(probabilities(link)[5:7]), rel=1e-9)
    # A flag goes before the interval, and one that ends where it begins was seen exactly.
    assert c.censored(link, yes, None, k + 2.0).log_prob(k) == link.below(k)
    assert c.censored(link, no, None, k).log_prob(k) == link.log_prob(k)


def test_gates() -> None:
    """gate = P(structural zero) of the one, P(Y = 0) of the other."""
    zero = np.array([0.0])
    p0 = np.exp(-np.exp(1.0))
    inflated = np.exp(one(c.zero_inflated(poisson(), GATE, REST).log_prob(zero)))
    assert inflated == pytest.approx(0.3 + 0.7 * p0)
    assert np.exp(one(c.hurdle(poisson(), GATE, REST).log_prob(zero))) == pytest.approx(0.3)
    two = np.exp(one(c.hurdle(poisson(), GATE, REST).log_prob(np.array([2.0]))))
    assert two == pytest.approx(0.7 * stats.poisson.pmf(2, np.exp(1.0)) / (1.0 - p0))


@pytest.mark.parametrize("make", [c.hurdle, c.zero_inflated])
@pytest.mark.parametrize(
    "name, parameters", [("lognormal", [0.8]), ("gamma", [2.0]), ("beta", [3.0])]
)
def test_a_point_mass_beside_a_density(
    make: Callable[..., Conditional], name: str, parameters: list[float]
) -> None:
    link = make(conditional(name, 0.3, parameters), GATE, REST)
    with np.errstate(all="ignore"):
        assert np.exp(one(link.log_prob(np.array([0.0])))) == pytest.approx(0.3)
        top = 1.0 if name == "beta" else np.inf
        rest = quad(lambda y: np.exp(one(link.log_prob(np.array([y])))), 0.0, top)[0]
        assert rest == pytest.approx(0.7, abs=1e-8)
        at = np.array([0.4])
        assert np.exp(one(link.below(at))) + np.exp(one(link.above(at))) == pytest.approx(1.0)
        mass = 0.3 + quad(lambda y: np.exp(one(link.log_prob(np.array([y])))), 0.0, 0.4)[0]
        assert np.exp(one(link.below(at))) == pytest.approx(mass, rel=1e-8)


def test_truncated_density() -> None:
    base = conditional("gaussian", 0.0, [1.0])
    link = c.truncated(base, np.array([30.0]), None)
    # The hazard of a standard normal is about x + 1 / x out there.
    assert np.exp(one(link.log_prob(np.array([30.0])))) == pytest.approx(30.0333, abs=1e-3)
    link = c.truncated(
        c.mixture([base, conditional("laplace", 1.0, [2.0])], [GATE, REST]), LOW, HIGH
    )
    total = quad(lambda y: np.exp(one(link.log_prob(np.array([y])))), 2.0, 7.0)[0]
    assert total == pytest.approx(1.0, abs=1e-9)
    assert np.exp(one(link.below(np.array([7.0])))) == pytest.approx(1.0)
    assert one(link.above(np.array([7.0]))) == -np.inf


def test_weights_are_powers_inside_and_outside() -> None:
    w, k = np.array([2.5]), np.array([3.0])
    yes = np.array([1.0])
    for link in (c.censored(poisson(), None, yes, None), c.truncated(poisson(), LOW, HIGH)):
        outside = c.weighted(link, w).log_prob(k)
        assert one(outside) == pytest.approx(2.5 * one(link.log_prob(k)))
    inside = c.censored(c.weighted(poisson(), w), None, yes, None).log_prob(k)
    assert one(inside) == pytest.approx(2.5 * one(poisson().above(k)))
    inside = c.truncated(c.weighted(poisson(), w), LOW, HIGH).log_prob(k)
    assert one(inside) == pytest.approx(2.5 * one(c.truncated(poisson(), LOW, HIGH).log_prob(k)))


def test_autoregression_is_a_joint_normal() -> None:
    """ARMA(1, 1) of five rows in two groups against the matrix that its recursion says."""
    y = np.array([0.3, -1.0, 2.0, 0.7, 1.1])
    mu, sigma, a, m = np.array([0.1, 0.2, 0.3, 0.4, 0.5]), np.array([0.8]), 0.6, -0.4
    order = [[3, 0, 4], [1, 2]]
    link = Conditional(lambda v: stats.norm.logpdf(v, mu, sigma), location=mu)
    ours = np.sum(c.autoregressive(link, np.array([a]), np.array([m]), order).log_prob(y))
    # A n = M u, with u independent.
    left, right = np.eye(5), np.eye(5)
    for rows in order:
        for before, after in pairwise(rows):
            left[after, before], right[after, before] = -a, m
    root = np.linalg.solve(left, right) * sigma
    theirs = stats.multivariate_normal.logpdf(y, mu, root @ root.T)
    assert ours == pytest.approx(float(theirs), rel=1e-12)
    with pytest.raises(BadProgram):
        c.autoregressive(poisson(), np.array([a]), np.zeros(0), order)
