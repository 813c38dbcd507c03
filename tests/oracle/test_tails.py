"""The cdfs of distributions by name: consistent with their densities, and with themselves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad  # type: ignore[import-untyped]

from .cdfs import CDFS
from .conditional import Conditional, of_family
from .densities import DENSITIES
from .supports import COUNTS
from .test_densities import arrays, settings
from .truncation import TRUNCATABLE, truncated

NAMES = sorted(CDFS)


def conditionals(name: str) -> list[tuple[Conditional, list[object]]]:
    density = DENSITIES[name]
    found = []
    for chosen in settings(name):
        parameters = arrays(density, chosen)
        counts = density.support(*parameters) is COUNTS
        found.append((of_family(name, density, parameters, counts), parameters))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_cdf_is_the_integral_of_the_density(name: str) -> None:
    for c, parameters in conditionals(name):
        support = DENSITIES[name].support(*parameters)
        with np.errstate(all="ignore"):
            if c.discrete:
                k = np.arange(400.0)
                p = np.exp(c.log_prob(k))
                np.testing.assert_allclose(np.exp(c.below(k)), np.cumsum(p), rtol=1e-9)
                np.testing.assert_allclose(np.exp(c.below(k)) + np.exp(c.above(k)), 1.0, rtol=1e-12)
                continue
            points = np.sort(support.draw(np.random.default_rng(3), (6,)))
            np.testing.assert_allclose(
                np.exp(c.below(points)) + np.exp(c.above(points)), 1.0, rtol=1e-12
            )
            for low, high in pairwise(points):
                mass = quad(lambda y, c=c: float(np.exp(c.log_prob(np.asarray(y)))), low, high)[0]
                between = np.exp(c.between(np.asarray(low), np.asarray(high)))
                assert between == pytest.approx(mass, rel=1e-8)
            for end, tail in ((support.low, c.below), (support.high, c.above)):
                beyond = np.where(np.isinf(end), np.sign(end) * 1e300, end)
                assert np.exp(tail(beyond)) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("name", TRUNCATABLE)
def test_truncated_integrates_to_one(name: str) -> None:
    """Between its own quantiles, roughly; with one end, and with two."""
    for c, parameters in conditionals(name):
        if c.discrete:
            continue
        support = DENSITIES[name].support(*parameters)
        density = truncated(name)
        low, high = (np.asarray(v) for v in np.sort(support.draw(np.random.default_rng(5), (2,))))
        with np.errstate(all="ignore"):
            both = [*parameters, low, high]
            assert density.support(*both).word.startswith("interval")
            total = quad(
                lambda y, d=density, p=both: float(np.exp(d.log_prob(np.asarray(y), *p))),
                low,
                high,
            )[0]
            assert total == pytest.approx(1.0, abs=1e-8)
            above = density.log_prob(high, *parameters, low, None)
            assert above == pytest.approx(float(c.log_prob(high) - c.above(low)), rel=1e-12)


@pytest.mark.parametrize("name", ["Normal", "StudentT", "Logistic", "Laplace", "Gamma", "Gumbel"])
def test_far_truncation_is_finite(name: str) -> None:
    c, parameters = conditionals(name)[0]
    low = np.asarray(300.0)
    with np.errstate(all="ignore"):
        value = truncated(name).log_prob(np.asarray(300.5), *parameters, low, None)
    assert np.isfinite(value) and value > -1e3
    assert c.above(low) < -10.0 or name == "StudentT"
