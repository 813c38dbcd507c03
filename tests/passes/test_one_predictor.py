"""However a sum is written, it is one predictor for what integrates its terms out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bgen.driver import Options, compile_text
from tests.golden.cases import execute

DATA = "data { y: real  x: real  g: category  h: category }\n"
EFFECTS = "g_effect is integrated out"
#: A program, and what its plan says.
WRITTEN = {
    "inside the link": ("y ~ gaussian(intercept() + linear(x) + random_effects(g))", EFFECTS),
    "effects first": ("a = random_effects(g) + intercept()\ny ~ gaussian(a)", EFFECTS),
    "effects alone": ("a = random_effects(g)\ny ~ gaussian(a)", "a_effect is integrated out"),
    "a named layer": (
        "a = intercept() + linear(x)\nu = random_effects(g)\ny ~ gaussian(a + u)",
        "u_effect is integrated out",
    ),
    "one by one": (
        "a = intercept() + linear(x)\nb = a + random_effects(g)\ny ~ gaussian(b)",
        EFFECTS,
    ),
    "taken off twice": (
        "u = random_effects(g) + linear(x)\na = linear(h) - u\ny ~ gaussian(intercept() - a)",
        EFFECTS,
    ),
    "slopes": (
        "s = random_slopes(x, by = g)\nu = random_effects(g) + s\ny ~ gaussian(intercept() + u)",
        "u_g_effect are integrated out",
    ),
    "coefficients": (
        "a = intercept()\nb = horseshoe(x)\ny ~ gaussian(a + b)",
        "b_coef, a are integrated out",
    ),
}


def table() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        "y": rng.normal(size=60),
        "x": rng.normal(size=60),
        "g": [f"g{k}" for k in rng.integers(5, size=60)],
        "h": [f"h{k % 3}" for k in range(60)],
    }


@pytest.mark.parametrize("name", WRITTEN)
def test_terms_are_integrated_out(name: str) -> None:
    text, said = WRITTEN[name]
    code = compile_text(f"{DATA}{text}\n", "model.bl", Options("-O2"))
    assert said in " ".join(code.split())
    made = execute(code, f"written_{name.replace(' ', '_')}").PROGRAM
    arguments, _ = made.encode(table())
    assert made.fast.verify(made, arguments, 20) is not None


def test_what_is_read_elsewhere_keeps_its_name() -> None:
    text = f"{DATA}u = random_effects(g)\ny ~ gaussian(intercept() + u, sigma = exp(u))\n"
    code = compile_text(text, "model.bl", Options("-O2"))
    assert "u_effect is integrated out" not in code
    made = execute(code, "written_twice").PROGRAM
    arguments, _ = made.encode(table())
    assert made.fast.verify(made, arguments, 20) is not None


def test_a_reported_predictor_is_still_reported() -> None:
    text = f"{DATA}u = random_effects(g)\ny ~ gaussian(intercept() + u)\nreport u\n"
    code = compile_text(text, "model.bl", Options("-O2"))
    assert "u_effect is integrated out" in code
    made = execute(code, "written_reported").PROGRAM
    arguments, _ = made.encode(table())
    assert made.fast.verify(made, arguments, 20) is not None
    assert "u" in made.sites
