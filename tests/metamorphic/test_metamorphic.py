"""Changes of a program or its data that change nothing, or by as much as one can tell."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.fuzz.checks import Case
from tests.fuzz.generate import Drawn, program
from tests.metamorphic.programs import DRAWN, ROWS, TABLE, base, density, near, point


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
