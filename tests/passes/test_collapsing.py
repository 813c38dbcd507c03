"""Coefficients that are integrated out: which, and that they come back as they were."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.infer.util import log_density  # type: ignore[import-untyped]

from bgen.driver import Options, compile_text
from tests.golden.cases import execute
from tests.passes.gradients import assert_gradient

DATA = 'data { y: real  x: real["x_*"]  z: real  g: category }\n'
COLLAPSED = {
    "adaptive(x)": ["a_coef"],
    "intercept() + horseshoe(x)": ["a_intercept", "a_x_coef"],
    "intercept() + r2d2(x) + linear(z)": ["a_intercept", "a_x_coef", "a_z_coef"],
    "hsgp(z, m = 5)": ["a_weight"],
    "intercept() + pspline(z)": ["a_intercept", "a_z_difference", "a_z_trend"],
    # what is subtracted, or has another prior, is sampled
    "adaptive(x) - linear(z)": ["a_x_coef"],
    "adaptive(x) + linear(z, coef ~ Laplace(0, 1))": ["a_x_coef"],
}
ASIDE = {
    "intercept() + linear(x)": "no normal coefficients have a scale that is unknown",
    "adaptive(x) + fixed_effects(g, effect ~ Laplace(0, 1))": "the rows of y differ by levels",
    "adaptive(x) + gp(z)": "the response is not the Gaussian means of cells",
}


def emitted(predictor: str, level: str = "-O2") -> str:
    source = f"{DATA}a = {predictor}\ny ~ gaussian(a)\n"
    return compile_text(source, "model.bl", Options(level))


def table(rows: int = 40) -> dict[str, list[str]]:
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(rows, 3)), rng.uniform(-1, 1, rows)
    y = 0.5 + x @ [1.0, 0.0, -0.5] + z + 0.7 * rng.normal(size=rows)
    columns = {"y": y, "z": z} | {f"x_{k}": x[:, k] for k in range(3)}
    text = {k: [f"{v:.4f}" for v in column] for k, column in columns.items()}
    return text | {"g": [f"g{k % 4}" for k in range(rows)]}


@pytest.mark.parametrize("predictor", COLLAPSED)
def test_what_is_integrated_out_is_what_the_plan_says(predictor: str) -> None:
    sites = ", ".join(COLLAPSED[predictor])
    verb = "are" if len(COLLAPSED[predictor]) > 1 else "is"
    said = f"collapse_linear: {sites} {verb} integrated out, and drawn back by recover"
    code = emitted(predictor)
    assert said in " ".join(code.split())
    program = execute(code, "collapsed").PROGRAM
    arguments, _ = program.encode(table())
    assert program.fast.verify(program, arguments, 30) is not None


@pytest.mark.parametrize("predictor", ASIDE)
def test_where_it_stands_aside_the_plan_says_why(predictor: str) -> None:
    text = " ".join(emitted(predictor).split())
    assert f"not collapse_linear: {ASIDE[predictor]}" in text


def test_a_coefficient_that_is_read_elsewhere_stays() -> None:
    source = f"{DATA}b ~ Normal(0, 1)\na = b * z + adaptive(x)\ny ~ gaussian(a, sigma = exp(b))\n"
    text = " ".join(compile_text(source, "model.bl", Options("-O2")).split())
    assert "collapse_linear: a_x_coef is integrated out" in text
    freed = source.replace("exp(b)", "2")
    text = " ".join(compile_text(freed, "model.bl", Options("-O2")).split())
    assert "collapse_linear: b, a_x_coef are integrated out" in text


def test_no_scale_is_left_to_find_at_the_first_level() -> None:
    assert "collapse_linear" not in emitted("adaptive(x)", "-O1")


def fast(predictor: str) -> tuple[Any, Any]:
    program = execute(emitted(predictor), "collapsed").PROGRAM
    arguments, encoding = program.encode(table())
    return program, program.fast.bind(program.fast.prepare(**arguments), encoding["rows"])


def sites() -> dict[str, Any]:
    return {"a_x_scale": jnp.array(0.6), "y_sigma": jnp.array(0.9)}


def test_draws_have_the_moments_of_the_normal_posterior() -> None:
    """By the textbook's formula, from the rows."""
    with jax.enable_x64(True):
        program, data = fast("intercept() + adaptive(x)")
        ((names, given),) = program.fast.lacking(data, sites()).items()
        assert names == ("a_intercept", "a_x_coef")
        draws = given.sample(jax.random.PRNGKey(0), (200_000,))
        columns = {k: np.asarray(v, float) for k, v in table().items() if k != "g"}
        x = np.column_stack([np.ones(40), *(columns[f"x_{k}"] for k in range(3))])
        prior = 1 / np.array([1.0, 0.6, 0.6, 0.6]) ** 2
        covariance = np.linalg.inv(x.T @ x / 0.9**2 + np.diag(prior))
        mean = covariance @ x.T @ columns["y"] / 0.9**2
        sd = np.sqrt(np.diag(covariance))
        assert np.allclose(draws.mean(0), mean, atol=5 * sd.max() / 200_000**0.5)
        assert np.allclose(np.cov(draws.T), covariance, atol=0.02 * sd.max() ** 2)
        split = given.split(draws)
        assert [part.shape for part in split] == [(200_000,), (200_000, 3)]
        assert np.array_equal(np.column_stack(split), draws)


def test_slopes_are_those_of_the_density() -> None:
    """What is held at the mean of the coefficients changes no slope."""
    with jax.enable_x64(True):
        assert_gradient(*fast("intercept() + adaptive(x)"), sites())


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e30])
def test_at_the_ends_of_a_funnel_density_and_slope_are_finite(scale: float) -> None:
    with jax.enable_x64(True):
        program, data = fast("intercept() + adaptive(x)")
        model = program.fast.model(data.sizes)

        def at(scale: Any) -> Any:
            return log_density(model, (data.arrays,), {}, sites() | {"a_x_scale": scale})[0]

        value, slope = jax.value_and_grad(at)(jnp.array(scale))
        assert np.isfinite(slope)
        assert np.isfinite(value)
