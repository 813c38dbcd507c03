"""Crossed effects and an intercept: what is sampled instead, and that it is the same model."""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.handlers import seed, substitute, trace
from numpyro.infer import init_to_uniform  # type: ignore[import-untyped]

from bgen.driver import Options, compile_text
from bgen.ir.facts import Facts
from tests.golden.cases import execute

DATA = "data { y: binary  c: count  r: real  g: category  h: category  k: category  x: real }\n"
BOTH = "mu = intercept() + linear(x) + random_effects(g) + random_effects(h)\n"
PROGRAMS = {
    "logistic": f"{BOTH}y ~ bernoulli(mu)",
    "poisson": f"{BOTH}c ~ poisson(mu)",
    "flat": f"{BOTH}c ~ negative_binomial(mu)".replace("intercept()", "intercept(coef ~ Flat())"),
    "three": f"{BOTH}y ~ bernoulli(mu + random_effects(k))",
    # one of three is integrated out
    "gaussian": BOTH.replace("\n", " + random_effects(k)\n") + "r ~ gaussian(mu)",
    "two responses": f"{BOTH}y ~ bernoulli(mu)\n"
    "eta = intercept() + random_effects(g) + random_effects(h)\nc ~ poisson(eta)",
}
ASIDE = {
    "intercept() + random_effects(g)",
    "linear(x) + random_effects(g) + random_effects(h)",
    "intercept() + random_effects(g) - random_effects(h)",
    "intercept() + random_effects(g) + fixed_effects(h)",
}
CROSSED = Facts(60, 60, 60, (("g", 5), ("h", 4)), (), (("h", "g"), ("g", "h")))
NESTED = Facts(60, 60, 60, (("g", 5), ("h", 20)), (("h", "g"),), ())


@cache
def program(name: str, facts: Facts | None = None) -> Any:
    code = compile_text(DATA + PROGRAMS[name] + "\n", "model.bl", Options("-O2", facts=facts))
    assert "differ from their weighted means" in " ".join(code.split()), name
    assert ("mostly_crossed" in code) == (facts is None)
    return execute(code, f"sum_{name.replace(' ', '_')}{'_known' if facts else ''}").PROGRAM


def table(shape: str, rows: int = 60) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    g = rng.integers(5, size=rows)
    h = rng.integers(4, size=rows)
    if shape == "nested":
        h = 4 * g + h
    elif shape == "partly":  # most levels of h lie within one of g
        h = np.where(rng.uniform(size=rows) < 0.1, 0, 4 * g + h)
    elif shape == "one level":
        h = np.zeros(rows, int)
    return {
        "y": rng.integers(2, size=rows),
        "c": rng.integers(5, size=rows),
        "r": rng.normal(size=rows),
        "x": rng.normal(size=rows),
        **{name: [f"{name}{i}" for i in values] for name, values in (("g", g), ("h", h))},
        "k": [f"k{i}" for i in rng.integers(3, size=rows)],
    }


@pytest.mark.parametrize(
    ("name", "shape"),
    [(name, shape) for name in PROGRAMS for shape in ("crossed", "partly")]
    + [("logistic", "nested"), ("gaussian", "one level")],
)
def test_the_fast_form_is_the_model(name: str, shape: str) -> None:
    made = program(name)
    arguments, _ = made.encode(table(shape))
    assert made.fast.verify(made, arguments, 10) is not None


def test_groupings_that_are_known_to_be_crossed_are_no_question() -> None:
    made = program("logistic", CROSSED)
    arguments, _ = made.encode(table("crossed"))
    assert made.fast.verify(made, arguments, 10) is not None
    prepared = made.fast.prepare(**arguments)
    assert prepared["mu_g_effect_weight"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("predictor", sorted(ASIDE))
def test_the_plan_says_why_not(predictor: str) -> None:
    text = compile_text(f"{DATA}y ~ bernoulli({predictor})\n", "model.bl", Options("-O2"))
    told = "not sum_to_zero: no intercept has moved effects of several groupings beside it"
    assert told in " ".join(text.split())


def test_what_lies_within_is_left_as_it_was() -> None:
    made = program("logistic")
    arguments, _ = made.encode(table("nested"))
    prepared = made.fast.prepare(**arguments)
    for name in ("mu_g_effect", "mu_h_effect"):
        assert not prepared[f"{name}_weight"].any() and prepared[f"{name}_wider"] == 0
    arguments, _ = made.encode(table("crossed"))
    prepared = made.fast.prepare(**arguments)
    for name in ("mu_g_effect", "mu_h_effect"):
        assert prepared[f"{name}_weight"].sum() == pytest.approx(1.0)
        assert prepared[f"{name}_wider"] > 0


@pytest.mark.parametrize("shape", ["crossed", "partly"])
def test_the_determinant_is_that_of_the_stretches_and_a_constant(shape: str) -> None:
    """Which ``verify`` takes for granted, since large ones would take long to compute."""
    with jax.enable_x64(True):
        made = program("logistic")
        arguments, encoding = made.encode(table(shape))
        data = made.fast.bind(made.fast.prepare(**arguments), encoding["rows"])
        model = made.fast.model(data.sizes)
        sampled = ("mu_intercept_level", "mu_g_effect_z", "mu_h_effect_z")
        sites = ("mu_intercept", "mu_g_effect", "mu_h_effect")

        def moved(point: Any, key: Any) -> tuple[Any, Any]:
            def place(values: Any) -> Any:
                run = substitute(seed(model, key), data=point | values)
                found = trace(run).get_trace(data.arrays)
                return jnp.concatenate([jnp.ravel(found[k]["value"]) for k in sites])

            blocks = jax.jacfwd(place)({name: point[name] for name in sampled})
            matrix = jnp.concatenate(
                [blocks[k].reshape(blocks[k].shape[0], -1) for k in sampled], axis=1
            )
            return jnp.linalg.slogdet(matrix)[1], made.fast.log_stretch(
                model, data.arrays, point, key
            )

        differences = []
        for k in range(3):
            key = jax.random.PRNGKey(k)
            start = substitute(seed(model, key), substitute_fn=init_to_uniform(radius=1.0))
            drawn = trace(start).get_trace(data.arrays)
            free = (*sampled, "mu_g_scale", "mu_h_scale", "mu_x_coef")
            point = {name: drawn[name]["value"] for name in free}
            whole, stretches = moved(point, key)
            differences.append(float(whole - stretches))
        assert np.allclose(differences, differences[0], atol=1e-10)
