"""Changes of a program or its data that change nothing, or by as much as one can tell."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

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


@pytest.mark.parametrize("drawn", [Drawn(base(), TABLE), *map(program, DRAWN)])
def test_the_order_of_rows_does_not_matter(drawn: Drawn) -> None:
    values = point(drawn)
    order = list(range(len(next(iter(drawn.table.values())))))
    random.Random(1).shuffle(order)
    moved = {name: [cells[k] for k in order] for name, cells in drawn.table.items()}
    before, after = (density(drawn.text, table, values)[""] for table in (drawn.table, moved))
    assert near(before, after)


@pytest.mark.parametrize("drawn", [Drawn(base(), TABLE), *map(program, DRAWN)])
def test_a_batch_of_all_rows_is_all_rows(drawn: Drawn) -> None:
    values, rows = point(drawn), len(next(iter(drawn.table.values())))
    full = density(drawn.text, drawn.table, values)[""]
    assert near(density(drawn.text, drawn.table, values, n_row=rows)[""], full)


@pytest.mark.parametrize("drawn", [Drawn(base(), TABLE), *map(program, range(340, 352))])
def test_comments_and_layout_do_not_matter(drawn: Drawn) -> None:
    lines = drawn.text.split("\n")
    text = "# above\n" + "\n\n".join(f"{line}  # of `{k}` ~ = {{" for k, line in enumerate(lines))
    assert Case(text, drawn.table).code == Case(drawn.text, drawn.table).code


def test_names_of_columns_in_the_file_do_not_matter() -> None:
    values = point(Drawn(base(), TABLE))
    moved = {("Y.1" if name == "y" else name): cells for name, cells in TABLE.items()}
    renamed = density(base(source='["Y.1"]'), moved, values)
    assert near(renamed[""], density(base(), TABLE, values)[""])


def test_names_of_levels_do_not_matter_but_for_their_order() -> None:
    values = point(Drawn(base(), TABLE))
    names = {"a": "north", "b": "south", "c": "west"}
    renamed = density(base(), TABLE | {"g": [names[g] for g in TABLE["g"]]}, values)
    before = density(base(), TABLE, values)
    assert near(renamed[""], before[""])
    turned = {"a": "z", "b": "y", "c": "x"}
    other = density(base(), TABLE | {"g": [turned[g] for g in TABLE["g"]]}, values)
    assert not near(other["y"], before["y"])
    effects = values["mu_g_effect"][::-1]
    back = density(
        base(), TABLE | {"g": [turned[g] for g in TABLE["g"]]}, values | {"mu_g_effect": effects}
    )
    assert near(back[""], before[""])


def test_every_row_twice_with_half_the_weight_is_every_row() -> None:
    values = point(Drawn(base(), TABLE))
    twice = {name: cells * 2 for name, cells in TABLE.items()}
    half = base(link="weighted(gaussian(mu, sigma ~ HalfNormal(1)), 0.5)")
    weighted, plain = density(half, twice, values), density(base(), TABLE, values)
    assert near(weighted["y"], plain["y"]) and near(weighted[""], plain[""])


def test_a_centred_column_moves_the_intercept_alone() -> None:
    values = point(Drawn(base(), TABLE))
    mean = np.mean([float(x) for x in TABLE["x"]])
    shift = mean * values["mu_x_coef"][0]
    moved = values | {"mu_intercept": values["mu_intercept"] + shift}
    centred, plain = density(base(x="center(x)"), TABLE, moved), density(base(), TABLE, values)
    assert near(centred["y"], plain["y"])


def test_units_of_the_response_are_units() -> None:
    """y in hundredths, and all priors with it: each site and row loses the log of its unit."""
    unit = 100.0
    values = point(Drawn(base(), TABLE))
    text = base(
        a="coef ~ Normal(0, 100)",
        b="coef ~ Normal(0, 100)",
        s="100",
        link="gaussian(mu, sigma ~ HalfNormal(100))",
    ).replace("linear(log(z))", "linear(log(z), coef ~ Normal(0, 100))")
    scaled = {name: unit * value for name, value in values.items()}
    table = TABLE | {"y": [str(unit * float(y)) for y in TABLE["y"]]}
    before, after = density(base(), TABLE, values), density(text, table, scaled)
    sizes = {name: np.size(value) for name, value in values.items()} | {"y": ROWS}
    for name, size in sizes.items():
        assert near(after[name], before[name] - size * np.log(unit)), name
