"""The comparison itself: a hand-written model passes, and each way of getting it wrong is seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpyro  # type: ignore[import-untyped]
import numpyro.distributions as dist  # type: ignore[import-untyped]
import pytest

from . import Bound, Oracle
from .compare import _close, differences

TEXT = """
data { y: real  x: real  county: category }
mu = intercept() + adaptive(x) + random_effects(county)
y ~ gaussian(mu)
report mu
"""
TABLE = {
    "y": ["0.3", "-1.2", "0.8", "2.0"],
    "x": ["1", "2", "-0.5", "0.1"],
    "county": ["b", "a", "b", "c"],
}
ARGUMENTS = {
    "x": np.array([[1.0], [2.0], [-0.5], [0.1]]),
    "county": np.array([1, 0, 1, 2]),
    "y": np.array([0.3, -1.2, 0.8, 2.0]),
}


def model(
    x: Any,
    county: Any,
    y: Any,
    *,
    scale: float = 1.0,
    intercept: str = "mu_intercept",
    shift: float = 0.0,
    shape: tuple[int, ...] = (3,),
    twice: float = 1.0,
    report: float = 0.0,
) -> None:
    mu = numpyro.sample(intercept, dist.Normal(0.0, 1.0))
    s = numpyro.sample("mu_x_scale", dist.HalfNormal(scale))
    mu = mu + x @ numpyro.sample("mu_x_coef", dist.Normal(0.0, s).expand([1]).to_event(1))
    s = numpyro.sample("mu_county_scale", dist.HalfNormal(1.0))
    effect = numpyro.sample("mu_county_effect", dist.Normal(0.0, s).expand(shape))
    mu = mu + effect.ravel()[(county + int(shift)) % 3]
    numpyro.deterministic("mu", mu + report)
    sigma = numpyro.sample("y_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", 4), numpyro.handlers.scale(scale=twice):
        numpyro.sample("y", dist.Normal(mu, sigma), obs=y)


@pytest.fixture(name="bound")
def bind_text() -> Bound:
    return Oracle(TEXT).bind(TABLE)


def test_the_same_model_has_no_differences(bound: Bound) -> None:
    assert differences(bound, model, ARGUMENTS, range(5)) == []


@pytest.mark.parametrize(
    "change, word",
    [
        ({"scale": 1.00001}, "mu_x_scale"),
        ({"intercept": "intercept"}, "sites"),
        ({"shift": 1.0}, "y: "),
        ({"shape": (3, 1)}, "sites"),
        ({"twice": 1.0 + 1e-7}, "y: "),
        ({"report": 1e-6}, "mu: "),
    ],
)
def test_every_change_is_seen(bound: Bound, change: dict[str, Any], word: str) -> None:
    found = differences(bound, model, {**ARGUMENTS, **change})
    assert any(line.startswith(word) for line in found), found


def test_improper_priors_can_be_traced() -> None:
    def flat(y: Any) -> None:
        sigma = numpyro.sample("y_sigma", dist.ImproperUniform(dist.constraints.positive, (), ()))
        loc = numpyro.sample("loc", dist.ImproperUniform(dist.constraints.real, (), ()))
        numpyro.sample("y", dist.Normal(loc, sigma), obs=y)

    text = "data { y: real } loc ~ Flat() y ~ gaussian(loc, sigma ~ Flat(low = 0))"
    bound = Oracle(text).bind({"y": ["1", "2"]})
    assert differences(bound, flat, {"y": np.array([1.0, 2.0])}) == []


@pytest.mark.parametrize("theirs", [-8.0, np.inf, np.nan])
def test_nothing_is_near_what_is_not_finite(theirs: float) -> None:
    """With a term of -inf the sum of all sizes is infinite, and would allow any difference."""
    assert not _close(-np.inf, theirs, np.inf, 0.0)
    assert not _close(theirs, -np.inf, np.inf, 0.0)
    assert _close(theirs, theirs, 1.0, 0.0)
