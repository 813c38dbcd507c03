"""Layers: what they contribute at values chosen so that each part can be read off by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from . import BadProgram
from .building import arrays, bound, close

# --- coding -----------------------------------------------------------------------------------

CODED: dict[str, Sequence[object]] = {
    "s": ["b", "a", "b"],
    "t": ["p", "q", "r"],
    "x": [2.0, 3.0, 5.0],
    "y": [0.0, 0.0, 0.0],
}


@pytest.mark.parametrize(
    "arguments, row0",
    [
        ("s", [1]),  # the first level is the reference
        ("s, coding = full", [0, 1]),
        ("x, s:x", [2, 2]),  # the main slope is there: contrasts
        ("s:x", [0, 2]),  # it is not: a slope for each level
        ("s, t, s:t", [1, 0, 0, 0, 0]),
        ("t, t:s", [0, 0, 1, 0, 0]),  # s within t: t in full, s by contrasts
        ("s:t", [0, 0, 0, 1, 0, 0]),  # all combinations, s slowest
        ("x, t, t:x", [2, 0, 0, 0, 0]),
    ],
)
def test_coding_of_categories(arguments: str, row0: list[float]) -> None:
    text = f"""data {{ y: real  s: category  t: category  x: real }}
    part = linear({arguments}) mu = intercept() + part y ~ gaussian(mu)"""
    b = bound(text, **CODED)
    d = len(row0)
    assert b.sites()["part_coef"] == (d,)
    rows = []
    for j in range(d):
        one = arrays({"part_coef": np.eye(d)[j], "mu_intercept": 0.0, "y_sigma": 1.0})
        rows.append(float(b.predictor(one)["part"][0]))
    assert rows == row0


# --- layers -----------------------------------------------------------------------------------

BLOCK: dict[str, Sequence[object]] = {
    "y": [0.0, 0.0],
    "a": [1.0, 2.0],
    "b": [3.0, -1.0],
    "c": [0.5, 4.0],
}


def value_of(layer: str, values: Mapping[str, object], **table: Sequence[object]) -> list[float]:
    columns = "y: real  v: real[a, b, c]  w: real[a, b]  g: category  t: integer"
    used: dict[str, Sequence[object]] = {**BLOCK, "g": ["k", "j"], "t": [4, 7], **table}
    b = bound(f"data {{ {columns} }} part = {layer} y ~ gaussian(part + intercept())", **used)
    filled = {"y_intercept": 0.0, "y_sigma": 1.0, **values}
    return [round(float(e), 10) for e in b.predictor(arrays(filled))["part"]]


def test_fm_is_a_sum_over_pairs() -> None:
    v = np.array([[0.3, 1.0], [-0.2, 0.5], [0.7, -1.1]])
    got = value_of("fm(v, rank = 2)", {"part_factor_scale": 1.0, "part_factor": v})
    x = np.array([[1.0, 3.0, 0.5], [2.0, -1.0, 4.0]])
    pairs = [(0, 1), (0, 2), (1, 2)]
    want = [sum(r[i] * r[j] * (v[i] @ v[j]) for i, j in pairs) for r in x]
    np.testing.assert_allclose(got, want, atol=1e-9)


def test_fm3_is_a_sum_over_triples() -> None:
    v = np.array([[0.3, 1.0], [-0.2, 0.5], [0.7, -1.1]])
    got = value_of("fm3(v, rank = 2)", {"part_factor_scale": 1.0, "part_factor": v})
    x = np.array([[1.0, 3.0, 0.5], [2.0, -1.0, 4.0]])
    want = [r.prod() * v.prod(axis=0).sum() for r in x]
    np.testing.assert_allclose(got, want, atol=1e-9)


def test_interactions() -> None:
    one = {"part_scale": 1.0, "part_coef": [1.0, 10.0, 100.0]}
    assert value_of("interaction(v)", one) == [3 + 5 + 150, -2 + 80 - 400]
    two = {"part_scale": 1.0, "part_coef": [1, 10, 100, 1000, 10000, 100000]}
    row0 = 1 * 1 + 10 * 3 + 100 * 3 + 1000 * 9 + 10000 * 0.5 + 100000 * 1.5
    assert value_of("interaction(v, w)", two)[0] == row0
    low: dict[str, object] = {"part_left_scale": 1.0, "part_right_scale": 1.0}
    low |= {"part_left": [[1.0], [2.0], [3.0]], "part_right": [[1.0], [-1.0]]}
    got = value_of("lowrank_interaction(v, w, rank = 1)", low)
    assert got == [(1 + 6 + 1.5) * (1 - 3), (2 - 2 + 12) * (2 + 1)]


def test_random_walk_keeps_its_gaps() -> None:
    walk = {"part_scale": 1.0, "part_step": [1.0, 10.0, 100.0, 1000.0]}
    assert value_of("random_walk(t)", walk) == [1.0, 1111.0]
    ahead = {"part_scale": 1.0, "part_step": [1, 10, 100, 1000, 0, 0]}
    assert value_of("random_walk(t, horizon = 2)", ahead) == [1.0, 1111.0]
    coarse = {"part_scale": 1.0, "part_step": [1.0, 10.0]}
    assert value_of("random_walk(t, step = 3)", coarse) == [1.0, 11.0]
    with pytest.raises(BadProgram):
        value_of("random_walk(t, step = 2)", coarse)


def test_slopes_and_effects() -> None:
    slopes = {"part_slope_scale": [1.0, 1.0], "part_slope": [[1.0, 10.0], [100.0, 1000.0]]}
    # rows are of k, j; levels are j, k
    assert value_of("random_slopes(w, by = g)", slopes) == [100 + 3000, 2 - 10]
    both = {"part_scale": 1.0, "part_effect": [5.0, 6.0]}
    assert value_of("random_effects(g)", both) == [6.0, 5.0]
    assert value_of("random_effects(g:t)", both) == [6.0, 5.0]


def test_embeddings() -> None:
    text = """data { y: real  g: category }
    y ~ gaussian(dot(embedding(g, dim = 2), embedding(g, dim = 2, vector = 1)))"""
    with pytest.raises(BadProgram):
        bound(text, y=[0], g=["a"])  # the same name twice
    text = """data { y: real  g: category } u = embedding(g, dim = 2)
    mu = dot(u, u) + sum(u) y ~ gaussian(mu)"""
    b = bound(text, y=[0, 0], g=["b", "a"])
    assert b.sites()["u_vector"] == (2, 2)
    mu = b.predictor(arrays({"u_scale": 1, "u_vector": [[1, 2], [3, 4]], "y_sigma": 1}))["mu"]
    assert mu.tolist() == [25.0 + 7.0, 5.0 + 3.0]


def test_priors_of_layers() -> None:
    text = """data { y: real  x: real } scale ~ Exponential(3)
    part = adaptive(x, scale ~ Gamma(2, 3), coef ~ Laplace(0, scale)) y ~ gaussian(part + scale)"""
    b = bound(text, y=[0.0], x=[1.0])
    terms = b.terms(arrays({"scale": 9.0, "part_scale": 0.5, "part_coef": [0.3], "y_sigma": 1}))
    assert close(terms["part_scale"], stats.gamma.logpdf(0.5, 2, scale=1 / 3))
    assert close(terms["part_coef"], stats.laplace.logpdf(0.3, 0, 0.5))
    assert close(terms["scale"], stats.expon.logpdf(9.0, scale=1 / 3))


def test_outputs() -> None:
    wide = bound(
        "data { y: real  x: real } e = adaptive(x, dim = 3) y ~ gaussian(sum(e))", y=[1], x=[2]
    )
    assert wide.sites() == {"e_scale": (3,), "e_coef": (1, 3), "y_sigma": ()}
