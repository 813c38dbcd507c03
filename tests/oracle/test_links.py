"""Each link's density has mass one, and its tails are the integrals of its density."""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp  # type: ignore[import-untyped]
import numpy as np
import pytest
from scipy.integrate import quad  # type: ignore[import-untyped]

from .conditional import Conditional
from .data import BadProgram, Floats
from .links import CUTPOINTS, LINKS
from .links.classes import categorical, multinomial
from .links.joint import multivariate_gaussian, multivariate_student_t
from .special import log_stdtr

# Link, its parameters, where its responses live, predictors, other link functions.
CONTINUOUS: list[tuple[str, list[float], tuple[float, float], list[float]]] = [
    ("gaussian", [1.3], (-np.inf, np.inf), [-1.0, 2.0]),
    ("laplace", [0.7], (-np.inf, np.inf), [-1.0, 2.0]),
    ("student_t", [3.0, 0.7], (-np.inf, np.inf), [-1.0, 2.0]),
    ("asymmetric_laplace", [0.2, 0.7], (-np.inf, np.inf), [-1.0, 2.0]),
    ("skew_normal", [0.7, 3.0], (-np.inf, np.inf), [-1.0, 2.0]),
    ("skew_normal", [1.5, -0.8], (-np.inf, np.inf), [0.3]),
    ("exgaussian", [0.7, 2.0], (-np.inf, np.inf), [-1.0, 2.0]),
    ("exgaussian", [1.4, 0.3], (-np.inf, np.inf), [0.5]),
    ("von_mises", [2.5], (-np.pi, np.pi), [-1.0, 2.9, 11.0]),
    ("lognormal", [0.7], (0.0, np.inf), [-1.0, 1.0]),
    ("shifted_lognormal", [0.7, 0.5], (0.5, np.inf), [-1.0, 1.0]),
    ("gamma", [0.7], (0.0, np.inf), [-1.0, 1.0]),
    ("gamma", [4.0], (0.0, np.inf), [1.0]),
    ("exponential", [], (0.0, np.inf), [-1.0, 1.0]),
    ("weibull", [0.8], (0.0, np.inf), [-1.0, 1.0]),
    ("weibull", [2.5], (0.0, np.inf), [1.0]),
    ("inverse_gaussian", [0.7], (0.0, np.inf), [-1.0, 1.0]),
    ("inverse_gaussian", [9.0], (0.0, np.inf), [0.2]),
    ("beta", [3.0], (0.0, 1.0), [-1.0, 1.5]),
]
DISCRETE: list[tuple[str, list[float], int, list[float]]] = [
    ("bernoulli", [], 1, [-2.0, 0.4]),
    ("logit", [], 1, [-2.0, 0.4]),
    ("binomial", [9.0], 9, [-2.0, 0.4]),
    ("beta_binomial", [9.0, 2.5], 9, [-2.0, 0.4]),
    ("poisson", [], 120, [-2.0, 2.5]),
    ("negative_binomial", [1.7], 900, [-2.0, 2.5]),
    ("geometric", [], 900, [-2.0, 2.0]),
]
ORDINAL = ["cumulative", "sratio", "cratio", "acat"]


def conditional(
    name: str, eta: float, parameters: list[float], function: str | None = None
) -> Conditional:
    link = LINKS[name]
    values = [np.array([p]) for p in parameters]
    return link.conditional(np.array([eta]), function or link.default, *values)


def one(values: Floats) -> float:
    return float(np.asarray(values).reshape(()))


def integral(c: Conditional, low: float, high: float, near: float) -> float:
    cuts = [low, *(near + s for s in (-3, -1, -0.3, 0, 0.3, 1, 3)), high]
    inside = sorted({float(np.clip(cut, low, high)) for cut in cuts})
    pieces = [
        quad(lambda y: np.exp(one(c.log_prob(np.array([y])))), a, b, limit=200)[0]
        for a, b in pairwise(inside)
    ]
    return float(sum(pieces))


@pytest.mark.parametrize("name, parameters, ends, etas", CONTINUOUS)
def test_continuous(
    name: str, parameters: list[float], ends: tuple[float, float], etas: list[float]
) -> None:
    for eta in etas:
        with np.errstate(all="ignore"):
            c = conditional(name, eta, parameters)
            near = eta if np.isinf(ends[0]) else float(np.exp(eta))
            assert integral(c, *ends, near) == pytest.approx(1.0, abs=1e-7)
            for place in (0.15, 0.5, 0.9):
                y = (
                    near + (4.0 * place - 2.0)
                    if np.isinf(ends[0])
                    else 2.0 * near * place + ends[0]
                )
                y = ends[0] + place * (ends[1] - ends[0]) if np.isfinite(ends[1]) else y
                below, above = (np.exp(one(f(np.array([y])))) for f in (c.below, c.above))
                assert below == pytest.approx(integral(c, ends[0], y, near), rel=1e-6, abs=1e-9)
                assert below + above == pytest.approx(1.0, abs=1e-12)
            low, high = np.array([near - 0.3]), np.array([near + 0.1])
            if np.isfinite(ends[1]):
                low, high = np.array([0.3 * ends[1]]), np.array([0.4 * ends[1]])
            between = np.exp(one(c.between(low, high)))
            assert between == pytest.approx(
                integral(c, max(low[0], ends[0]), high[0], near), rel=1e-6
            )


@pytest.mark.parametrize("name, parameters, last, etas", DISCRETE)
def test_discrete(name: str, parameters: list[float], last: int, etas: list[float]) -> None:
    k = np.arange(last + 1.0)
    for eta in etas:
        with np.errstate(all="ignore"):
            c = conditional(name, eta, parameters)
            p = np.exp(c.log_prob(k))
            below, above = np.exp(c.below(k)), np.exp(c.above(k))
            assert p.sum() == pytest.approx(1.0, abs=1e-9)
            np.testing.assert_allclose(below, np.cumsum(p), rtol=1e-9)
            np.testing.assert_allclose(below + above, 1.0, rtol=1e-12)
            assert one(c.below(np.array([-1.0]))) == -np.inf
            assert one(c.above(np.array([-1.0]))) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("function", ["logit", "probit", "cloglog"])
@pytest.mark.parametrize("name", ORDINAL)
def test_ordinal(name: str, function: str) -> None:
    """The definitions of section 4, in probabilities."""
    if name == "acat" and function != "logit":
        with pytest.raises(BadProgram):
            LINKS[name].conditional(np.array([0.0]), function, np.array([[0.0]]))
        return
    cuts = np.array([[-1.0, 0.2, 0.9]])
    if name != "cumulative":
        cuts = cuts[:, [1, 0, 2]]  # any order
    k = np.arange(4.0)
    for eta in (-3.0, 0.1, 2.0):
        c = LINKS[name].conditional(np.array([eta]), function, cuts)
        p = np.exp(c.log_prob(k))
        assert p.sum() == pytest.approx(1.0, abs=1e-12)
        np.testing.assert_allclose(np.exp(c.below(k)), np.cumsum(p), rtol=1e-12)
        tail = np.cumsum(p[::-1])[::-1]  # P(Y >= k)
        inverse = {
            "logit": lambda z: 1.0 / (1.0 + np.exp(-z)),
            "probit": lambda z: np.array([float(mp.ncdf(v)) for v in z]),
            "cloglog": lambda z: 1.0 - np.exp(-np.exp(z)),
        }[function]
        match name:
            case "cumulative":
                left, right = np.cumsum(p)[:-1], inverse(cuts[0] - eta)
            case "sratio":
                left, right = (p / tail)[:-1], inverse(cuts[0] - eta)
            case "cratio":
                left, right = tail[1:] / tail[:-1], inverse(eta - cuts[0])
            case _:
                left, right = np.log(p[1:] / p[:-1]), eta - cuts[0]
        np.testing.assert_allclose(left, right, rtol=1e-10)


def test_every_link_is_here() -> None:
    known = {name for name, *_ in CONTINUOUS} | {name for name, *_ in DISCRETE} | set(ORDINAL)
    assert known == set(LINKS)
    assert [n for n, link in LINKS.items() if CUTPOINTS in link.parameters.values()] == [
        "cumulative"
    ]


@pytest.mark.parametrize("function", ["log", "identity", "sqrt", "softplus", "inverse"])
def test_other_links_of_a_mean(function: str) -> None:
    """The first argument is on the link scale: the mean is its inverse."""
    eta = 1.7
    mean = {
        "log": np.exp(eta),
        "identity": eta,
        "sqrt": eta**2,
        "softplus": np.log1p(np.exp(eta)),
        "inverse": 1.0 / eta,
    }[function]
    k = np.arange(400.0)
    for name, parameters in (("poisson", []), ("negative_binomial", [3.0]), ("geometric", [])):
        p = np.exp(conditional(name, eta, parameters, function).log_prob(k))
        assert (k * p).sum() == pytest.approx(mean, rel=1e-9)
    for name, parameters in (
        ("gamma", [2.0]),
        ("exponential", []),
        ("weibull", [1.5]),
        ("inverse_gaussian", [2.0]),
    ):
        c = conditional(name, eta, parameters, function)

        def weigh(y: float, c: Conditional = c) -> float:
            return y * float(np.exp(one(c.log_prob(np.array([y])))))

        total = quad(weigh, 0.0, mean)[0] + quad(weigh, mean, np.inf)[0]
        assert total == pytest.approx(mean, rel=1e-7)


# --- far tails, against 40 digits ---------------------------------------------------------------


def tail(name: str, parameters: list[float], eta: float, y: float, side: str) -> float:
    c = conditional(name, eta, parameters)
    with np.errstate(all="ignore"):
        return one((c.below if side == "below" else c.above)(np.array([y])))


def skew_below(z: float, alpha: float) -> mp.mpf:
    f = lambda t: 2 * mp.npdf(t) * mp.ncdf(alpha * t)  # noqa: E731
    return mp.quad(f, [z - s for s in (20, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0)])


def exgaussian_below(z: float, ratio: float) -> mp.mpf:
    r = mp.mpf(ratio)
    return mp.ncdf(z) - mp.exp(r * r / 2 - r * z) * mp.ncdf(z - r)


def inverse_gaussian_above(y: float, mean: float, shape: float) -> mp.mpf:
    root = mp.sqrt(mp.mpf(shape) / y)
    a, b = root * (mp.mpf(y) / mean - 1), root * (mp.mpf(y) / mean + 1)
    return mp.ncdf(-a) - mp.exp(2 * mp.mpf(shape) / mean) * mp.ncdf(-b)


TAILS = [
    ("gaussian", [2.0], 50.0, -30.0, "below", lambda: mp.ncdf(-40)),
    ("lognormal", [0.5], -50.0, 1.0, "above", lambda: mp.ncdf(-100)),
    ("laplace", [0.5], 50.0, 0.0, "below", lambda: mp.exp(-100) / 2),
    ("skew_normal", [1.0, 3.0], 0.0, -15.0, "below", lambda: skew_below(-15.0, 3.0)),
    ("skew_normal", [1.0, 3.0], 0.0, 20.0, "above", lambda: 2 * mp.ncdf(-20)),
    ("exgaussian", [1.0, 2.0], 40.0, 0.0, "below", lambda: exgaussian_below(-40.0, 0.5)),
    ("exgaussian", [1.0, 0.01], 40.0, 0.0, "below", lambda: exgaussian_below(-40.0, 100.0)),
    ("inverse_gaussian", [4.0], 0.0, 60.0, "above", lambda: inverse_gaussian_above(60, 1, 4)),
    ("gamma", [2.5], -7.0, 3.0, "above", lambda: upper(2.5, 7.5 * mp.exp(7))),
    ("gamma", [2.5], 50.0, 3.0, "below", lambda: lower(2.5, 7.5 * mp.exp(-50))),
    ("gamma", [400.0], 6.0, 1.0, "below", lambda: lower(400, 400 * mp.exp(-6))),
    ("weibull", [2.0], -3.0, 5.0, "above", lambda: mp.exp(-((5 * mp.exp(3) * mp.gamma(1.5)) ** 2))),
    ("exponential", [], 50.0, 1.0, "below", lambda: -mp.expm1(-mp.exp(-50))),
    ("poisson", [], 8.0, 3.0, "below", lambda: upper(4, mp.exp(8))),
    ("poisson", [], -40.0, 12.0, "above", lambda: lower(13, mp.exp(-40))),
    ("negative_binomial", [0.5], -40.0, 12.0, "above", lambda: nb_above(12, 0.5, -40)),
    ("negative_binomial", [300.0], 50.0, 12.0, "below", lambda: nb_below(12, 300, 50)),
    ("geometric", [], -50.0, 30.0, "above", lambda: (1 / (1 + mp.exp(50))) ** 31),
    ("beta", [30.0], 4.0, 1e-9, "below", lambda: beta_below(1e-9, 30, 4)),
    ("beta", [30.0], -4.0, 0.9999, "above", lambda: beta_below(1 - mp.mpf(0.9999), 30, 4)),
    ("beta", [2.0], -50.0, 0.5, "above", lambda: beta_above(0.5, 2, -50)),
    ("beta", [1000.0], 1.4, 0.2, "below", lambda: beta_below(0.2, 1000, 1.4)),
    (
        "beta",
        [3.0],
        1000.0,
        0.5,
        "below",
        lambda: mp.betainc(3, 3 * mp.exp(-1000), 0, 0.5) / mp.beta(3, 3 * mp.exp(-1000)),
    ),
    ("beta", [3.0], 1000.0, 0.5, "above", lambda: mp.mpf(1)),
]


def upper(a: float, x: mp.mpf) -> mp.mpf:
    return mp.gammainc(a, x, mp.inf, regularized=True)


def lower(a: float, x: mp.mpf) -> mp.mpf:
    return mp.gammainc(a, 0, x, regularized=True)


def nb_above(k: int, r: float, eta: float) -> mp.mpf:
    p = mp.exp(eta) / (mp.exp(eta) + r)
    return mp.betainc(k + 1, r, 0, p, regularized=True)


def nb_below(k: int, r: float, eta: float) -> mp.mpf:
    return mp.betainc(r, k + 1, 0, r / (mp.exp(eta) + r), regularized=True)


def beta_below(y: float, precision: float, eta: float) -> mp.mpf:
    p = 1 / (1 + mp.exp(-eta))
    return mp.betainc(p * precision, (1 - p) * precision, 0, y, regularized=True)


def beta_above(y: float, precision: float, eta: float) -> mp.mpf:
    p = 1 / (1 + mp.exp(-eta))
    return mp.betainc((1 - p) * precision, p * precision, 0, 1 - mp.mpf(y), regularized=True)


@pytest.mark.parametrize("name, parameters, eta, y, side, exact", TAILS)
def test_far_tails(
    name: str, parameters: list[float], eta: float, y: float, side: str, exact: object
) -> None:
    with mp.workdps(400 if "gaussian" in name else 60):
        expected = float(mp.log(exact()))  # type: ignore[operator]
    assert tail(name, parameters, eta, y, side) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("df", [0.5, 4.0, 60.0, 1e3])
@pytest.mark.parametrize("t", [-1e9, -80.0, -7.0, -0.4, 0.0, 2.0, 30.0])
def test_students_cdf(df: float, t: float) -> None:
    with mp.workdps(60):
        x = mp.mpf(df) / (mp.mpf(df) + mp.mpf(t) ** 2)
        half = mp.betainc(mp.mpf(df) / 2, 0.5, 0, x, regularized=True) / 2
        expected = float(mp.log(half if t < 0 else 1 - half))
    with np.errstate(all="ignore"):
        ours = one(log_stdtr(np.array([df]), np.array([t])))
    assert ours == pytest.approx(expected, rel=1e-9, abs=1e-15)


# --- classes and joint responses ----------------------------------------------------------------


def test_categorical() -> None:
    eta = np.array([[0.3, -1.0], [60.0, 2.0]])
    y = np.arange(3.0)[:, None]
    with_reference = np.exp(categorical(eta, 3, True).log_prob(y))
    np.testing.assert_allclose(with_reference.sum(axis=0), 1.0, rtol=1e-12)
    np.testing.assert_allclose(with_reference[1:] / with_reference[0], np.exp(eta.T), rtol=1e-12)
    wide = np.column_stack([[0.0, 0.0], eta])
    without = np.exp(categorical(wide, 3, False).log_prob(y))
    np.testing.assert_allclose(with_reference, without, rtol=1e-12)
    two = np.exp(categorical(np.array([0.4]), 2, True).log_prob(np.array([1.0])))
    assert one(two) == pytest.approx(1.0 / (1.0 + np.exp(-0.4)))


def test_multinomial_sums_to_one() -> None:
    eta, n = np.array([[0.3, -1.0]]), 5
    outcomes = [[a, b, n - a - b] for a in range(n + 1) for b in range(n + 1 - a)]
    c = multinomial(eta, np.array([float(n)]), True)
    total = sum(np.exp(one(c.log_prob(np.array([o], dtype=float)))) for o in outcomes)
    assert total == pytest.approx(1.0, abs=1e-12)
    with pytest.raises(BadProgram):
        c.log_prob(np.array([[1.0, 1.0, 1.0]]))


def test_joint_responses_integrate_to_one() -> None:
    factor = np.array([[0.8, 0.0], [0.5, 1.1]])
    grid = np.linspace(-60.0, 60.0, 1201)
    y = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    mean = np.array([[0.5, -1.0]])
    cell = (grid[1] - grid[0]) ** 2
    gaussian = np.exp(multivariate_gaussian(mean, factor).log_prob(y)).sum() * cell
    assert gaussian == pytest.approx(1.0, abs=1e-9)
    student = np.exp(multivariate_student_t(mean, factor, np.array([4.0])).log_prob(y)).sum()
    assert student * cell == pytest.approx(1.0, abs=1e-4)
    # Its first response alone is a Student t.
    near = y[:, 0] == grid[np.argmin(np.abs(grid - 1.0))]
    line = np.exp(multivariate_student_t(mean, factor, np.array([4.0])).log_prob(y[near])).sum()
    marginal = conditional("student_t", 0.5, [4.0, 0.8]).log_prob(np.array([1.0]))
    assert line * (grid[1] - grid[0]) == pytest.approx(np.exp(one(marginal)), rel=1e-3)
