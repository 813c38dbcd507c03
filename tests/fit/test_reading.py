"""Odd cells, and what is told of rows once others were dropped."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute


@cache
def program(source: str) -> ModuleType:
    return execute(compile_text(source))


def refusal(module: ModuleType, data: Any, **options: Any) -> str:
    with pytest.raises(module.DataError) as caught:
        module.encode(data, **options)
    return str(caught.value)


NUMBER = "data { y: real }\ny ~ gaussian(intercept())\n"
WORD = "data { g: category }\ng ~ categorical(intercept())\n"
DAY = "data { y: real  day: date }\ny ~ gaussian(random_walk(day))\n"
SCALAR = "data { y: real  c: scalar }\ny ~ gaussian(intercept() + c)\n"


@pytest.mark.parametrize("within", ["\u2028", "\x0b", "\x0c", "\x1c", "\x85"])
def test_a_line_ends_where_csv_says(within: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"g\na{within}b\nc\r\nc\n", "utf-8", newline="")
    _, encoding = program(WORD).encode(tmp_path / "t.csv")
    assert encoding["levels"]["g"] == [f"a{within}b", "c"] and encoding["rows"] == 3


@pytest.mark.parametrize("text", ["2024-01-315", "2024-01-31garbage", "2024-01-31 noon"])
def test_a_date_is_the_whole_text(text: str) -> None:
    told = refusal(program(DAY), {"y": [1, 2], "day": ["2024-01-30", text]})
    assert f"row 2 has {text!r}" in told


def test_a_time_of_day_is_no_matter() -> None:
    days = [
        "2024-01-31",
        "2024-01-31 ",
        "2024-01-31T23:59:59.123456789Z",
        "2024-01-31 12:30:00+02:00",
        datetime.date(2024, 1, 31),
        datetime.datetime(2024, 1, 31, 12, tzinfo=datetime.UTC),
        np.datetime64("2024-01-31T12:00:00.000000001"),
    ]
    found, _ = program(DAY).encode({"y": list(range(8)), "day": ["2024-01-30", *days]})
    assert found["day_slot"].tolist() == [0, *[1] * 7]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_scalar_is_finite(value: float) -> None:
    told = refusal(program(SCALAR), {"y": [1.0, 2.0]}, settings={"c": value})
    assert told == f"--set c: expected a finite number, and it is {value}"


def test_a_masked_value_is_missing() -> None:
    module, mask = program(NUMBER), [False, True, False]
    for values in ([1.0, 2.0, 3.0], [1, 2, 3]):
        masked = np.ma.masked_array(values, mask)
        assert "row 2 has" in refusal(module, {"y": masked})
        found, encoding = module.encode({"y": masked}, na="drop")
        assert found["y"].tolist() == [1, 3] and encoding["dropped"] == [2]
    found, _ = module.encode({"y": np.ma.masked_array([1.0, 2.0])})
    assert found["y"].tolist() == [1, 2]


def test_a_level_may_be_called_nan(tmp_path: Path) -> None:
    module = program(WORD)
    fit = module.fit({"g": ["nan", "b", "nan"]}, method="svi", steps=10, draws=10)
    module.predict(fit, {"x": [1]}, out=tmp_path / "p.csv")
    lines = [line.split(",") for line in (tmp_path / "p.csv").read_text().splitlines()]
    assert [line[2] for line in lines] == ["level", "b", "nan"]


# --- rows have their numbers in the file ----------------------------------------------------------


ROWS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "a slot": (DAY, {"day": ["2024-01-01"] * 3}, {"day": ["2024-01-01", "", "2030-01-01"]}),
    "a combination": (
        "data { y: real  a: category  b: category }\ny ~ gaussian(random_effects(a:b))\n",
        {"a": list("ppq"), "b": list("uvu")},
        {"a": ["p", "", "q"], "b": ["u", "u", "v"]},
    ),
    "a reach": (
        "data { y: real  x: real }\ny ~ gaussian(hsgp(x, m = 5))\n",
        {"x": [1.0, 2.0, 3.0]},
        {"x": [1.0, None, 99.0]},
    ),
}
TRAINING: dict[str, tuple[str, dict[str, Any]]] = {
    "trials": (
        "data { y: count  n: count }\ny ~ binomial(intercept(), trials = n)\n",
        {"y": [1, 1, 5], "n": [2, None, 2]},
    ),
    "a bound": (
        "data { y: positive }\ny ~ truncated(gamma(intercept()), low = 1)\n",
        {"y": [2.0, None, 0.5]},
    ),
    "an angle": (
        "data { y: real }\ny ~ von_mises(intercept())\n",
        {"y": [1.0, None, 9.0]},
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_of_new_data(kind: str) -> None:
    source, known, new = ROWS[kind]
    module = program(source)
    _, encoding = module.encode(known | {"y": [1.0, 2.0, 3.0]})
    with pytest.raises(module.DataError, match=r"\brow 3\b"):
        module.encode(new, encoding, na="drop")


@pytest.mark.parametrize("kind", TRAINING)
def test_a_row_of_the_fit(kind: str) -> None:
    source, data = TRAINING[kind]
    assert "row 3 has" in refusal(program(source), data, na="drop")


# --- a column that does not vary ------------------------------------------------------------------


def test_a_column_without_an_sd_has_its_number() -> None:
    module = program(
        'priors scaled\ndata { y: real  x: real["x_*"] }\n'
        "y ~ gaussian(intercept() + linear(x))\n"
    )
    data = {f"x_{k}": np.arange(4.0) if k != 6 else np.ones(4) for k in range(40)}
    told = refusal(module, data | {"y": [1.0, 2.0, 3.0, 5.0]})
    label = told.partition(" cannot")[0]
    assert label.startswith("sd(")
    assert told == (f"{label} cannot be used: it is 0 in column 7 of 40, which does not vary")
