"""Data that the types of their columns allow and their link does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute


def encode(program: str, columns: dict[str, Any]) -> Any:
    module = execute(compile_text(program), "rules")
    return module.encode(columns)


def test_a_count_above_its_trials_is_an_error() -> None:
    program = "data { y: count  n: count  x: real }\ny ~ binomial(linear(x), trials = n)"
    columns = {"y": [1, 5, 2], "n": [3, 4, 2], "x": [0.1, 0.2, 0.4]}
    with pytest.raises(ValueError, match=r"y of at most n; row 2 has 5 of 4$"):
        encode(program, columns)
    assert encode(program, columns | {"y": [1, 4, 2]})


def test_a_fixed_number_of_trials_is_a_bound_too() -> None:
    program = "data { y: count  x: real }\ny ~ beta_binomial(linear(x), trials = 3)"
    with pytest.raises(ValueError, match=r"y of at most 3; row 1 has 4 of 3, row 2 has 5 of 3$"):
        encode(program, {"y": [4, 5, 2], "x": [0.1, 0.2, 0.4]})


def test_angles_in_degrees_are_an_error() -> None:
    program = "data { y: real  x: real }\ny ~ von_mises(linear(x))"
    x = [0.1, 0.2, 0.3, 0.4, 0.5]
    with pytest.raises(ValueError, match=r"radians, -pi to pi; row 1 .* and 2 more rows$"):
        encode(program, {"y": [90.0, 180.0, 270.0, 45.0, 60.0], "x": x})
    assert encode(program, {"y": [-3.142, 3.142, 0.0, 1.0, 2.0], "x": x})


def test_a_proportion_at_its_end_is_an_error_for_beta() -> None:
    program = "data { y: proportion  x: real }\ny ~ beta(linear(x))"
    with pytest.raises(ValueError, match="a number strictly between 0 and 1; row 2 has"):
        encode(program, {"y": [0.2, 1.0], "x": [0.1, 0.2]})


def test_ordinal_levels_are_listed_or_numbers_and_more_than_one() -> None:
    program = "data { y: ordinal  x: real }\ny ~ cumulative(linear(x))"
    with pytest.raises(ValueError, match="an ordinal of words lists its levels"):
        encode(program, {"y": ["low", "high"], "x": [0.1, 0.2]})
    with pytest.raises(ValueError, match="a response of one level"):
        encode(program, {"y": [2, 2], "x": [0.1, 0.2]})


def test_a_level_that_is_listed_and_never_seen_has_a_cutpoint() -> None:
    program = 'data { y: ordinal("a", "b", "c")  x: real }\ny ~ cumulative(linear(x))'
    arguments, encoding = encode(program, {"y": ["a", "b"], "x": [0.1, 0.2]})
    assert arguments["n_y"] == 3
    assert encoding["levels"]["y"] == ["a", "b", "c"]
    np.testing.assert_array_equal(arguments["y"], [0, 1])
