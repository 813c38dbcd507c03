"""Effects of levels between centred and non-centred: which are, and that errors are found."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, compile_text, optimised
from bgen.ir import model as m
from bgen.ir.fast import Fast
from tests.golden.cases import GOLDEN, execute
from tests.golden.emitted import member

CATTLE = GOLDEN / "models" / "cattle"
DATA = "data { y: binary  z: real  x: real  g: category  h: category }\n"


def fast(text: str, *without: str) -> Fast:
    compiled = analyse(Source("model.bl", DATA + text), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    return optimised(compiled, Options("-O2", without=without))


def clause(text: str, *without: str) -> str:
    (note,) = (n for n in fast(text, *without).notes if n.name == "centre_by_information")
    return f"{'' if note.applied else 'not: '}{note.text}"


def cattle(*, old: str = "", new: str = "") -> ModuleType:
    text = member(CATTLE, "-O2")
    if old:
        head, tail = text.split("def model_fast")
        assert tail.count(old) == 1
        text = f"{head}def model_fast{tail.replace(old, new)}"
    return execute(text, "cattle")


WRONG = {
    "a determinant": (
        "+ jnp.log(eta_herd_effect_stretch)",
        "+ 1.01 * jnp.log(eta_herd_effect_stretch)",
    ),
    "a prior": (".log_prob(eta_herd_effect)", ".log_prob(eta_herd_effect_z)"),
    "a mixture of levels": ("* eta_herd_effect_z\n", "* jnp.roll(eta_herd_effect_z, 1)\n"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_map_is_found(mistake: str) -> None:
    old, new = WRONG[mistake]
    program = cattle(old=old, new=new).PROGRAM
    arguments, _ = program.encode(CATTLE / "data.csv")
    with pytest.raises(Exception, match="model_fast is not model"):
        program.fast.verify(program, arguments, 3)


def test_any_share_and_pilot_are_exact() -> None:
    program = cattle().PROGRAM
    right = program.fast.prepare

    def other(**given: Any) -> dict[str, Any]:
        made: dict[str, Any] = right(**given)
        share = np.linspace(0, 1, len(made["eta_herd_effect_share"]))
        pilots = {"eta_herd_effect_pilot": 7.0, "eta_herd_effect_middle": 30.0}
        return made | pilots | {"eta_herd_effect_share": share}

    program.fast.prepare = other
    arguments, _ = program.encode(CATTLE / "data.csv")
    program.fast.verify(program, arguments, 10)


def test_the_levels_carry_the_intercept() -> None:
    assert clause("eta = intercept() + random_effects(g)\ny ~ bernoulli(eta)").endswith(
        "carries eta_intercept"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a ~ Normal(0, 1)\neta = a + a * x + random_effects(g)\ny ~ bernoulli(eta)",
        "a ~ Normal(0, 1)\neta = random_effects(g) - a\ny ~ bernoulli(eta)",
        "a ~ Laplace(0, 1)\neta = a + random_effects(g)\ny ~ bernoulli(eta)",
        "eta = linear(x) + random_effects(g)\ny ~ bernoulli(eta)",
    ],
)
def test_the_levels_do_not_carry_it(text: str) -> None:
    found = clause(text)
    assert "eta_g_effect by what" in found and "carries" not in found


def test_what_the_source_says_of_a_site_holds() -> None:
    text = "eta = intercept() + random_effects(g) + random_effects(h)\ny ~ bernoulli(eta)\n"
    found = clause(f"{text}reparam {{ eta_g_effect = centered }}")
    assert "eta_h_effect by what" in found and "eta_g_effect" not in found
    only = "eta = intercept() + random_effects(g)\ny ~ bernoulli(eta)\n"
    found = clause(f"{only}reparam {{ eta_g_effect = noncentered }}")
    assert found == "not: the source says how eta_g_effect is sampled"


def test_what_is_integrated_out_is_left_alone() -> None:
    text = "mu = intercept() + random_effects(g)\nz ~ gaussian(mu)"
    assert clause(text, "marginalise_effects").endswith("carries mu_intercept")
    assert clause(text) == "not: mu_g_effect is integrated out"


def test_a_known_scale_is_left_alone() -> None:
    found = clause("u[g] ~ Normal(0, 1)\neta = intercept() + u[g]\ny ~ bernoulli(eta)")
    assert found.startswith("not: no effects of levels")


def test_a_site_is_computed_under_its_name() -> None:
    form = fast("eta = intercept() + random_effects(g)\ny ~ bernoulli(eta)")
    assert form.auxiliary == (("eta_g_effect_z", "eta_g_effect"),)
    kept = [s.name for s in form.statements() if isinstance(s, m.Keep)]
    assert kept == ["eta_g_effect"]


@pytest.mark.parametrize("term", ["offset(log(expo))", "linear(z)", "b * z", "-offset(x)"])
def test_what_else_a_level_differs_by_does_not_centre_it(term: str) -> None:
    """Effects of scale 0 beside a large difference of another kind: sampled non-centred."""
    text = f"""data {{ n: count  g: category  expo: positive  x: real  z: real by g }}
b ~ Normal(0, 1)
n ~ poisson(intercept() + random_effects(g) {term if term[0] == "-" else "+ " + term})
"""
    program = execute(compile_text(text, "model.bl", Options("-O2"))).PROGRAM
    rng = np.random.default_rng(0)
    g = np.repeat(np.arange(40), 5)
    away = rng.normal(0, 1.5, 40)[g]
    data = {"n": rng.poisson(np.exp(1.0 + away)), "g": [f"{k:02d}" for k in g]}
    data |= {"expo": np.exp(away), "x": -away, "z": away}
    arguments, _ = program.encode(data)
    made = program.fast.prepare(**arguments)
    assert made["n_g_effect_share"].max() < 0.1
    assert program.fast.verify(program, arguments, 5) is not None
