"""Each relation of this folder can fail: a change that is meant to matter is seen to."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fuzz.checks import Case
from tests.fuzz.generate import Drawn
from tests.metamorphic.programs import ROWS, TABLE, base, density, near, point

LINK = "weighted(gaussian(mu, sigma ~ HalfNormal(1)), {})"


@pytest.mark.parametrize("column", TABLE)
def test_one_column_moved_matters(column: str) -> None:
    values = point(Drawn(base(), TABLE))
    moved = TABLE | {column: TABLE[column][1:] + TABLE[column][:1]}
    assert not near(density(base(), moved, values)[""], density(base(), TABLE, values)[""])


@pytest.mark.parametrize("rows", [ROWS - 1, ROWS + 1])
def test_another_number_of_rows_matters(rows: int) -> None:
    values = point(Drawn(base(), TABLE))
    scaled, plain = density(base(), TABLE, values, n_row=rows), density(base(), TABLE, values)
    assert not near(scaled[""], plain[""])
    assert near(scaled["y"], plain["y"] * rows / ROWS)  # by as much as a batch is scaled


def test_a_comment_that_takes_a_term_away_matters() -> None:
    text = base().replace(" + random_effects", "\n# + random_effects")
    assert Case(text, TABLE).code != Case(base(), TABLE).code


def test_two_names_exchanged_in_the_file_matter() -> None:
    values = point(Drawn(base(), TABLE))
    other = TABLE | {"x": TABLE["z"], "z": [str(abs(float(x))) for x in TABLE["x"]]}
    assert not near(density(base(), other, values)[""], density(base(), TABLE, values)[""])


@pytest.mark.parametrize(("times", "weight"), [(2, 0.4), (3, 0.5), (2, 1.0)])
def test_another_weight_matters(times: int, weight: float) -> None:
    values = point(Drawn(base(), TABLE))
    table = {name: cells * times for name, cells in TABLE.items()}
    weighted = density(base(link=LINK.format(weight)), table, values)["y"]
    plain = density(base(), TABLE, values)["y"]
    assert not near(weighted, plain) and near(weighted, plain * times * weight)


def test_centring_without_moving_the_intercept_matters() -> None:
    values = point(Drawn(base(), TABLE))
    centred = density(base(x="center(x)"), TABLE, values)
    assert not near(centred["y"], density(base(), TABLE, values)["y"])


@pytest.mark.parametrize("left", ["a", "b", "s", "link"])
def test_a_prior_left_in_the_old_unit_matters(left: str) -> None:
    unit, values = 100.0, point(Drawn(base(), TABLE))
    priors = {
        "a": "coef ~ Normal(0, 100)",
        "b": "coef ~ Normal(0, 100)",
        "s": "100",
        "link": "gaussian(mu, sigma ~ HalfNormal(100))",
    }
    site = {"a": "mu_intercept", "b": "mu_x_coef", "s": "mu_g_scale", "link": "y_sigma"}[left]
    del priors[left]
    scaled = {name: unit * value for name, value in values.items()}
    after = density(base(**priors), TABLE, scaled)[site]
    expected = density(base(), TABLE, values)[site] - np.size(values[site]) * np.log(unit)
    assert not near(after, expected)
