"""Slopes of levels between centred and non-centred: which are, what they carry, mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, compile_text, optimised
from tests.golden.cases import execute, runtime

DATA = (
    "data { y: binary  n: count  r: real  x: real  z: real  w: real[a, b]  g: category  "
    "h: category }\n"
)
MU = "mu = intercept() + linear(z, x) + random_effects(g) + random_slopes(x, by = g)\n"
MOVED = "mu_x_slope by what the rows of a level say of it"
#: A program, and what the plan says.
SAID = {
    f"{MU}y ~ bernoulli(mu)": f"{MOVED}, and carries mu_linear_coef",
    f"{MU}n ~ binomial(mu, trials = 9)": f"{MOVED}, and carries mu_linear_coef",
    f"{MU}n ~ poisson(mu)": f"{MOVED}, and carries mu_linear_coef",
    f"{MU}n ~ negative_binomial(mu)": f"{MOVED}, and carries mu_linear_coef",
    "mu = random_slopes(x, by = g) + linear(x)\nn ~ poisson(mu)": MOVED,  # drawn before
    "mu = linear(z) + random_slopes(x, by = g)\nn ~ poisson(mu)": MOVED,
    "mu = linear(x) - random_slopes(x, by = g)\nn ~ poisson(mu)": MOVED,
    "u = random_slopes(x, by = g)\nv = random_slopes(x, by = h)\nmu = linear(x) + u + v\n"
    "n ~ poisson(mu)": "u_slope by what the rows of a level say of it; v_slope by what the rows of "
    "a level say of it",  # drawn before the coefficient
    "b = linear(x)\nu = random_slopes(x, by = g)\nv = random_slopes(x, by = h)\n"
    "n ~ poisson(b + u + v)": "u_slope by what the rows of a level say of it, and carries b_coef; "
    "v_slope by what the rows of a level say of it",
    "mu = linear(w, x) + random_slopes(x, w, by = g)\ny ~ bernoulli(mu)": (
        "mu_random_slopes_slope by what the rows of a level say of it"
    ),
    "mu = random_slopes(x, by = g, slope ~ Normal(0, 2))\ny ~ bernoulli(mu)": "not: no slopes",
    "mu = random_slopes(x, by = g, slope ~ Laplace(0, 1))\ny ~ bernoulli(mu)": "not: no slopes",
    "mu = correlated_effects(1, x, by = g)\ny ~ bernoulli(mu)": "not: the slopes of "
    "mu_effect are correlated",
    f"{MU}y ~ weighted(bernoulli(mu), 2)": "not: no slopes",
    f"{MU}y ~ bernoulli(mu)\nreparam {{ mu_x_slope = centered }}": "not: the source says how",
    f"{MU}r ~ gaussian(mu)": "not: mu_x_slope is integrated out",
    "mu = linear(x) + random_slopes(z, by = h) + random_slopes(x, by = g)\nr ~ gaussian(mu)": (
        f"{MOVED}, and carries mu_x_coef"
    ),
}


@pytest.mark.parametrize("text", SAID)
def test_the_plan(text: str) -> None:
    compiled = analyse(Source("model.bl", DATA + text), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    (note,) = (n for n in optimised(compiled, Options("-O2")).notes if n.name == "centre_slopes")
    said = f"{'' if note.applied else 'not: '}{note.text}"
    assert SAID[text] in said
    assert said.count("carries") == SAID[text].count("carries")


MOVING = [text for text, said in SAID.items() if not said.startswith("not")]


def table(rows: int) -> dict[str, Any]:
    rng = np.random.default_rng(rows)
    g = rng.integers(5, size=rows)
    return {
        "y": rng.integers(2, size=rows),
        "n": rng.poisson(3, size=rows),
        "r": rng.normal(size=rows),
        "x": np.where(g == 0, 1.0, rng.normal(size=rows)),  # of one level all are the same
        **{k: rng.normal(size=rows) for k in "zab"},
        "g": [f"g{k}" for k in g],
        "h": [f"h{k % 3}" for k in range(rows)],
    }


@pytest.mark.parametrize("text", MOVING)
def test_the_fast_form_is_the_model(text: str) -> None:
    code = compile_text(DATA + text, "model.bl", Options("-O2"))
    made = execute(code, f"slopes_moved_{MOVING.index(text)}").PROGRAM
    for rows in (6, 60):
        arguments, _ = made.encode(table(rows))
        assert made.fast.verify(made, arguments, 20) is not None
        shares = [v for k, v in made.fast.prepare(**arguments).items() if k.endswith("_share")]
        assert shares and all(((share >= 0) & (share <= 1)).all() for share in shares)


def test_any_share_and_pilot_are_exact_and_a_wrong_map_is_found() -> None:
    code = compile_text(f"{DATA}{MU}y ~ bernoulli(mu)\n", "model.bl", Options("-O2"))
    made = execute(code, "slopes_other").PROGRAM
    arguments, _ = made.encode(table(60))
    right = made.fast.prepare

    def other(**given: Any) -> dict[str, Any]:
        found: dict[str, Any] = right(**given)
        size = len(found["mu_x_slope_share"])
        share = np.linspace(0, 1, size)[:, None]
        pilots = {"mu_x_slope_pilot": np.array([7.0]), "mu_x_slope_middle": np.array([3.0])}
        return found | pilots | {"mu_x_slope_share": share}

    made.fast.prepare = other
    assert made.fast.verify(made, arguments, 10) is not None
    wrong = code.replace("+ jnp.log(mu_x_slope_stretch)", "+ 1.01 * jnp.log(mu_x_slope_stretch)")
    made = execute(wrong, "slopes_wrong").PROGRAM
    with pytest.raises(Exception, match="model_fast is not model"):
        made.fast.verify(made, arguments, 3)


@pytest.mark.parametrize("family", ["means", "log_odds", "log_means"])
def test_pilots_are_near_what_was_simulated(family: str) -> None:
    fit = runtime()
    rng = np.random.default_rng(0)
    level, x = rng.integers(200, size=80_000), rng.normal(size=80_000)
    slope = rng.normal(0.5, 0.3, size=200)
    eta = rng.normal(0, 0.3, size=200)[level] + slope[level] * x
    draws = {
        "means": lambda: rng.normal(eta, 2.0),
        "log_odds": lambda: rng.random(len(eta)) < 1 / (1 + np.exp(-eta)),
        "log_means": lambda: rng.poisson(np.exp(eta)),
    }
    residuals = getattr(fit, f"{family}_residuals")(draws[family]().astype(float), level, 200)
    found = fit.slopes_by_level(residuals, level, 200, x[:, None])
    pilots = fit.slope_pilots(found)
    assert abs(pilots[0] - 0.3) < 0.1
    assert abs(fit.slope_middles(found, pilots)[0] - 0.5) < 0.15
    shares = fit.slope_centring(found, pilots)
    assert shares.shape == (200, 1) and 0.5 < np.median(shares) < 1
