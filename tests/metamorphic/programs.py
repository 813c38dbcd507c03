"""The program that is changed, its data, and its log joint density by term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.fuzz.checks import Case
from tests.fuzz.generate import Drawn, program
from tests.oracle.compare import Emitted

PROGRAM = """data {{ y: real{source}  x: real  z: positive  g: category }}
mu = intercept({a}) + linear({x}, {b}) + linear(log(z)) + random_effects(g, scale ~ HalfNormal({s}))
y ~ {link}
"""
PLAIN = {
    "source": "",
    "a": "coef ~ Normal(0, 1)",
    "b": "coef ~ Normal(0, 1)",
    "x": "x",
    "s": "1",
    "link": "gaussian(mu, sigma ~ HalfNormal(1))",
}
ROWS = 12
DRAW = np.random.RandomState(5)
TABLE = {
    "y": [str(v) for v in np.round(DRAW.normal(size=ROWS), 3)],
    "x": [str(v) for v in np.round(2 + DRAW.normal(size=ROWS), 3)],
    "z": [str(v) for v in np.round(DRAW.uniform(0.5, 2, ROWS), 3)],
    "g": list("abcbacabcacb"),
}
#: Random programs whose rows are exchangeable: no site and no density knows their order.
DRAWN = [
    seed
    for seed in range(300, 330)
    if not any(w in program(seed).text for w in ("[row]", "autoregressive", "measured", "?"))
][:6]


def base(**changes: str) -> str:
    return PROGRAM.format(**PLAIN | changes)


def density(
    text: str, table: Mapping[str, list[str]], values: Mapping[str, Any], **more: Any
) -> dict[str, float]:
    """The terms of the log joint density, and their sum under the empty name."""
    case = Case(text, dict(table))
    total, terms, _ = Emitted(case.module.model, case.encoded[0] | more).at(values)
    return terms | {"": total}


def point(drawn: Drawn, seed: int = 0) -> dict[str, Any]:
    return Case(drawn.text, drawn.table).oracle.draw(seed)


def near(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True))
