"""Emitted models have Stan's log density up to one constant, at points that Stan has judged.

Stan's answers are committed (`python tests/stan/judge.py` asks again), so nothing here needs it.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from judge_data import judge_table
from run import digest

from tests.golden.cases import load
from tests.oracle import Oracle
from tests.oracle.cases import read_table
from tests.stan.agreement import JUDGE, MODELS, TOLERANCE, NotYet, emitted, judged, spread

POINTS = judged()
GOLDEN = sorted(path.parent.name for path in MODELS.glob("*/log_density.json"))

# What does not compile yet, and the word that is missing. A line goes when its feature comes.
NOT_YET: dict[str, str] = {}


def marked(name: str) -> object:
    if name not in NOT_YET:
        return name
    mark = pytest.mark.xfail(raises=NotYet, strict=True, reason=NOT_YET[name])
    return pytest.param(name, marks=mark)


@pytest.mark.parametrize("name", [marked(name) for name in POINTS])
def test_program_agrees_with_stan(name: str) -> None:
    module = emitted(JUDGE / f"{name}.bl")
    assert spread(module, JUDGE / "data.csv", POINTS[name]) < TOLERANCE


@pytest.mark.parametrize("name", POINTS)
def test_evaluator_agrees_with_stan(name: str) -> None:
    bound = Oracle((JUDGE / f"{name}.bl").read_text("utf-8")).bind(read_table(JUDGE / "data.csv"))
    found, largest = [], 1.0
    for point in POINTS[name]:
        values = {site: np.asarray(value, np.float64) for site, value in point["values"].items()}
        assert {site: value.shape for site, value in values.items()} == bound.sites()
        found.append(bound.log_joint(values) - point["log_prob"])
        largest = max(largest, abs(point["log_prob"]))
    assert np.ptp(found) / largest < TOLERANCE


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_agrees_with_stan(name: str) -> None:
    points = json.loads((MODELS / name / "log_density.json").read_text("utf-8"))["points"]
    assert spread(load(MODELS / name), MODELS / name / "data.csv", points) < TOLERANCE


def test_answers_are_fresh_and_complete() -> None:
    committed = json.loads((JUDGE / "log_prob.json").read_text("utf-8"))
    assert (JUDGE / "data.csv").read_bytes() == judge_table().encode()
    assert committed["table"] == digest(JUDGE / "data.csv")
    programs = {path.stem: digest(path) for path in JUDGE.glob("*.stan")}
    assert {k: entry["program"] for k, entry in committed["models"].items()} == programs
    assert {path.stem for path in JUDGE.glob("*.bl")} == set(programs)
    assert set(NOT_YET) <= set(programs)
    for points in POINTS.values():
        assert len(points) >= 10
        assert len({point["log_prob"] for point in points}) == len(points)
