"""Names and data that a rewrite meets seldom: its density is the model's, or it stands aside."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bgen.driver import Options, compile_text
from tests.golden.cases import execute, runtime

from .reports import completed, reports_apart

N = 40
#: Columns, each of which is read by the name that a program gives to it.
COLUMNS: dict[str, Any] = {
    "real": np.random.default_rng(1).normal(size=N),
    "other": np.random.default_rng(2).normal(size=N),
    "flag": [0, 1] * (N // 2),
    "count": [1, 2, 3, 4] * (N // 4),
    "four": list("abcd") * (N // 4),
    "five": list("uvwxy") * (N // 5),
    "one": ["o"] * N,
    "zero": np.zeros(N),
    "positive": [0.5, 1.0] * (N // 2),
    "huge": [8 * 10**9 + k for k in range(N)],
    "large": [17 * 10**8 + k for k in range(N)],
}
GROUPED = "mu = intercept() + linear(x) + random_effects({})\n"
#: What the program calls its columns, and the program.
PROGRAMS: dict[str, tuple[str, str]] = {
    # nothing differs: no column is left beside the levels, or none at all
    "levels of one column each": (
        "y: binary = flag  x: real = zero  g: category = four  h: category = five",
        f"{GROUPED.format('g')}y ~ bernoulli(mu + random_effects(h))",
    ),
    "one inner level": (
        "y: binary = flag  x: real  g: category = four  h: category = one",
        f"{GROUPED.format('g')}y ~ bernoulli(mu + random_effects(h))",
    ),
    "three groupings, one level": (
        "y: real  x: real = zero  g: category = four  h: category = five  k: category = one",
        f"{GROUPED.format('g')}y ~ gaussian(mu + random_effects(h) + random_effects(k))",
    ),
    "a design without columns": (
        "y: real  s: category = one  x: real = other",
        "y ~ gaussian(intercept() + linear(s) + linear(x))",
    ),
    "... beside levels": (
        "y: real  s: category = one  x: real = other  g: category = four",
        f"{GROUPED.format('g')}y ~ gaussian(mu + linear(s))",
    ),
    "... of unknown scale": (
        "y: real  s: category = one  x: real = other",
        "mu = intercept() + adaptive(s) + linear(x)\ny ~ gaussian(mu)",
    ),
    "... that differ by level": (
        "y: real  s: category = one  x: real = other  g: category = four",
        "mu = intercept() + linear(x) + random_slopes(s, by = g)\ny ~ gaussian(mu)",
    ),
    "... with scales by level": (
        "y: real  s: category = one  x: real = other  g: category = four",
        "ls[g] ~ Normal(0, 1)\nsigma = exp(ls[g])\nmu = intercept() + linear(x) + linear(s)\n"
        "y ~ gaussian(mu, sigma = sigma)",
    ),
    # names of what the emitted functions call
    "len": (
        "len: real  supp: category = four  x: real = other",
        f"{GROUPED.format('supp')}len ~ gaussian(mu)",
    ),
    "len, by products": (
        "len: real  x: real = other  z: real = zero",
        "len ~ gaussian(intercept() + interaction(x, z))",
    ),
    "Cells": (
        "y: real  Cells: category = four  x: real = other",
        f"{GROUPED.format('Cells')}y ~ gaussian(mu)",
    ),
    "cells": ("cells: real  x: real = other", "cells ~ gaussian(intercept() + linear(x))"),
    "cells, a column": (
        "y: real  cells: real = other",
        "b ~ Normal(0, 1)\ny ~ gaussian(intercept() + b * cells)",
    ),
    "nested": (
        "y: count  nested: category = four  x: real = other  h: category = five",
        f"{GROUPED.format('nested')}y ~ poisson(mu + random_effects(h))",
    ),
    "Block": (
        "y: real  Block: real = other  x: real = zero",
        "b ~ Normal(0, 1)\nmu = intercept() + adaptive(x) + b * Block\ny ~ gaussian(mu)",
    ),
    # ... and of counts that they take
    "n_centre": ("n: count  centre: category = four", "n ~ poisson(random_effects(centre))"),
    "n_level": (
        "n: ordinal = count  level: category = five",
        "n ~ cumulative(random_effects(level))",
    ),
    "n_total": (
        "n: count  total: category = four",
        "n ~ negative_binomial(intercept() + random_effects(total))",
    ),
    # all that is unknown could be integrated out
    "nothing left": (
        "y: real  se: positive  g: category = four",
        "theta[g] ~ Normal(0, 10)\ny ~ gaussian(0 + theta[g], sigma = se)",
    ),
    "nothing left, in a layer": (
        "y: real  se: positive  g: category = four",
        "mu = fixed_effects(g)\ny ~ gaussian(mu, sigma = se)",
    ),
    "nothing left of slopes": (
        "y: real  x: real = other  g: category = four",
        "mu = random_slopes(x, by = g, slope_scale = 1)\ny ~ gaussian(mu, sigma = 0.5)",
    ),
    "what is left is read nowhere": (
        "y: real  se: positive  g: category = four",
        "u ~ Normal(0, 1)\ntheta[g] ~ Normal(0, 10)\nmu = theta[g]\n"
        "y ~ gaussian(mu, sigma = se)\nreport u",
    ),
    "an unknown weight by its name": (
        "y: real  x: real = other  z: real = zero",
        "w = exp(intercept() + linear(z))\ny ~ weighted(gaussian(intercept() + linear(x)), w)",
    ),
    "products of large whole numbers": (
        "y: real  m: count = huge  t: count = large",
        "b ~ Normal(0, 1e-19)\ny ~ gaussian(intercept() + b * m * t)",
    ),
}


def compiled(name: str, level: str) -> tuple[ModuleType, dict[str, Any]]:
    declared, program = PROGRAMS[name]
    found: dict[str, Any] = {}
    words = []
    for part in declared.split("  "):
        column, _, kind = part.partition(": ")
        kind, _, of = kind.partition(" = ")
        found[column] = COLUMNS[of or kind]
        words.append(f"{column}: {kind}")
    code = compile_text(f"data {{ {'  '.join(words)} }}\n{program}\n", options=Options(level))
    return execute(code, f"unusual_{''.join(c for c in name if c.isalpha())}"), found


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("level", ["-O1", "-O2"])
def test_density_and_draws_are_the_models(name: str, level: str) -> None:
    module, columns = compiled(name, level)
    program = module.PROGRAM
    arguments, _ = program.encode(columns)
    if program.fast is None:
        return
    assert program.fast.verify(program, arguments, 20) is not None
    assert reports_apart(program, arguments) == {}
    found = completed(program, arguments)
    assert list(found) == list(program.sites) and all(np.isfinite(v).all() for v in found.values())


def test_what_stands_aside_says_why() -> None:
    module, _ = compiled("nothing left", "-O2")
    assert "not marginalise_effects: nothing would be left to sample" in (module.__doc__ or "")
    module, _ = compiled("cells", "-O1")
    told = "not compress_gaussian: `cells_within` of the source is the name of a function"
    assert told in (module.__doc__ or "")


@pytest.mark.parametrize("name", ["len", "what is left is read nowhere", "n_centre"])
def test_what_could_be_rewritten_is(name: str) -> None:
    assert compiled(name, "-O2")[0].PROGRAM.fast.passes


@pytest.mark.parametrize(
    "name", [name for name in PROGRAMS if name.startswith(("...", "a design"))]
)
def test_a_design_without_columns_is_fitted(name: str) -> None:
    for level in ("-O0", "-O1", "-O2"):
        module, columns = compiled(name, level)
        fit = module.fit(columns, warmup=20, draws=20, chains=1)
        assert len(module.predict(fit, columns)) == N
    if "by level" in name:
        return  # NumPyro has no transformed distribution of no scale (0.22)
    svi = {"method": "svi", "steps": 20, "draws": 20, "batch": 10}
    assert len(module.predict(module.fit(columns, **svi), columns)) == N


def test_columns_that_say_the_same_under_priors_of_the_data() -> None:
    """Where rows tell nothing of a direction its unit is about the prior's, not 1e12."""
    code = compile_text(
        "priors scaled\ndata { y: real  x: real  z: real }\n"
        "mu = intercept() + linear(x, z)\ny ~ gaussian(mu)\n"
    )
    module = execute(code, "unusual_collinear")
    x = COLUMNS["real"]
    rows = {"y": 20 + x + COLUMNS["other"], "x": x, "z": 2 * x}
    arguments, _ = module.encode(rows)
    fast = module.PROGRAM.fast
    made = fast.bind(fast.prepare(**arguments), N)
    assert 1 < float(jnp.abs(made.arrays["mu_linear_coef_by"]).max()) < 100
    fit = module.fit(rows, warmup=300, draws=300)
    assert all(row["r_hat"] < 1.05 for row in fit.summary)


@pytest.mark.parametrize("product", ["m * t", "t * b * m", "(m + t) * m", "-m * t"])
def test_whole_numbers_are_multiplied_as_numbers(product: str) -> None:
    """JAX would wrap 50,000^2 in float32, where whole numbers have 32 bits."""
    code = compile_text(
        "data { y: real  m: count  t: integer }\nb ~ Normal(0, 1)\n"
        f"mu = b * ({product})\ny ~ gaussian(mu)\nreport mu\n",
        options=Options("-O0"),
    )
    module = execute(code, "unusual_product")
    rows = {"y": [1.0, 2.0], "m": [50_000, 60_000], "t": [50_000, 70_000]}
    program, m, t = module.PROGRAM, np.array([5e4, 6e4]), np.array([5e4, 7e4])
    data = runtime().prepare_data(program, program.encode(rows)[0])
    draws = {"b": jnp.ones(1), "y_sigma": jnp.ones(1)}
    model = runtime().take_arrays(program.model, data.sizes)
    predict = runtime().Predictive(model, draws, return_sites=["mu"])
    found = predict(runtime().jax.random.PRNGKey(0), data.arrays)["mu"][0]
    np.testing.assert_allclose(found, eval(product, {"m": m, "t": t, "b": 1.0}), rtol=1e-6)


def test_what_is_integrated_out_is_computed_in_float64() -> None:
    module, columns = compiled("three groupings, one level", "-O2")
    program, check = module.PROGRAM, runtime().check_precision
    arguments, _ = program.encode(columns)
    assert program.fast.recover is not None
    with jax.enable_x64(False):
        assert check(program, arguments, None, False) == []
        told = check(program, arguments, program.fast, False)
    assert told == ["float32 is too coarse for what is integrated out: float64 (--x64) is safer"]
