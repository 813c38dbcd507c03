"""Names in the program, units of an input, coordinates of NUTS, a batch that is whole."""

from __future__ import annotations

import re
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.handlers import reparam
from numpyro.infer.util import log_density

from tests.fuzz.checks import Case
from tests.fuzz.generate import Drawn
from tests.metamorphic.programs import PLAIN, ROWS, TABLE, base, density, near, point

NAMES = {"y": "score", "x": "pulse", "z": "dose", "g": "ward", "mu": "eta"}


def renamed(text: str, names: dict[str, str]) -> str:
    """Every word, and every part of a site's name."""
    return re.sub(r"(?<![A-Za-z])[a-z]+(?![A-Za-z])", lambda m: names.get(m[0], m[0]), text)


def test_names_in_the_program_do_not_matter() -> None:
    """A term for a term, under the new names."""
    values = point(Drawn(base(), TABLE))
    before = density(base(), TABLE, values)
    table = {NAMES[name]: cells for name, cells in TABLE.items()}
    moved = {renamed(name, NAMES): value for name, value in values.items()}
    after = density(renamed(base(), NAMES), table, moved)
    assert after.keys() == {renamed(name, NAMES) for name in before}
    assert not after.keys() & before.keys() - {""}
    for name, term in before.items():
        assert near(after[renamed(name, NAMES)], term), name


def test_the_order_of_columns_in_the_file_does_not_matter() -> None:
    values = point(Drawn(base(), TABLE))
    turned = dict(reversed(TABLE.items())) | {"unused": ["?"] * ROWS}
    assert near(density(base(), turned, values)[""], density(base(), TABLE, values)[""])


@pytest.mark.parametrize(("prior", "same"), [("0.01", True), ("1", False)])
def test_units_of_an_input_are_units(prior: str, same: bool) -> None:
    """x in hundredths and its coefficient's prior with it; a prior left as it was is found."""
    unit, values = 100.0, point(Drawn(base(), TABLE))
    table = TABLE | {"x": [repr(unit * float(x)) for x in TABLE["x"]]}
    moved = values | {"mu_x_coef": values["mu_x_coef"] / unit}
    text = base(b=f"coef ~ Normal(0, {prior})")
    before, after = density(base(), TABLE, values), density(text, table, moved)
    assert near(after["y"], before["y"])
    assert near(after["mu_x_coef"], before["mu_x_coef"] + np.log(unit)) is same
    del before["y"], before["mu_x_coef"], before[""]
    assert all(near(after[name], term) for name, term in before.items())


@pytest.mark.parametrize(
    ("how", "centred"), [("centered", 1.0), ("noncentered", 0.0), ("0.3", 0.3)]
)
def test_coordinates_of_nuts_are_coordinates(how: str, centred: float) -> None:
    """The model is the same; what NUTS sees differs by the map's determinant, and by that alone."""
    text = base() + f"reparam {{ mu_g_effect = {how} }}\n"
    values = point(Drawn(base(), TABLE))
    plain = density(base(), TABLE, values)[""]
    assert near(density(text, TABLE, values)[""], plain)
    case = Case(text, TABLE)
    seen: Any = reparam(case.module.model, config=case.module.REPARAM)
    scale, effect = values["mu_g_scale"], values["mu_g_effect"]
    moved = {name: jnp.asarray(value) for name, value in values.items()}
    if centred < 1:
        del moved["mu_g_effect"]
        moved["mu_g_effect_decentered"] = jnp.asarray(effect / scale ** (1 - centred))
    found = float(log_density(seen, (), case.encoded[0], moved)[0])
    stretch = np.size(effect) * np.log(scale)
    assert near(found, plain + (1 - centred) * stretch)
    assert not near(found, plain + (0.9 - centred) * stretch)


def test_a_batch_of_all_rows_is_no_batch() -> None:
    """Bit for bit; a batch of fewer is another fit."""
    module = Case(base(), TABLE).module
    options = {"method": "svi", "steps": 30, "draws": 5, "seed": 2}
    plain, whole, more, fewer = (
        module.fit(TABLE, batch=batch, **options).posterior
        for batch in (None, ROWS, ROWS + 5, ROWS - 1)
    )
    for name, draws in plain.items():
        np.testing.assert_array_equal(whole[name], draws)
        np.testing.assert_array_equal(more[name], draws)
    assert np.any(fewer["mu_intercept"] != plain["mu_intercept"])


def test_the_program_has_what_is_changed() -> None:
    """A changed text that nothing reads would make these tests idle."""
    assert all(base(**{part: f"@{part}"}) != base() for part in PLAIN)
