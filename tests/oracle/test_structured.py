"""Layers and statements with structure, each against another way to write the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from . import BadProgram, Bound
from .building import arrays, bound, close
from .data import Floats
from .splines import basis, knots_of

RNG = np.random.default_rng(8)
X, Z = RNG.normal(size=(2, 12)).round(3).tolist()
T = [3, 5, 4, 9, 3, 8, 4, 5, 7, 3, 9, 8]
G = list("abcabcabcbca")
BLOCK: dict[str, Sequence[object]] = {
    "y": [0.0] * 12,
    "a": X,
    "b": Z,
    "c": np.square(X).tolist(),
    "t": T,
    "g": G,
}


def made(layer: str, **table: Sequence[object]) -> Bound:
    columns = "y: real  v: real[a, b, c]  w: real[a, b]  x: real[a]  g: category  t: integer"
    text = f"data {{ {columns} }} part = {layer} y ~ gaussian(part, sigma = 1)"
    return bound(text, **{**BLOCK, **table})


def value(b: Bound, values: Mapping[str, object]) -> Floats:
    return b.predictor(arrays(values))["part"]


def columns(b: Bound, site: str, values: Mapping[str, object]) -> Floats:
    """The part as a linear map of one site."""
    shape = b.sites()[site]
    units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    return np.column_stack([value(b, {**values, site: unit}) for unit in units])


# --- time and smoothness ------------------------------------------------------------------------


def test_ar1_is_stationary() -> None:
    b = made("ar1(t, horizon = 1)")
    assert b.sites() == {"part_rho": (), "part_scale": (), "part_state": (8,)}
    assert b.supports()["part_rho"] == "interval(-1, 1)"
    rho, scale, state = 0.6, 0.8, RNG.normal(size=8)
    terms = b.terms(arrays({"part_rho": rho, "part_scale": scale, "part_state": state}))
    lag = np.abs(np.subtract.outer(np.arange(8), np.arange(8)))
    covariance = scale**2 / (1 - rho**2) * rho**lag
    joint = stats.multivariate_normal.logpdf(state, np.zeros(8), covariance)
    assert close(terms["part_state"], float(joint))
    assert close(terms["part_rho"], float(stats.beta.logpdf(0.8, 2, 2) - np.log(2)))


def test_pspline() -> None:
    b = made("pspline(x, knots = 4)")
    assert b.sites() == {"part_scale": (), "part_difference": (6,), "part_trend": ()}
    difference, trend = RNG.normal(size=6), 0.7
    one = {"part_scale": 1.0, "part_difference": difference, "part_trend": trend}
    x = np.array(X)
    knots = knots_of(x, 4)
    np.testing.assert_allclose(knots[4:8], np.quantile(x, [0.2, 0.4, 0.6, 0.8]), rtol=1e-12)
    assert len(knots) == 12
    # The coefficients of least norm with these second differences, and a line.
    second = np.diff(np.eye(8), 2, axis=0)
    coef = np.linalg.pinv(second) @ difference + np.linspace(-1, 1, 8) * trend
    middle = np.array([(x.min() + x.max()) / 2])
    np.testing.assert_allclose(
        value(b, one), (basis(x, knots) - basis(middle, knots)) @ coef, atol=1e-12
    )
    np.testing.assert_allclose(basis(x, knots).sum(axis=1), 1.0, rtol=1e-12)
    outside = basis(np.array([x.min() - 5, x.max() + 5]), knots)
    assert outside[0, 0] == outside[1, -1] == 1.0


def test_tied_knots_count_once() -> None:
    b = made("pspline(x, knots = 10)", a=[0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
    assert b.sites()["part_difference"] == (1 + 4 - 2,)
    assert made("linear(bspline(x, knots = 4))").sites() == {"part_coef": (7,)}


@pytest.mark.parametrize("kernel", ["squared_exponential", "matern32", "matern52"])
def test_gaussian_processes_have_the_covariance_of_their_kernel(kernel: str) -> None:
    length, amplitude = 0.9, 1.3
    x = np.array(X)
    r = np.abs(np.subtract.outer(x, x)) / length
    shape = {
        "squared_exponential": np.exp(-(r**2) / 2),
        "matern32": (1 + np.sqrt(3) * r) * np.exp(-np.sqrt(3) * r),
        "matern52": (1 + np.sqrt(5) * r + 5 * r**2 / 3) * np.exp(-np.sqrt(5) * r),
    }[kernel]
    others = {"part_lengthscale": length, "part_amplitude": amplitude}
    exact = made(f"gp(x, kernel = {kernel}, scale = raw)")
    f = columns(exact, "part_weight", others)
    jitter = 1e-6 * amplitude**2 * np.eye(12)
    np.testing.assert_allclose(f @ f.T, amplitude**2 * shape + jitter, atol=1e-9)
    near = made(f"hsgp(x, m = 400, c = 5, kernel = {kernel}, scale = raw)")
    f = columns(near, "part_weight", others)
    np.testing.assert_allclose(f @ f.T, amplitude**2 * shape, atol=2e-3)


def test_gp_is_over_distinct_values_in_their_own_units() -> None:
    b = made("gp(t)")
    assert b.sites()["part_weight"] == (6,)
    f = columns(b, "part_weight", {"part_lengthscale": 1.0, "part_amplitude": 1.0})
    t = (np.array(T) - np.mean(T)) / np.std(T, ddof=1)
    kernel = np.exp(-0.5 * np.subtract.outer(t, t) ** 2)
    np.testing.assert_allclose(f @ f.T, kernel, atol=3e-6)


# --- shrinkage ----------------------------------------------------------------------------------


def test_horseshoe_with_a_slab() -> None:
    b = made("horseshoe(v, slab = 1.5, df = 3)")
    lam, coef = np.array([0.5, 2.0, 1.0]), np.array([0.1, -0.3, 2.0])
    one = {"part_tau": 0.4, "part_lambda": lam, "part_c2": 1.7, "part_coef": coef}
    terms = b.terms(arrays(one))
    size = 0.4 * lam * np.sqrt(1.7 / (1.7 + 0.16 * lam**2))
    assert close(terms["part_coef"], float(stats.norm.logpdf(coef, 0, size).sum()))
    slab = stats.invgamma.logpdf(1.7, 1.5, scale=1.5 * 1.5**2)
    assert close(terms["part_c2"], float(slab))
    with pytest.raises(BadProgram):
        made("horseshoe(v, relevant = 3)")


@pytest.mark.parametrize(
    "link, scale",
    [
        ("y ~ gaussian(e, sigma = 3)", 3.0),
        ("y ~ weighted(censored(student_t(0.5 + e, 5, 2), right = k), 2)", 2.0),
        ("k ~ bernoulli(e)", 2.0),
        ("k ~ bernoulli(e, link = probit)", 1.0),
        ("k ~ poisson(e)", 1.0),
    ],
)
def test_relevant(link: str, scale: float) -> None:
    text = f"data {{ y: real  k: binary  v: real[a, b, c] }} e = horseshoe(v, relevant = 1) {link}"
    b = bound(text, **BLOCK, k=[0, 1] * 6)
    terms = b.terms({**b.draw(0), "e_tau": np.asarray(0.4)})
    tau0 = 0.5 * scale / np.sqrt(12)
    assert close(terms["e_tau"], float(stats.halfcauchy.logpdf(0.4, scale=tau0)))


def test_r2d2_and_the_residual_scale_as_a_site() -> None:
    text = "data { y: real  w: real[a, b] } e = r2d2(w) y ~ gaussian(e)"
    b = bound(text, **BLOCK)
    share, coef = np.array([0.3, 0.7]), np.array([0.5, -1.0])
    one = {"e_r2": 0.4, "e_share": share, "e_coef": coef, "y_sigma": 1.7}
    terms = b.terms(arrays(one))
    size = 1.7 * np.sqrt(share * 0.4 / 0.6)
    assert close(terms["e_coef"], float(stats.norm.logpdf(coef, 0, size).sum()))
    assert close(terms["y_sigma"], -1.7)
    w = stats.zscore(np.column_stack([X, Z]), ddof=1)
    np.testing.assert_allclose(b.predictor(arrays(one))["e"], w @ coef, rtol=1e-12)
    assert b.supports()["e_share"] == "simplex"


def test_mixture_prior_and_gate() -> None:
    b = made("mixture_prior(w)")
    coef, logit = np.array([0.5, -1.0]), np.array([1.0, 0.0])
    term = b.terms(arrays({"part_logit": logit, "part_coef": coef}))["part_coef"]
    p = 1 / (1 + np.exp(-1.0))
    density = p * stats.norm.pdf(coef) + (1 - p) * stats.laplace.pdf(coef)
    assert close(term, float(np.log(density).sum()))
    b = made("spike_and_slab(w)")
    got = value(b, {"part_gate": [0.5, 1.0], "part_slab": [2.0, -1.0]})
    np.testing.assert_allclose(got, np.array(X) - np.array(Z), rtol=1e-12)


# --- groups and products ------------------------------------------------------------------------


def test_correlated_effects() -> None:
    b = made("correlated_effects(1, x, by = g, corr ~ LKJ(3))")
    assert b.sites() == {"part_scale": (2,), "part_corr_cholesky": (2, 2), "part_effect": (3, 2)}
    assert b.supports()["part_corr_cholesky"] == "correlation_cholesky"
    root = np.array([[1.0, 0.0], [0.6, 0.8]])
    effect, scale = RNG.normal(size=(3, 2)), np.array([0.5, 2.0])
    one = {"part_scale": scale, "part_corr_cholesky": root, "part_effect": effect}
    covariance = np.diag(scale) @ root @ root.T @ np.diag(scale)
    joint = stats.multivariate_normal.logpdf(effect, np.zeros(2), covariance).sum()
    assert close(b.terms(arrays(one))["part_effect"], float(joint))
    rows = effect[[ord(g) - ord("a") for g in G]]
    np.testing.assert_allclose(value(b, one), rows[:, 0] + rows[:, 1] * X, rtol=1e-12)
    np.testing.assert_allclose(b.predictor(arrays(one))["part_corr"], root @ root.T)


def test_multi_membership() -> None:
    text = """data { y: real  g: category  h: category  w: real[a, b] }
    mu = multi_membership(g, h) + multi_membership(h, g, weights = w) y ~ gaussian(mu)"""
    table = {"y": [0, 0], "g": ["b", "a"], "h": ["b", "d"], "a": [1.0, 0.5], "b": [2.0, 3.0]}
    b = bound(text, **table)
    assert b.sites()["mu_g_h_effect"] == (3,) and b.sites()["mu_h_g_scale"] == ()
    one = {"mu_g_h_scale": 1, "mu_h_g_scale": 1, "y_sigma": 1}
    one |= {"mu_g_h_effect": [1, 10, 100], "mu_h_g_effect": [1000, 10000, 100000]}
    mu = b.predictor(arrays(one))["mu"]
    assert mu.tolist() == [10 + 3 * 10000, 0.5 + 50 + 0.5 * 100000 + 3 * 1000]


def test_monotonic() -> None:
    text = 'data { y: real  o: ordinal("x", "y", "z") } part = monotonic(o) y ~ gaussian(part)'
    b = bound(text, y=[0, 0, 0], o=["z", "x", "y"])
    one = {"part_slope": 1.5, "part_share": [0.2, 0.8], "y_sigma": 1}
    np.testing.assert_allclose(value(b, one), [3.0, 0.0, 0.6])
    assert close(b.terms(arrays(one))["part_share"], 0.0)


def test_bilinear_forms() -> None:
    b = made("bilinear(v, w)")
    weight = RNG.normal(size=(3, 2))
    v, w = np.column_stack([X, Z, BLOCK["c"]]), np.column_stack([X, Z])
    got = value(b, {"part_scale": 1.0, "part_weight": weight})
    np.testing.assert_allclose(got, [r @ weight @ s for r, s in zip(v, w, strict=True)])
    b = made("lowrank_bilinear(v, w, rank = 2)")
    left, right = RNG.normal(size=(3, 2)), RNG.normal(size=(2, 2))
    got = value(b, {"part_scale": 1.0, "part_left": left, "part_right": right})
    full = left @ right.T
    np.testing.assert_allclose(got, [r @ full @ s for r, s in zip(v, w, strict=True)])


def test_attention_by_loops() -> None:
    b = made("attention(v, heads = 2, dim = 3)")
    one = b.draw(4)
    q, k, u = (one[f"part_{name}"] for name in ("query", "key", "value"))
    expected = []
    for row in np.column_stack([X, Z, BLOCK["c"]]):
        token = row[:, None] * one["part_embedding"] + one["part_bias"]
        heads = []
        for m in range(2):
            scores = (token @ q[m]) @ (token @ k[m]).T / np.sqrt(3)
            weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
            heads.append(weights @ (token @ u[m]))
        expected.append(np.concatenate(heads, axis=1).mean(axis=0) @ one["part_output"])
    np.testing.assert_allclose(b.predictor(one)["part"], expected, rtol=1e-12)
    prior = stats.norm.logpdf(q, 0, one["part_head_scale"][:, None, :]).sum()
    assert close(b.terms(one)["part_query"], float(prior))


# --- responses ----------------------------------------------------------------------------------


def test_widths() -> None:
    text = """data { k: category  a: real  g: category } s = linear(a)
    e = intercept() + s + random_effects(g) + offset(a) k ~ categorical(e@)"""
    table = {"k": ["p", "q", "r"] * 4, "a": X, "g": G}
    b = bound(text.replace("@", ""), **table)
    sites = {"s_coef": (1, 2), "e_intercept": (2,), "e_g_scale": (2,), "e_g_effect": (3, 2)}
    assert b.sites() == sites
    b = bound(text.replace("@", ", reference = none"), **table)
    assert b.sites()["e_g_effect"] == (3, 3)
    two = bound(text.replace("@", ""), **{**table, "k": ["p", "q"] * 6})
    assert two.sites()["e_g_effect"] == (3,) and two.sites()["e_intercept"] == ()


def test_cutpoints_restricted_to_their_order() -> None:
    text = 'data { o: ordinal("x", "y", "z") } o ~ cumulative(0, cutpoints ~ Normal(1, 2))'
    b = bound(text, o=["x", "z", "y"])
    assert b.supports() == {"o_cutpoints": "ordered"} and b.sites() == {"o_cutpoints": (2,)}
    for seed in range(5):
        assert np.all(np.diff(b.draw(seed)["o_cutpoints"]) > 0)
    cuts = np.array([-0.5, 1.5])
    terms = b.terms({"o_cutpoints": cuts})
    assert close(terms["o_cutpoints"], float(stats.norm.logpdf(cuts, 1, 2).sum() + np.log(2)))
    below = 1 / (1 + np.exp(-cuts))
    chances = np.log([below[0], 1 - below[1], below[1] - below[0]]).sum()
    assert close(terms["o"], float(chances))


def test_components_in_order() -> None:
    text = """data { y: real } b ~ Normal(0, 1) a ~ Normal(3, 1) c ~ Normal(0, 2)
    y ~ mixture(gaussian(a, sigma = 1), gaussian(b, 1), gaussian(c), order = mu)"""
    bnd = bound(text, y=[0.0, 1.0])
    assert bnd.up_to_a_constant() == {"a", "b", "c"}
    assert {"y_weights", "y_c_sigma"} < set(bnd.sites()) and "y_a_sigma" not in bnd.sites()
    for seed in range(20):
        values = bnd.draw(seed)
        assert values["a"] < values["b"] < values["c"]


def test_missing_values() -> None:
    text = """data { y: real?  x: real?  k: count? } m ~ Normal(0, 1)
    x ~ gaussian(m, sigma = 2) mu = linear(standardize(x)) y ~ gaussian(mu, sigma = 1)
    k ~ poisson(m)"""
    b = bound(text, y=["1", "NA", "2"], x=["3", "", "5"], k=["NA", "2", "1"])
    assert b.sites()["x_imputed"] == (1,)
    one = {"m": 0.5, "x_imputed": [7.0], "mu_coef": [2.0]}
    terms = b.terms(arrays(one))
    assert terms["x_imputed"] == 0.0
    assert close(terms["x"], float(stats.norm.logpdf([3, 7, 5], 0.5, 2).sum()))
    mu = 2.0 * (np.array([3, 7, 5]) - 4) / np.sqrt(2)
    assert close(terms["y"], float(stats.norm.logpdf([1, 2], mu[[0, 2]], 1).sum()))
    assert close(terms["k"], float(stats.poisson.logpmf([2, 1], np.exp(0.5)).sum()))
    assert b.rows(arrays(one))["y"][1] == 0.0
    with pytest.raises(BadProgram):
        bound("data { y: real  x: real? } y ~ gaussian(linear(x))", y=[1, 2], x=["NA", 3])


def test_measured() -> None:
    text = """data { y: real  x: real  se: positive }
    mu = linear(measured(x, se)) + adaptive(measured(x, se):y) y ~ gaussian(mu, sigma = 1)"""
    b = bound(text, y=[1, 2, 4], x=[3, 5, 9], se=[0.5, 1, 2])
    true = [3.5, 4.0, 8.0]
    one = {"x_true_mean": 1.0, "x_true_sd": 2.0, "x_true": true, "mu_x_coef": [3.0]}
    one |= {"mu_x_y_scale": 1.0, "mu_x_y_coef": [0.0]}
    terms, sd = b.terms(arrays(one)), np.std([3, 5, 9], ddof=1)
    assert close(terms["x_true_mean"], float(stats.norm.logpdf(1.0, 17 / 3, sd)))
    assert close(terms["x_true_sd"], float(stats.halfnorm.logpdf(2.0, scale=sd)))
    assert close(terms["x_true"], float(stats.norm.logpdf(true, 1, 2).sum()))
    assert close(terms["x"], float(stats.norm.logpdf([3, 5, 9], true, [0.5, 1, 2]).sum()))
    assert close(terms["y"], float(stats.norm.logpdf([1, 2, 4], 3 * np.array(true), 1).sum()))


def test_joint_gaussian() -> None:
    text = "data { y: real  x: real } y, x ~ multivariate_gaussian(1, 2, corr ~ LKJ(1))"
    b = bound(text, y=[1, 2], x=[3, 5])
    assert b.sites() == {"y_x_scale": (2,), "y_x_corr_cholesky": (2, 2)}
    root, scale = np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([0.5, 2.0])
    terms = b.terms({"y_x_scale": scale, "y_x_corr_cholesky": root})
    covariance = np.diag(scale) @ root @ root.T @ np.diag(scale)
    joint = stats.multivariate_normal.logpdf([[1, 3], [2, 5]], [1, 2], covariance).sum()
    assert close(terms["y_x"], float(joint))
    assert close(terms["y_x_scale"], -2.5)


def test_scaled_priors_of_a_location_that_is_no_identity() -> None:
    """The sd of the residuals is in the units of the response, the predictor in its own."""
    text = """data { y: positive  x: real } priors scaled
    y ~ gaussian(intercept() + linear(x), link = softplus)"""
    y, x = [1.0, 4.0, 9.0, 3.0], [10.0, 30.0, 20.0, 50.0]
    b = bound(text, y=y, x=x)
    values = b.draw(1)
    terms, at_mean = b.terms(values), values["y_intercept"] + np.mean(x) * values["y_x_coef"][0]
    where, sd = np.log(np.expm1(np.mean(y))), float(np.std(y, ddof=1))
    s = sd * np.exp(np.mean(y)) / np.expm1(np.mean(y))  # d/dm of log(exp(m) - 1)
    assert close(terms["y_intercept"], float(stats.norm.logpdf(at_mean, where, 2.5 * s)))
    slope = stats.norm.logpdf(values["y_x_coef"][0], 0, 2.5 * s / np.std(x, ddof=1))
    assert close(terms["y_x_coef"], float(slope))
    assert close(terms["y_sigma"], float(stats.expon.logpdf(values["y_sigma"], scale=sd)))


def test_scaled_priors_of_what_is_no_part_of_a_sum() -> None:
    text = """data { y: real  x: real  z: real } priors scaled
    mu = intercept() - softplus(linear(x) + 1) - linear(z)  y ~ gaussian(mu)"""
    y, z = [1.0, 4.0, 9.0, 3.0], [10.0, 30.0, 20.0, 50.0]
    b = bound(text, y=y, x=z, z=z)
    values = b.draw(1)
    terms = b.terms(values)
    assert close(terms["mu_x_coef"], float(stats.norm.logpdf(values["mu_x_coef"][0])))
    at_mean = values["mu_intercept"] - np.mean(z) * values["mu_z_coef"][0]
    prior = stats.norm.logpdf(at_mean, np.mean(y), 2.5 * np.std(y, ddof=1))
    assert close(terms["mu_intercept"], float(prior))


def test_a_scaled_intercept_that_is_taken_away() -> None:
    text = """data { y: real  x: real } priors scaled
    mu = linear(x) - intercept()  y ~ gaussian(mu)"""
    y, x = [1.0, 4.0, 9.0, 3.0], [10.0, 30.0, 20.0, 50.0]
    b = bound(text, y=y, x=x)
    values = b.draw(1)
    at_mean = np.mean(x) * values["mu_x_coef"][0] - values["mu_intercept"]
    prior = stats.norm.logpdf(at_mean, np.mean(y), 2.5 * np.std(y, ddof=1))
    assert close(b.terms(values)["mu_intercept"], float(prior))


def test_scaled_priors_of_slopes() -> None:
    text = """data { y: real  x: real  g: category } priors scaled
    mu = intercept() + random_slopes(x, by = g) + fixed_effects(g) y ~ gaussian(mu)"""
    y, x = [1.0, 4.0, 9.0, 3.0], [10.0, 30.0, 20.0, 50.0]
    b = bound(text, y=y, x=x, g=["a", "b", "a", "b"])
    values = b.draw(1)
    terms, sy, sx = b.terms(values), np.std(y, ddof=1), np.std(x, ddof=1)
    scale = values["mu_x_slope_scale"]
    assert close(terms["mu_x_slope_scale"], float(stats.halfnorm.logpdf(scale, scale=sy).sum()))
    slope = stats.norm.logpdf(values["mu_x_slope"], 0, scale / sx).sum()
    assert close(terms["mu_x_slope"], float(slope))
    effect = stats.norm.logpdf(values["mu_g_effect"], 0, 2.5 * sy).sum()
    assert close(terms["mu_g_effect"], float(effect))
    centre = stats.norm.logpdf(values["mu_intercept"], np.mean(y), 2.5 * sy)
    assert close(terms["mu_intercept"], float(centre))
    assert close(terms["y_sigma"], float(stats.expon.logpdf(values["y_sigma"], scale=sy)))
