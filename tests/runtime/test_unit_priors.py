"""The warning where data contradict default priors of unit size: what it compares, and when."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute

X = [0.1, 0.2, 0.4, -0.3]


def notes(program: str, **columns: Any) -> list[str]:
    module = execute(compile_text(program), "unit")
    arguments, _ = module.encode(columns)
    return [note for check in module.PROGRAM.checks for note in check(arguments)]


@pytest.mark.parametrize(
    ("intercept", "y", "said"),
    [
        ("intercept()", [1.0, 2.0, 0.5, -1.0], ""),
        ("intercept()", [101.0, 102.0, 100.0, 99.0], "y (mean 100.5, sd 1.291)"),
        # The sd has n - 1: that of these is 5.19, and 4.50 with n.
        ("intercept()", [-4.0, 4.0, -4.0, 5.8], "y (mean 0.45, sd 5.191)"),
        # Of an intercept with a prior of its own nothing is said, of sigma there is.
        ("intercept(coef ~ Normal(100, 5))", [101.0, 102.0, 100.0, 99.0], ""),
        ("intercept(coef ~ Normal(100, 50))", [110.0, 120.0, 100.0, 90.0], "sd 12.91"),
    ],
)
def test_a_gaussian(intercept: str, y: list[float], said: str) -> None:
    program = f"data {{ y: real  x: real }}\ny ~ gaussian({intercept} + linear(x))"
    found = notes(program, y=y, x=X)
    assert len(found) == bool(said)
    assert all(said in note for note in found)


def test_no_default_is_in_force() -> None:
    program = (
        "data { y: real  x: real }\ny ~ gaussian(intercept(coef ~ Normal(0, 50)) + linear(x), "
    )
    assert not notes(program + "sigma ~ HalfNormal(20))", y=[90.0, 70.0, 20.0, 50.0], x=X)
    assert not notes(program + "sigma = 9)", y=[90.0, 70.0, 20.0, 50.0], x=X)


def test_an_offset_is_no_part_of_what_is_unknown() -> None:
    program = """data { y: real  e: real  x: real }
    base = offset(e)
    y ~ gaussian(intercept() + linear(x) + base - 2)"""
    e = [1000.0, 1010.0, 1020.0, 1030.0]
    assert not notes(program, y=[v - 1.5 for v in e], e=e, x=X)
    found = notes(program, y=[v + 5 for v in e], e=e, x=X)
    assert ["y less its offset (mean 7, sd 0)" in note for note in found] == [True]


def test_an_exposure_is_no_part_of_what_is_unknown() -> None:
    program = """data { n: count  t: positive  x: real }
    n ~ poisson(intercept() + linear(x) + offset(log(t)))"""
    t = [1e4, 1e4, 1e4, 1e4]
    assert not notes(program, n=[9000, 11000, 10500, 9900], t=t, x=X)
    assert notes(program, n=[9000, 11000, 10500, 9900], t=[1.0] * 4, x=X)


def test_an_offset_with_unknowns_is_left_in() -> None:
    program = """data { y: real  e: real  x: real }
    b ~ Normal(0, 1)
    y ~ gaussian(intercept() + linear(x) + offset(b * e))"""
    assert notes(program, y=[100.0, 101.0, 99.0, 98.0], e=X, x=X)


def test_zeros_behind_a_hurdle_are_apart() -> None:
    program = """data { y: real  x: real }
    y ~ hurdle(lognormal(intercept() + linear(x)))"""
    high = math.exp(3.5)
    assert notes(program, y=[0.0, 0.0, 0.0, high], x=X)
    assert not notes(program, y=[0.0, 0.0, 0.0, 2.0], x=X)
