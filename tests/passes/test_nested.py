"""Groupings within groupings: which levels carry what, on data that are nested, nearly, or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, compile_text, optimised
from tests.golden.cases import execute

BINARY = """data { y: binary  district: category  school: category }
eta = intercept() + random_effects(district) + random_effects(school)
y ~ bernoulli(eta)
"""
GAUSSIAN = """data { y: real  x: real  pupil: category  district: category  school: category }
mu = intercept() + linear(x) + random_effects(pupil) + random_effects(district)
   + random_effects(school)
y ~ gaussian(mu)
"""
ROWS, SCHOOLS = 240, 12
DISTRICT = np.arange(SCHOOLS) // 4  # of each school


def table(strays: int) -> dict[str, Any]:
    """Rows of schools, each in its district but for the first so many."""
    rng = np.random.default_rng(0)
    school = np.arange(ROWS) % SCHOOLS
    district = DISTRICT[school]
    district[:strays] = (district[:strays] + 1) % 3
    return {
        "y": rng.integers(2, size=ROWS),
        "x": rng.normal(size=ROWS),
        "pupil": np.array([f"p{k:02d}" for k in rng.integers(40, size=ROWS)]),
        "school": np.array([f"s{k:02d}" for k in school]),
        "district": np.array([f"d{k}" for k in district]),
    }


def program(text: str, old: str = "", new: str = "") -> Any:
    source = compile_text(text, options=Options("-O2"))
    if old:
        assert source.count(old) == 1
        source = source.replace(old, new)
    return execute(source, "nested").PROGRAM


def arguments(compiled: Any, strays: int) -> dict[str, Any]:
    columns = {k: v for k, v in table(strays).items() if k in compiled.columns}
    found: dict[str, Any] = compiled.encode(columns)[0]
    return found


def clause(text: str, name: str) -> str:
    compiled = analyse(Source("model.bl", text), Sink())
    assert compiled is not None
    (note,) = (n for n in optimised(compiled, Options("-O2")).notes if n.name == name)
    return note.text


@pytest.mark.parametrize("strays", [0, 1, ROWS])
@pytest.mark.parametrize("text", [BINARY, GAUSSIAN], ids=["binary", "gaussian"])
def test_it_is_exact_whatever_lies_within_what(text: str, strays: int) -> None:
    compiled = program(text)
    compiled.fast.verify(compiled, arguments(compiled, strays), 20)


def test_levels_carry_what_they_lie_within() -> None:
    compiled = program(BINARY)
    made = compiled.fast.prepare(**arguments(compiled, 0))
    np.testing.assert_array_equal(made["eta_school_effect_inside"], 1)
    np.testing.assert_array_equal(made["eta_school_effect_district"], DISTRICT)
    assert made["eta_district_effect_nested"] == 1


def test_a_level_in_two_places_carries_nothing() -> None:
    compiled = program(BINARY)
    made = compiled.fast.prepare(**arguments(compiled, 1))
    np.testing.assert_array_equal(made["eta_school_effect_inside"], np.arange(SCHOOLS) > 0)
    assert made["eta_district_effect_nested"] == 0


def test_a_wrong_map_is_found() -> None:
    lost = "+ jnp.log(eta_school_effect_stretch)"
    compiled = program(BINARY, lost, "+ 1.01 * jnp.log(eta_school_effect_stretch)")
    with pytest.raises(Exception, match="model_fast is not model"):
        compiled.fast.verify(compiled, arguments(compiled, 0), 3)


def test_wrong_rows_of_a_level_are_found() -> None:
    compiled = program(GAUSSIAN)
    right, given = compiled.fast.prepare, arguments(compiled, 0)
    compiled.fast.prepare = lambda **a: (
        (made := right(**a)) | {"pupil_rows": made["pupil_rows"] * 1.001}
    )
    with pytest.raises(Exception, match="model_fast is not model"):
        compiled.fast.verify(compiled, given, 3)


def test_the_plan_says_which_and_where() -> None:
    assert clause(GAUSSIAN, "marginalise_effects") == (
        "mu_pupil_effect is integrated out, and drawn back by recover: the first in the source, "
        "before mu_district_effect and mu_school_effect, which should have fewer levels"
    )
    assert clause(GAUSSIAN, "centre_by_information") == (
        "mu_district_effect by what the rows of a level say of it, and carries mu_intercept where "
        "all others lie within it; mu_school_effect likewise, and carries mu_district_effect where "
        "a level lies within one of district"
    )


def test_without_an_intercept_there_is_none_to_carry() -> None:
    found = clause(BINARY.replace("intercept() + ", ""), "centre_by_information")
    assert "carries eta_district_effect where" in found and "intercept" not in found


@pytest.mark.parametrize("change", ["- random_effects(school)", "+ u[school] + u[school]"])
def test_what_enters_otherwise_carries_nothing(change: str) -> None:
    text = BINARY.replace("+ random_effects(school)", change)
    if "u[" in change:
        text = text.replace("eta =", "t ~ HalfNormal(1)\nu[school] ~ Normal(0, t)\neta =")
    assert "carries" not in clause(text, "centre_by_information")
