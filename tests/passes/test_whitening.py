"""Coefficients in units of their posterior: which are, how near to standard, and mistakes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest
from numpyro.infer.util import potential_energy

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, compile_text, optimised
from tests.golden.cases import execute

DATA = "data { y: real  x: real  w: real  se: positive  g: category  b: real[p, q] }\n"
MODEL = (
    f"{DATA}mu = intercept(coef ~ Flat()) + adaptive(b) + linear(x, coef ~ Flat()) + offset(w)\n"
    "y ~ gaussian(mu, sigma ~ Flat(low = 0))\n"
)
PASS = "whiten_coefficients"


def clause(text: str) -> str:
    compiled = analyse(Source("model.bl", DATA + text), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    (note,) = (n for n in optimised(compiled, Options("-O2")).notes if n.name == PASS)
    return f"{'' if note.applied else 'not: '}{note.text}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("y ~ gaussian(intercept() + linear(x))", "y_intercept, y_x_coef, y_sigma in units"),
        ("y ~ gaussian(linear(x) + offset(w), sigma = 2)", "y_x_coef in units"),
        ("y ~ gaussian(adaptive(b), sigma ~ Uniform(0, 3))", "y_b_coef in units"),
        ("a ~ StudentT(3, 0, 1)  y ~ gaussian(a * x + a)", "not: a coefficient is not sampled"),
        ("y ~ gaussian(intercept() - linear(x))", "not: a term of the predictor is subtracted"),
        ("a ~ HalfNormal(1)  y ~ gaussian(a * x)", "not: a coefficient is not sampled by itself"),
        ("y ~ gaussian(horseshoe(b))", "not: y_b_coef is sampled otherwise: each value has a"),
        ("y ~ gaussian(offset(x))", "not: there are no coefficients"),
        ("y ~ gaussian(linear(x) - random_effects(g))", "not: the rows of y differ by levels"),
        ("y ~ student_t(linear(x))", "not: the response is not the Gaussian means"),
        ("y_x_coef_at ~ Normal(0, 1)  y ~ gaussian(linear(x) + y_x_coef_at)", "not: y_x_coef_at"),
        (
            "y ~ gaussian(adaptive(b))  reparam { y_b_coef = noncentered }",
            "not: y_b_coef is sampled otherwise: the source says so",
        ),
    ],
)
def test_which_coefficients(text: str, found: str) -> None:
    assert clause(text).startswith(found)


# --- how near to standard -------------------------------------------------------------------------


def table(rows: int) -> dict[str, Any]:
    """Columns of unlike units, far from 0, two of them nearly the same."""
    rng = np.random.default_rng(0)
    p, x, w = rng.normal(size=(3, rows))
    q = p + 0.1 * rng.normal(size=rows)
    y = 3 + 0.5 * p - q + 2 * x + w + 0.3 * rng.normal(size=rows)
    x = 1000 + 1e-3 * x
    found = {"y": y, "x": x, "w": w, "p": p, "q": q, "se": np.ones(rows)}
    return {k: v.tolist() for k, v in found.items()} | {"g": ["g"] * rows}


def module(*without: str, text: str = MODEL) -> ModuleType:
    return execute(compile_text(text, "model.bl", Options(without=without)), "whitening")


def curvature(program: Any, rows: int) -> tuple[float, float]:
    """The extreme eigenvalues of the second derivatives where least squares lies, at one scale of
    the coefficients."""
    with jax.enable_x64(True):
        arguments, _ = program.encode(table(rows))
        form = program.fast
        data = form.bind(form.prepare(**arguments), rows)
        model = form.model(data.sizes)
        start = {"mu_standard": np.zeros(4), "y_sigma_standard": np.zeros(())}
        if form.coordinates is None:
            made = module().PROGRAM.fast.coordinates(form.prepare(**arguments))
            start = {k: made[f"{k}_at"] for k in ("mu_intercept", "mu_b_coef", "mu_x_coef")}
            start |= {"y_sigma": np.log(made["y_sigma_at"])}
        energy = partial(potential_energy, model, (data.arrays,), {})
        flat, back = jax.flatten_util.ravel_pytree(start)
        found = jax.hessian(lambda z: energy(back(z) | {"mu_b_scale": 0.0}))(flat)
        values = np.linalg.eigvalsh(np.asarray(found))
    return float(values[0]), float(values[-1])


@pytest.mark.parametrize("rows", [1_000, 100_000])
def test_the_posterior_is_nearly_standard(rows: int) -> None:
    """Whatever the units, the correlations and the number of rows."""
    low, high = curvature(module().PROGRAM, rows)
    assert low > 0.5 and high < 2.0


def test_it_is_not_without() -> None:
    """The control: then the curvature is that of the columns' units and their number."""
    low, high = curvature(module(PASS).PROGRAM, 1_000)
    assert high / low > 1e6


def test_a_column_twice_leaves_its_own_units() -> None:
    program = module().PROGRAM
    twice = table(50)
    twice["q"] = twice["p"]
    arguments, _ = program.encode(twice)
    program.fast.verify(program, arguments, 10)
    found = program.fast.coordinates(program.fast.prepare(**arguments))
    assert all(np.isfinite(v).all() for v in found.values())
    assert np.abs(found["mu_b_coef_by"]).max() < 10


# --- mistakes -------------------------------------------------------------------------------------

MOVED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nothing": lambda made: {},
    "a place": lambda made: {"mu_x_coef_at": made["mu_x_coef_at"] + 1.0},
    "a width": lambda made: {"y_sigma_width": 3.0 * made["y_sigma_width"]},
}


@pytest.mark.parametrize("what", MOVED)
def test_any_coordinates_are_exact(what: str) -> None:
    assert changed(MOVED[what]) < 1e-9


def test_a_wrong_determinant_is_found() -> None:
    with pytest.raises(Exception, match="model_fast is not model"):
        changed(lambda made: {"mu_standard_volume": made["mu_standard_volume"] + 1e-3})


def changed(change: Callable[[dict[str, Any]], dict[str, Any]]) -> float:
    """How far the model is from its fast form, in coordinates that are changed."""
    program = module().PROGRAM
    right = program.fast.coordinates

    class Other:
        z, columns = right.z, right.columns

        def __call__(self, made: dict[str, Any]) -> dict[str, Any]:
            found = right(made)
            return dict(found | change(found))

    program.fast.coordinates = Other()
    arguments, _ = program.encode(table(30))
    return float(program.fast.verify(program, arguments, 10))


@pytest.mark.parametrize("old", ["mu_x_coef_by @ mu_standard", "jnp.log(y_sigma_width * y_sigma)"])
def test_a_wrong_map_is_found(old: str) -> None:
    text = compile_text(MODEL, "model.bl")
    assert text.count(old) == 1
    broken = execute(text.replace(old, f"1.001 * ({old})"), "broken").PROGRAM
    arguments, _ = broken.encode(table(30))
    with pytest.raises(Exception, match="model_fast is not model"):
        broken.fast.verify(broken, arguments, 3)
