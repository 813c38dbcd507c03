"""Options that a method has not are refused by name, and so are seeds that no generator takes."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute

LINE = "data { y: real  x: real }\ny ~ gaussian(intercept() + linear(x))\n"
DATA = {"y": [0.0, 1.0, 3.0, 2.0], "x": [0.0, 1.0, 2.0, 3.0]}


@cache
def line(block: str = "seed = 0") -> ModuleType:
    return execute(compile_text(f"{LINE}fit {{ {block} }}\n", "line.bl"), "options")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = zip(DATA["y"], DATA["x"], strict=True)
    path = tmp_path / "data.csv"
    path.write_text("y,x\n" + "".join(f"{y},{x}\n" for y, x in rows), encoding="utf-8")
    return path


def command(module: ModuleType, *words: Any) -> int:
    return int(module.main(module.PROGRAM, [str(word) for word in words]))


@pytest.mark.parametrize(
    ("method", "option"),
    [
        ("svi", "chains"),
        ("svi", "warmup"),
        ("svi", "target_accept"),
        ("nuts", "batch"),
        ("nuts", "steps"),
        ("nuts", "learning_rate"),
    ],
)
def test_of_the_other_method(
    method: str, option: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module, told = line(), f"{method} has no option {option}"
    value = {"target_accept": 0.8, "learning_rate": 0.1}.get(option, 5)
    with pytest.raises(module.RunError, match=f"^{told}$"):
        module.fit(data, tmp_path / "run", method=method, **{option: value})
    if option != "learning_rate":
        words = ["fit", data, "-o", tmp_path / "run", "--method", method]
        assert command(module, *words, f"--{option.replace('_', '-')}", value) == 2
        assert told in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_without_noise_there_is_no_learning_rate() -> None:
    module = line("method = svi  optimizer = lbfgs")
    with pytest.raises(module.RunError, match="svi without noise has no option learning_rate"):
        module.fit(DATA, learning_rate=0.1)


def test_what_the_program_says_of_the_other_method_is_dropped() -> None:
    module = line("chains = 2  warmup = 50  batch = 2  steps = 30")
    found = module.fit(DATA, method="svi", draws=10, batch=None).report["fit"]
    assert found["steps"] == 30 and not {"chains", "warmup"} & found.keys()
    found = module.fit(DATA, method="nuts", draws=10, batch=None).report["fit"]
    assert found["chains"] == 2 and not {"batch", "steps"} & found.keys()


@pytest.mark.parametrize("seed", [-1, 2**31, 99999999999999999999])
def test_seeds_out_of_range(
    seed: int, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module, run = line(), tmp_path / "run"
    for words in (["fit", data], ["prior", data], ["predict", run, data]):
        with pytest.raises(SystemExit) as stop:
            command(module, *words, "-o", run, "--seed", seed)
        assert stop.value.code == 2
        assert "--seed: invalid from_0_to_2147483647 value" in capsys.readouterr().err
    told = f"seed {seed}: expected a whole number from 0 to 2147483647"
    with pytest.raises(module.RunError, match=told):
        module.fit(data, run, method="svi", batch=2, seed=seed)
    with pytest.raises(module.RunError, match=told):
        module.predict(run, data, seed=seed)
    with pytest.raises(module.RunError, match=told):
        module.run_prior(module.PROGRAM, data, run, seed=seed)
    assert not run.exists()


def test_the_largest_seed_is_taken() -> None:
    module = line()
    module.fit(DATA, method="svi", steps=5, draws=5, batch=2, seed=2**31 - 1)


@pytest.mark.parametrize(
    ("method", "option", "values", "rule"),
    [
        *(
            ("nuts", k, [0, -1, 2.5, "4", None], "a whole number from 1 on")
            for k in ("chains", "warmup", "draws")
        ),
        ("svi", "steps", [0, -1, 2.5, None], "a whole number from 1 on"),
        ("svi", "batch", [0, -1, 2.5], "a whole number from 1 on"),
        ("nuts", "target_accept", [0, 1, 1.5, math.nan, "high"], "a number between 0 and 1"),
        ("svi", "learning_rate", [0.0, -1, math.inf, math.nan, "low"], "a number above 0"),
    ],
)
def test_values_out_of_range(
    method: str, option: str, values: list[Any], rule: str, tmp_path: Path
) -> None:
    """Given from Python they have the rules of the command line."""
    module, run = line(), tmp_path / "run"
    for value in values:
        with pytest.raises(module.RunError, match=f"^{option} {value!r}: expected {rule}$"):
            module.fit(DATA, run, method=method, **{option: value})
    if option == "draws":
        with pytest.raises(module.RunError, match="draws 0: expected a whole number from 1 on"):
            module.run_prior(module.PROGRAM, DATA, run, draws=0)
    assert not run.exists()


@pytest.mark.parametrize("method", ["NUTS", "hmc", None, 3])
def test_a_method_that_is_none(method: Any, tmp_path: Path) -> None:
    module, told = line(), f"^method {method!r}: expected 'nuts' or 'svi'$"
    with pytest.raises(module.RunError, match=told):
        module.fit(DATA, tmp_path / "run", method=method)
    assert not (tmp_path / "run").exists()


def test_numbers_of_numpy_are_numbers() -> None:
    few, rate = np.int64(5), np.float32(0.5)
    found = line().fit(DATA, method="svi", steps=few, draws=few, learning_rate=rate, seed=few)
    assert json.loads(json.dumps(found.report["fit"]))["learning_rate"] == 0.5
