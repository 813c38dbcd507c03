"""On every golden that a rewrite touches the fast form has the density of the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bgen.driver import Options, compile_text, optimised
from tests.golden.cases import CASES, execute, label
from tests.golden.cases import load as load_file
from tests.golden.emitted import compiled, member

LEVELS = ("-O1", "-O2")


def applied(case: Path, level: str) -> tuple[str, ...]:
    notes = optimised(compiled(case), Options(level)).notes
    return tuple(note.name for note in notes if note.applied)


#: A case at -O2 only where it is another form than at -O1.
REWRITTEN = [
    (case, level)
    for case in CASES
    for level in LEVELS
    if applied(case, level) and (level == "-O1" or applied(case, "-O1") != applied(case, "-O2"))
]
NAMES = [f"{label(case)}{level}" for case, level in REWRITTEN]


def load(case: Path, level: str) -> ModuleType:
    return execute(member(case, level), f"{case.parent.name}_{case.name}{level}".replace("-", "_"))


@pytest.mark.parametrize(("case", "level"), REWRITTEN, ids=NAMES)
def test_the_fast_form_is_the_model(case: Path, level: str) -> None:
    program = load(case, level).PROGRAM
    arguments, _ = program.encode(case / "data.csv")
    program.fast.verify(program, arguments, 100)


CONTROLS: dict[str, Callable[[dict[str, Any]], None]] = {
    "log_radon_count": lambda made: made["log_radon_count"].__imul__(1.001),
    "mu_adaptive_within": lambda made: made["mu_adaptive_within"].__imul__(1.001),
    "log_radon_mean": lambda made: made["log_radon_mean"].__iadd__(0.01),
}


@pytest.mark.parametrize("statistic", CONTROLS)
@pytest.mark.parametrize("level", LEVELS)
def test_a_wrong_statistic_is_found(level: str, statistic: str) -> None:
    (case,) = (c for c in CASES if c.name == "radon")
    module = load(case, level)
    program, right = module.PROGRAM, module.PROGRAM.fast.prepare

    def wrong(**given: Any) -> dict[str, Any]:
        made = right(**given)
        CONTROLS[statistic](made)
        return made

    arguments, _ = program.encode(case / "data.csv")
    program.fast.prepare = wrong
    with pytest.raises(Exception, match="model_fast is not model"):
        program.fast.verify(program, arguments, 3)
    assert np.isfinite(program.fast.compare(program, arguments, 3)()).all()


#: A statistic of each form on cells, which the test changes a little.
STATISTICS = {
    "bernoulli": "died_successes",
    "binomial": "germinated_trials",
    "poisson": "goals_mass",
    "negative_binomial": "ticks_number",
    "cumulative": "rating_times",
    "zero_inflated": "fish_number",
}


@pytest.mark.parametrize("link", STATISTICS)
def test_a_wrong_statistic_of_cells_is_found(link: str) -> None:
    (case,) = (c for c in CASES if c.name == link and c.parent.name == "links")
    program = load(case, "-O1").PROGRAM
    right = program.fast.prepare

    def wrong(**given: Any) -> dict[str, Any]:
        made = right(**given)
        return made | {STATISTICS[link]: made[STATISTICS[link]] * 1.001}

    arguments, _ = program.encode(case / "data.csv")
    program.fast.prepare = wrong
    with pytest.raises(Exception, match="model_fast is not model"):
        program.fast.verify(program, arguments, 3)


POISSON = "data { y: count  x: real }\nmu = intercept() + linear(x)\ny ~ poisson(mu)\n"


def poisson(tmp_path: Path, change: float) -> Any:
    """A fast form and arguments for which exp(mu) is not finite but near 0."""
    (tmp_path / "model.py").write_text(compile_text(POISSON, "model.bl"), encoding="utf-8")
    program = load_file(tmp_path / "model.py").PROGRAM
    right = program.fast.prepare
    x = np.linspace(900.0, 1100.0, 20)
    arguments, _ = program.encode({"y": np.arange(20) // 7, "x": x})

    def made(**given: Any) -> dict[str, Any]:
        found: dict[str, Any] = right(**given)
        return found | {"y_mass": found["y_mass"] * change}

    program.fast.prepare = made
    return program, arguments


def test_columns_far_from_zero_are_compared_near_it(tmp_path: Path) -> None:
    program, arguments = poisson(tmp_path, 1.0)
    assert program.fast.verify(program, arguments, 3) <= 1e-12
    assert np.isfinite(program.fast.compare(program, arguments, 30)()).all(axis=0).sum() >= 10


ANGLES = """data { y: real  far: real  z: real }
y ~ von_mises(exp(linear(far^2, bspline(z))), link = inverse)
"""


def angles(tmp_path: Path, change: float) -> tuple[Any, dict[str, Any]]:
    """Locations of up to 1e13, and a fast form that differs in y."""
    (tmp_path / "model.py").write_text(
        compile_text(ANGLES, "model.bl", Options("-O1")), encoding="utf-8"
    )
    program = load_file(tmp_path / "model.py").PROGRAM
    right = program.fast.prepare
    far = np.linspace(1.0, 9.0, 30)
    arguments, _ = program.encode({"y": np.linspace(-3.0, 3.0, 30), "far": far, "z": far[::-1]})

    def made(**given: Any) -> dict[str, Any]:
        found: dict[str, Any] = right(**given)
        return found | {"y": found["y"] + change}

    program.fast.prepare = made
    return program, arguments


def test_what_the_last_digits_of_a_value_are_worth_is_rounding(tmp_path: Path) -> None:
    program, arguments = angles(tmp_path, 0.0)
    found, joint = program.fast.compare(program, arguments, 60)()
    assert (np.abs(found - joint) / np.maximum(30, np.abs(joint))).max() > 1e-9
    assert program.fast.verify(program, arguments, 60) is not None


def test_where_digits_are_lost_what_is_wrong_is_still_found(tmp_path: Path) -> None:
    program, arguments = angles(tmp_path, 1e-6)
    with pytest.raises(Exception, match="model_fast is not model"):
        program.fast.verify(program, arguments, 3)


def test_a_wrong_statistic_is_found_near_zero(tmp_path: Path) -> None:
    program, arguments = poisson(tmp_path, 1.001)
    with pytest.raises(Exception, match="model_fast is not model"):
        program.fast.verify(program, arguments, 3)


def test_nothing_to_compare_is_no_agreement(tmp_path: Path) -> None:
    program, arguments = poisson(tmp_path, 1.0)
    both = arguments["mu_x"] * 1e9 * (-1.0) ** np.arange(20)[:, None]
    assert program.fast.verify(program, arguments | {"mu_x": both}, 3) is None
