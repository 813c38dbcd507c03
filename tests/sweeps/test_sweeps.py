"""A share of each sweep, small enough for every run; the whole of each is a command of its own."""

from __future__ import annotations

import numpy as np
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.layers import layers
from tests.sweeps.bands import p_value
from tests.sweeps.calibrate import LEVEL, calibrate, cases
from tests.sweeps.matrix import try_pair
from tests.sweeps.programs import own_links, pair, why_not
from tests.sweeps.recover import PROGRAMS, recover

# Each layer and each link stands in one of these pairs.
PAIRS = sorted(
    (list(layers())[7 * k % len(layers())], own_links()[k % len(own_links())])
    for k in range(max(len(layers()), len(own_links())))
)
CALIBRATED = (
    "layer random_effects",
    "layer ar1",
    "layer r2d2",
    "link cumulative",
    "link censored",
    "link multivariate_gaussian",
)
RECOVERED = ("claims",)


def test_every_pair_is_a_program_or_an_error_with_a_code() -> None:
    unsaid = [
        (layer, link)
        for layer in layers()
        for link in own_links()
        if pair(layer, link) is None and not why_not(layer, link).startswith("BL")
    ]
    assert not unsaid


def test_most_pairs_are_programs() -> None:
    """An error for a pair is the exception: for predictors of several numbers, for instance."""
    number = len(layers()) * len(own_links())
    made = sum(pair(layer, link) is not None for layer in layers() for link in own_links())
    assert made > 0.9 * number


@pytest.mark.parametrize(("layer", "link"), PAIRS)
def test_pair(layer: str, link: str) -> None:
    found = try_pair(layer, link, points=5)
    assert found == "ok" or (found.startswith("BL") and pair(layer, link) is None)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_programs_of_the_language_compile(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    assert analyse(Source("model.bl", text), sink := Sink()) is not None, list(sink)


@pytest.mark.parametrize("name", RECOVERED)
def test_recovery(name: str) -> None:
    path = next(p for p in PROGRAMS if p.stem == name)
    share, error, number, _ = recover(path.read_text("utf-8"), 6, rows=40)
    assert number >= 3
    assert abs(share - 0.9) < max(5 * error, 0.1)


@pytest.mark.parametrize("case", CALIBRATED)
def test_calibration(case: str) -> None:
    found = calibrate(case, cases()[case], simulations=30, rows=20, warmup=200)
    assert found.passed, found


def test_calibration_sees_a_model_that_is_wrong() -> None:
    """Data with twice the errors that the model says: the sweep must not pass that."""
    text = pair("intercept", "gaussian")
    assert text is not None
    wrong = text.replace("gaussian(eta)", "gaussian(eta, sigma = 0.2)")
    right = calibrate("right", wrong, simulations=60, rows=10, warmup=200)
    assert right.passed
    found = calibrate("wrong", wrong, simulations=60, rows=10, warmup=200, noise=4.0)
    assert not found.passed


def test_ranks_that_lean_are_told_from_uniform_ones() -> None:
    rng = np.random.RandomState(5)
    assert p_value(rng.randint(0, 101, 200), 100) > LEVEL
    lean = np.clip((rng.beta(1.4, 1.0, 200) * 101).astype(int), 0, 100)
    assert p_value(lean, 100) < 0.01
    narrow = np.clip((rng.beta(2.0, 2.0, 200) * 101).astype(int), 0, 100)
    assert p_value(narrow, 100) < LEVEL
