"""The evaluator against values worked out by hand and by SciPy's distributions."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, gamma, log, pi

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from tests.golden.cases import GOLDEN

from . import BadProgram, Oracle, Unsupported
from .building import arrays, bound, close
from .cases import bind
from .data import read_levels
from .names import stem

Logs = Callable[[float, float, float], float]


# --- whole models -----------------------------------------------------------------------------


def test_eight_schools_by_hand() -> None:
    """Each term written out: no library between the formula and the number."""
    schools = bind(GOLDEN / "models" / "eight_schools")
    effects = [1.0, -2.0, 0.5, 0.0, 3.0, -1.0, 2.0, 0.1]
    values = arrays(
        {"theta_intercept": 4.0, "theta_school_scale": 2.0, "theta_school_effect": effects}
    )
    y = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0]
    se = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0]
    half = 0.5 * log(2.0 * pi)
    expected = {
        "theta_intercept": -0.5 * (4.0 / 5.0) ** 2 - log(5.0) - half,
        "theta_school_scale": log(2.0 / (pi * 5.0 * (1.0 + (2.0 / 5.0) ** 2))),
        "theta_school_effect": sum(-0.5 * (e / 2.0) ** 2 - log(2.0) - half for e in effects),
        "effect": sum(
            -0.5 * ((obs - 4.0 - e) / s) ** 2 - log(s) - half
            for obs, s, e in zip(y, se, effects, strict=True)
        ),
    }
    terms = schools.terms(values)
    assert list(terms) == list(expected)
    assert all(close(terms[name], expected[name]) for name in expected)
    assert close(schools.log_joint(values), sum(expected.values()))
    np.testing.assert_allclose(schools.predictor(values)["theta"], 4.0 + np.array(effects))
    assert schools.sites()["theta_school_effect"] == (8,)
    assert schools.supports()["theta_school_scale"] == "positive"


def test_poisson_with_an_offset_by_hand() -> None:
    text = "data { k: count  t: positive } eta = intercept() + offset(log(t)) k ~ poisson(eta)"
    b = bound(text, k=["0", "3"], t=["2", "5"])
    rate = [2.0 * exp(0.3), 5.0 * exp(0.3)]
    terms = b.terms(arrays({"eta_intercept": 0.3}))
    assert close(terms["k"], -rate[0] + 3.0 * log(rate[1]) - rate[1] - log(6.0))


def chance(m: float) -> float:
    return 1.0 / (1.0 + exp(-m))


# The predictor m, a second parameter s, and SciPy's word for it.
EXPECTED: dict[str, tuple[str, Logs]] = {
    "gaussian(m, sigma = s)": ("real", lambda y, m, s: stats.norm.logpdf(y, m, s)),
    "laplace(m, sigma = s)": ("real", lambda y, m, s: stats.laplace.logpdf(y, m, s)),
    "student_t(m, sigma = s)": ("real", lambda y, m, s: stats.t.logpdf(y, 4, m, s)),
    "lognormal(m, s)": ("real", lambda y, m, s: stats.lognorm.logpdf(y, s, scale=exp(m))),
    "bernoulli(m)": ("binary", lambda y, m, _: stats.bernoulli.logpmf(y, chance(m))),
    "bernoulli(m, link = probit)": (
        "binary",
        lambda y, m, _: stats.bernoulli.logpmf(y, stats.norm.cdf(m)),
    ),
    "logit(m, link = cloglog)": (
        "binary",
        lambda y, m, _: stats.bernoulli.logpmf(y, 1.0 - exp(-exp(m))),
    ),
    "binomial(m, trials = 7)": ("count", lambda y, m, _: stats.binom.logpmf(y, 7, chance(m))),
    "beta_binomial(m, trials = 7, concentration = s)": (
        "count",
        lambda y, m, s: stats.betabinom.logpmf(y, 7, chance(m) * s, chance(-m) * s),
    ),
    "poisson(m)": ("count", lambda y, m, _: stats.poisson.logpmf(y, exp(m))),
    "poisson(m, link = sqrt)": ("count", lambda y, m, _: stats.poisson.logpmf(y, m * m)),
    "negative_binomial(m, concentration = s)": (
        "count",
        lambda y, m, s: stats.nbinom.logpmf(y, s, s / (s + exp(m))),
    ),
    "geometric(m)": ("count", lambda y, m, _: stats.geom.logpmf(y + 1, chance(-m))),
    "gamma(m, shape = s)": (
        "positive",
        lambda y, m, s: stats.gamma.logpdf(y, s, scale=exp(m) / s),
    ),
    "exponential(m)": ("positive", lambda y, m, _: stats.expon.logpdf(y, scale=exp(m))),
    "weibull(m, shape = s)": (
        "positive",
        lambda y, m, s: stats.weibull_min.logpdf(y, s, scale=exp(m) / gamma(1.0 + 1.0 / s)),
    ),
    "inverse_gaussian(m, shape = s)": (
        "positive",
        lambda y, m, s: stats.invgauss.logpdf(y, exp(m) / s, scale=s),
    ),
    "beta(m, precision = s)": (
        "proportion",
        lambda y, m, s: stats.beta.logpdf(y, chance(m) * s, chance(-m) * s),
    ),
}
CELLS = {"binary": ["1", "0", "1"], "proportion": ["0.2", "0.9", "0.5"]}


@pytest.mark.parametrize("link", EXPECTED)
def test_links(link: str) -> None:
    column, expected = EXPECTED[link]
    cells = CELLS.get(column, ["1", "4", "2"])
    text = f"data {{ y: {column} }} m ~ Normal(0, 1) s ~ Exponential(1) y ~ {link}"
    terms = bound(text, y=cells).terms(arrays({"m": -0.4, "s": 1.7}))
    assert close(terms["y"], sum(expected(float(c), -0.4, 1.7) for c in cells))


# --- data -------------------------------------------------------------------------------------


def test_levels() -> None:
    assert read_levels(["10", "9", "1.0", "1"], ())[0] == (1.0, 9.0, 10.0)
    assert read_levels(["b", "B", "a", "10"], ())[0] == ("10", "B", "a", "b")
    assert read_levels([2.0, 10, "1"], ())[0] == (1.0, 2.0, 10.0)
    levels, codes = read_levels(["c", "a"], ("c", "b", "a"))
    assert levels == ("c", "b", "a") and codes.tolist() == [0, 2]
    assert read_levels(["NA", "b"], ("b", "NA"))[1].tolist() == [1, 0]
    with pytest.raises(BadProgram):
        read_levels(["a", ""], ())
    with pytest.raises(BadProgram):
        read_levels(["a", "z"], ("a", "b"))


def test_means_of_a_group_column_are_over_levels() -> None:
    text = """data { y: real  u: real by g  g: category }
    mu = linear(center(u)) + linear(u / sd(u)) y ~ gaussian(mu)"""
    with pytest.raises(BadProgram):  # both would be `mu_u_coef`
        bound(text, y=[0, 0, 0], u=[1, 1, 5], g=["a", "a", "b"])
    text = """data { y: real  u: real by g  g: category }
    z = u - mean(u) mu = linear(z) y ~ gaussian(mu)"""
    b = bound(text, y=[0, 0, 0], u=[1, 1, 5], g=["a", "a", "b"])
    mu = b.predictor(arrays({"mu_coef": [1.0], "y_sigma": 1.0}))["mu"]
    assert mu.tolist() == [-2.0, -2.0, 2.0]
    with pytest.raises(BadProgram):
        bound(text, y=[0, 0, 0], u=[1, 2, 5], g=["a", "a", "b"])


def test_sd_is_of_n_minus_one() -> None:
    text = "data { y: real  x: real } s ~ Normal(0, sd(x)) y ~ gaussian(s + linear(standardize(x)))"
    b = bound(text, y=[1, 2, 3], x=[1, 2, 4])
    values = arrays({"s": 0.7, "y_x_coef": [1.0], "y_sigma": 1.0})
    sd = np.std([1, 2, 4], ddof=1)
    assert close(b.terms(values)["s"], stats.norm.logpdf(0.7, 0, sd))
    resid = [y - 0.7 - (x - 7 / 3) / sd for y, x in ((1, 1), (2, 2), (3, 4))]
    assert close(b.terms(values)["y"], sum(stats.norm.logpdf(resid)))


def test_patterns_take_the_files_order_and_leave_out_what_is_declared() -> None:
    text = """data { y: real  g: real["g_*"]  one: real["g_2"]  m: real[x, "a.b"] }
    mu = linear(g) + linear(one) + linear(m) y ~ gaussian(mu)"""
    b = Oracle(text).bind(
        {"g_9": [1.0], "y": [0.0], "g_2": [10.0], "g_1": [100.0], "a.b": [7.0], "x": [5.0]}
    )
    assert b.sites()["mu_g_coef"] == (2,) and b.sites()["mu_one_coef"] == (1,)
    values = arrays({"mu_g_coef": [1, 2], "mu_one_coef": [1], "mu_m_coef": [1, 10], "y_sigma": 1.0})
    assert b.predictor(values)["mu"].tolist() == [1.0 + 200.0 + 10.0 + 5.0 + 70.0]


# --- parameters -------------------------------------------------------------------------------


def test_crossed_and_combined_indices() -> None:
    text = """data { y: real  p: category  q: category }
    t[q, p] ~ Normal(0, 1) s[p:q] ~ Normal(0, 1) e[row] ~ Normal(0, 1)
    mu = t[q, p] + s[p:q] + e[row] y ~ gaussian(mu)"""
    b = bound(text, y=[0] * 3, p=["b", "a", "b"], q=["v", "u", "v"])
    assert b.sites() == {"t": (2, 2), "s": (2,), "e": (3,), "y_sigma": ()}
    values = {"t": [[1, 2], [3, 4]], "s": [10, 20], "e": [100, 200, 300], "y_sigma": 1}
    assert b.predictor(arrays(values))["mu"].tolist() == [124.0, 211.0, 324.0]


def test_derived_indexed_parameters_and_predictors_of_a_group() -> None:
    text = """data { y: real  u: real by g  g: category } a ~ Normal(0, 1)
    m = a * u t[g] ~ Normal(m, 1) d[g] = exp(t[g]) + a y ~ gaussian(d[g])"""
    b = bound(text, y=[0, 0, 0], u=[3, 5, 3], g=["x", "w", "x"])
    terms = b.terms(arrays({"a": 2.0, "t": [9.0, 7.0], "y_sigma": 1.0}))
    assert close(terms["t"], stats.norm.logpdf(9, 10) + stats.norm.logpdf(7, 6))
    assert close(terms["y"], sum(stats.norm.logpdf([exp(7) + 2, exp(9) + 2, exp(7) + 2])))


def test_ends_of_a_support_that_are_parameters() -> None:
    text = "data { y: real } lo ~ Normal(0, 1) a ~ Uniform(lo, lo + 1) y ~ gaussian(a)"
    b = bound(text, y=[0.0])
    for seed in range(20):
        values = b.draw(seed)
        assert values["lo"] < values["a"] < values["lo"] + 1


def test_precedence() -> None:
    text = (
        "data { y: real  x: real } a ~ Normal(0, 1) mu = -x^2*a + 2^-1*a - 2^3^2*a y ~ gaussian(mu)"
    )
    mu = bound(text, y=[0], x=[3]).predictor(arrays({"a": 1.0, "y_sigma": 1.0}))["mu"]
    assert mu.tolist() == [-9.0 + 0.5 - 512.0]


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, name",
    [
        ("intercept()", "mu_intercept"),
        ("linear(x)", "mu_x"),
        ("linear(center(x))", "mu_x"),
        ("linear((x - mean(z)) / sd(z))", "mu_x"),
        ("linear(x, z)", "mu_linear"),
        ("linear(x * z)", "mu_linear"),
        ("linear(x:z)", "mu_x_z"),
        ("random_effects(g:h, scale ~ HalfNormal(x))", "mu_g_h"),
        ("random_slopes(x, by = g)", "mu_x"),
        ("random_slopes(1, x, by = g)", "mu_x"),
        ("interaction(x, z)", "mu_interaction"),
    ],
)
def test_stems(call: str, name: str) -> None:
    from bgen.syntax import ast

    statement = Oracle(f"mu = {call}").program.statements[0]
    assert isinstance(statement, ast.Assignment) and isinstance(statement.value, ast.Call)
    assert stem(statement.value, "mu", {"x", "z", "g", "h"}) == name


def test_user_layers() -> None:
    text = """data { y: real  x: real  z: real  g: category }
    layer wide(v) = adaptive(v, scale ~ Exponential(1))
    layer wider(v) = wide(v, scale ~ Exponential(5))
    layer square(v) = -2 * linear(v, v^2)
    layer both(v, h) = intercept() + linear(v) + random_effects(h)
    one = wider(x)
    two = both(z, g)
    mu = one + two + wide(x) + square(x) + both(x, g)
    y ~ gaussian(mu)"""
    b = bound(text, y=[0], x=[3], z=[0], g=["a"])
    parts = {"two": ("z", "g"), "mu_both": ("x", "g")}
    wanted = ["one_scale", "one_coef", "mu_x_scale", "mu_x_coef", "mu_linear_coef", "y_sigma"]
    for name, (v, h) in parts.items():
        wanted += [
            f"{name}_intercept",
            f"{name}_{v}_coef",
            f"{name}_{h}_scale",
            f"{name}_{h}_effect",
        ]
    assert set(b.sites()) == set(wanted)
    values = b.draw(0)
    assert close(b.terms(values)["one_scale"], log(5.0) - 5.0 * float(values["one_scale"]))
    zero = {name: np.zeros_like(value) for name, value in values.items()}
    zero["mu_linear_coef"] = np.array([1.0, 10.0])
    assert b.predictor(zero)["mu"] == [-2.0 * (3.0 + 90.0)]


@pytest.mark.parametrize(
    "text, problem",
    [
        ("data { y: real } y ~ gaussian(nobody)", BadProgram),
        ("data { y: real  x: real } mu = linear(x) + adaptive(x) y ~ gaussian(mu)", BadProgram),
        ("data { y: real  x: real } a ~ Normal(x, 1) y ~ gaussian(a)", BadProgram),
        ("data { y: real  x: real } y ~ gaussian(nolayer(x))", BadProgram),
        ("data { y: real } y ~ Nobody(1)", Unsupported),
        ("data { y: real } y ~ censored(Nobody(1), right = 1)", Unsupported),
        ("data { y: real } y ~ censored(VonMises(0, 1), right = 1)", BadProgram),
    ],
)
def test_what_it_does_not_know_it_refuses(text: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        bound(text, y=[1.0, 2.0], x=[3.0, 4.0])
