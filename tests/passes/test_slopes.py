"""Gaussian rows with slopes by level and weights: the fast form is the model on hostile data."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bgen.driver import Options, compile_text
from tests.golden.cases import execute, runtime

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


@pytest.mark.parametrize("level", ["-O1", "-O2"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_fast_form_is_the_model(name: str, level: str) -> None:
    made = program(name, level)
    arguments, _ = made.encode(table(60, 5, 0))
    assert made.fast.verify(made, arguments, 30) is not None


@pytest.mark.parametrize("shape", ["constant within", "collinear", "far", "without weight"])
@pytest.mark.parametrize("name", ["slopes", "effects", "correlated", "counts"])
def test_on_hostile_columns(name: str, shape: str) -> None:
    made = program(name)
    arguments, _ = made.encode(table(60, 5, 1, shape))
    assert made.fast.verify(made, arguments, 10) is not None


@pytest.mark.parametrize("rows", [7, 9])
def test_with_levels_of_one_row(rows: int) -> None:
    made = program("slopes")
    arguments, _ = made.encode(table(rows, 4, 2))
    assert made.fast.verify(made, arguments, 10) is not None


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

    made = fit.Cells(y, of, weights=weights, merge=1)
    directions = fit.CellSlopes(made, z)
    y_within, x_within = fit.cells_within(made, y, x, slopes=directions)
    means = fit.cell_means(made, rest)
    level = fit.levels_along(directions, of)
    turned = fit.along_slopes(directions, y) - fit.along_slopes(directions, x) @ b
    turned -= np.sum(fit.along_slopes(directions, z) * u[level], axis=1)
    squares = np.sum(made.count * means**2) + np.sum((y_within - x_within @ b) ** 2)
    assert np.allclose(squares + np.sum(turned**2), np.sum(weights * rest**2), rtol=1e-10)
