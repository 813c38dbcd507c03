"""Gaussian rows with slopes by level and weights: the fast form is the model on hostile data.

At -O2 effects and slopes of one grouping are integrated out and drawn back.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bgen.driver import Options, compile_text
from tests.golden.cases import execute, runtime
from tests.passes.gradients import assert_gradient

DATA = "data { y: positive  x: real  z: real  w: positive  n: count  g: category  h: category }\n"
PROGRAMS = {
    "slopes": "y ~ gaussian_(intercept() + linear(x, z) + random_slopes(x, z, by = g))",
    "effects": "a = intercept() + random_effects(g) + random_slopes(x, by = g)\ny ~ gaussian_(a)",
    "correlated": "y ~ gaussian_(linear(z) + correlated_effects(1, x, by = g))",
    "groupings": "a = random_slopes(x, by = g) + random_slopes(z^2, by = h)\ny ~ gaussian_(a)",
    "subtracted": "y ~ gaussian_(intercept() - random_effects(g) * x * z / (1 + z^2))",
    "lognormal": "y ~ lognormal(linear(z) + random_effects(h) + random_slopes(x, by = h))",
    "weights": "y ~ weighted(gaussian_(linear(x) + random_effects(g)), w)",
    "counts": "y ~ weighted(lognormal(intercept() + random_slopes(x, by = g) + linear(z)), n / 2)",
    "constant": "y ~ weighted(gaussian_(linear(x) + random_effects(g) + random_effects(h)), 0.3)",
}


@cache
def program(name: str, level: str = "-O1") -> Any:
    # the response is positive, for the lognormal; a normal one is its logarithm
    text = f"{DATA}v = log(y)\n{PROGRAMS[name]}\n".replace("y ~ gaussian_", "v ~ gaussian")
    text = text.replace("y ~ weighted(gaussian_", "v ~ weighted(gaussian")
    code = compile_text(text, "model.bl", Options(level))
    assert "not compress_gaussian" not in code
    return execute(code, f"slopes_{name}{level[-1]}").PROGRAM


def table(rows: int, groups: int, seed: int, shape: str = "") -> dict[str, Any]:
    """Columns that vary, are constant within levels, are multiples of each other, are far away."""
    rng = np.random.default_rng(seed)
    g, x, z = rng.integers(groups, size=rows), rng.normal(size=rows), rng.normal(size=rows)
    n = rng.integers(3, size=rows)
    if shape == "constant within":
        x = g.astype(float)
    elif shape == "collinear":
        z = 2 * x
    elif shape == "far":
        x = 1e4 + x
    elif shape == "without weight":
        n = np.where(g == 0, 0, n)
    return {
        "y": np.exp(rng.normal(size=rows)),
        "x": x,
        "z": z,
        "w": rng.uniform(0.1, 3, rows),
        "n": n,
        "g": [f"g{k}" for k in g],
        "h": [f"h{k % 3}" for k in range(rows)],
    }


#: At -O2 those of which something is integrated out.
FORMS = [(name, "-O1") for name in PROGRAMS]
FORMS += [(name, "-O2") for name in ("slopes", "effects", "correlated", "groupings", "weights")]


@pytest.mark.parametrize(("name", "level"), FORMS)
def test_the_fast_form_is_the_model(name: str, level: str) -> None:
    made = program(name, level)
    arguments, _ = made.encode(table(60, 5, 0))
    assert made.fast.verify(made, arguments, 30) is not None


@pytest.mark.parametrize("shape", ["constant within", "collinear", "far", "without weight"])
@pytest.mark.parametrize("name", ["slopes", "counts"])
def test_on_hostile_columns(name: str, shape: str) -> None:
    made = program(name)
    arguments, _ = made.encode(table(60, 5, 1, shape))
    assert made.fast.verify(made, arguments, 10) is not None


@pytest.mark.parametrize("rows", [7, 9])
def test_with_levels_of_one_row(rows: int) -> None:
    made = program("slopes")
    arguments, _ = made.encode(table(rows, 4, 2))
    assert made.fast.verify(made, arguments, 10) is not None


@pytest.mark.parametrize("unit", [1e3, 5e4])
@pytest.mark.parametrize("name", ["effects", "correlated", "slopes"])
def test_columns_in_large_units_keep_their_digits(name: str, unit: float) -> None:
    """Where slopes are far from 0 what they explain is nearly all of the squares."""
    made = program(name, "-O2")
    rows = table(600, 30, 3)
    arguments, _ = made.encode(rows | {"x": unit * (1.5 + 0.3 * rows["x"])})
    assert made.fast.verify(made, arguments, 30) is not None


CONTROLS = ("v_along", "x_along", "v_within", "v_mean", "v_count")


@pytest.mark.parametrize("statistic", CONTROLS)
def test_a_wrong_statistic_is_found(statistic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = program("effects")
    arguments, _ = made.encode(table(60, 5, 0))
    right = made.fast.prepare

    def wrong(**given: Any) -> dict[str, Any]:
        found: dict[str, Any] = right(**given)
        name = next(k for k in found if k.endswith(statistic))
        return found | {name: found[name] * 1.01}

    monkeypatch.setattr(made.fast, "prepare", wrong)
    with pytest.raises(Exception, match="model_fast is not model"):
        made.fast.verify(made, arguments, 3)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 4), st.integers(0, 10**6))
def test_squares_are_kept(rows: int, cells: int, slopes: int, seed: int) -> None:
    """Whatever is taken from the rows, cell by cell, leaves the same residual sum."""
    fit = runtime()
    rng = np.random.default_rng(seed)
    of, y, x = rng.integers(cells, size=rows), rng.normal(size=rows), rng.normal(size=(rows, 2))
    z = rng.integers(-1, 2, size=(rows, slopes)).astype(float)
    weights = rng.integers(3, size=rows).astype(float)
    b, u = rng.normal(size=2), rng.normal(size=(cells, slopes))
    rest = y - x @ b - np.sum(z * u[of], axis=1)

    made = fit.Cells(rows, of, weights=weights, merge=1)
    directions = fit.CellSlopes(made, z)
    y_within, x_within = fit.cells_within(made, y, x, slopes=directions)
    means = fit.cell_means(made, rest)
    level = fit.levels_along(directions, of)
    turned = fit.along_slopes(directions, y) - fit.along_slopes(directions, x) @ b
    turned -= np.sum(fit.along_slopes(directions, z) * u[level], axis=1)
    squares = np.sum(made.count * means**2) + np.sum((y_within - x_within @ b) ** 2)
    assert np.allclose(squares + np.sum(turned**2), np.sum(weights * rest**2), rtol=1e-10)


# --- integrated out -------------------------------------------------------------------------------

#: A predictor, and why its slopes are sampled.
ASIDE = {
    "random_effects(g) + linear(x)": "no slopes differ between levels",
    "intercept() + random_slopes(x, by = g, slope ~ Laplace(0, 1))": "no slopes of levels have a "
    "normal prior and enter by themselves",
    "intercept() - random_slopes(x, by = g)": "no slopes of levels have a normal prior and enter "
    "by themselves",
}


def words(text: str) -> str:
    return " ".join(text.split())


def second_level(predictor: str, more: str = "") -> str:
    data = DATA.replace("}", f"{more} }}")
    source = f"{data}v = log(y)\na = {predictor}\nv ~ gaussian(a)\n"
    return compile_text(source, "model.bl", Options("-O2"))


@pytest.mark.parametrize("predictor", ASIDE)
def test_the_plan_says_why_not(predictor: str) -> None:
    assert f"not marginalise_slopes: {ASIDE[predictor]}" in words(second_level(predictor))


def test_the_plan_says_what_is_integrated_out() -> None:
    text = words(second_level("random_effects(g) + random_slopes(x, by = g) + random_effects(h)"))
    assert "marginalise_slopes: a_g_effect, a_x_slope are integrated out, and drawn back" in text
    text = words(second_level("random_slopes(x, by = g) + random_slopes(z, by = h)"))
    assert "a_x_slope is integrated out, and drawn back by recover: of the groupings with" in text
    assert "slopes g, not h" in text


def test_a_column_may_have_the_name_that_the_levels_would() -> None:
    predictor = "offset(g_along) + random_effects(g) + random_slopes(x, by = g)"
    code = second_level(predictor, "g_along: real")
    assert "marginalise_slopes: a_g_effect, a_x_slope are integrated out" in words(code)
    made = execute(code, "slopes_named").PROGRAM
    columns = table(60, 5, 0)
    arguments, _ = made.encode(columns | {"g_along": columns["z"]})
    assert made.fast.verify(made, arguments, 5) is not None


@cache
def marginal() -> tuple[Any, Any, dict[str, Any]]:
    code = second_level("intercept() + random_effects(g) + random_slopes(x, by = g)")
    made = execute(code, "slopes_marginal").PROGRAM
    columns = table(80, 4, 3)
    arguments, encoding = made.encode(columns)
    data = made.fast.bind(made.fast.prepare(**arguments), encoding["rows"])
    return made, data, columns


def sites() -> dict[str, Any]:
    numbers = {"a_intercept": 0.2, "a_g_scale": 0.7, "v_sigma": 0.9}
    return {k: jnp.array(v) for k, v in numbers.items()} | {"a_x_slope_scale": jnp.array([0.4])}


def test_draws_have_the_moments_of_the_normal_posterior() -> None:
    """By the textbook's formula, from the rows."""
    with jax.enable_x64(True):
        made, data, columns = marginal()
        ((names, given),) = made.fast.lacking(data, sites()).items()
        assert names == ("a_g_effect", "a_x_slope")
        number = 200_000
        effect, slope = given.split(given.sample(jax.random.PRNGKey(0), (number,)))
        assert effect.shape == (number, 4) and slope.shape == (number, 4, 1)
        draws = np.column_stack([effect, slope[..., 0]])
        g = np.array([int(name[1:]) for name in columns["g"]])
        one = np.eye(4)[g]
        z = np.column_stack([one, one * np.asarray(columns["x"])[:, None]])
        prior = np.repeat([1 / 0.7**2, 1 / 0.4**2], 4)
        covariance = np.linalg.inv(z.T @ z / 0.9**2 + np.diag(prior))
        mean = covariance @ z.T @ (np.log(columns["y"]) - 0.2) / 0.9**2
        sd = np.sqrt(np.diag(covariance))
        assert np.allclose(draws.mean(0), mean, atol=5 * sd.max() / number**0.5)
        assert np.allclose(np.cov(draws.T), covariance, atol=0.02 * sd.max() ** 2)


def test_gradients_are_those_of_the_density() -> None:
    with jax.enable_x64(True):
        made, data, _ = marginal()
        assert_gradient(made, data, sites())
