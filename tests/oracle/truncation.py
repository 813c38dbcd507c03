"""`Truncated(D, low, high)` and NumPyro's truncated classes -> log densities.

The mass between the bounds is a difference of log cdfs, taken in the tail where it does not cancel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .cdfs import CDFS
from .conditional import of_family
from .densities import DENSITIES, REQUIRED, Density, density
from .supports import COUNTS, Support, between

Floats = NDArray[np.float64]

TRUNCATABLE = tuple(
    name for name, family in DENSITIES.items() if name in CDFS and "low" not in family.parameters
)


def truncated(family: str) -> Density:
    """`Truncated(family(...), low, high)` as a density of the family's parameters and the ends."""
    if family not in TRUNCATABLE:
        raise ValueError(f"`Truncated` does not take {family}")
    base = DENSITIES[family]
    n = len(base.parameters)

    def support(*p: Floats) -> Support:
        inside, low, high = base.support(*p[:n]), p[n], p[n + 1]
        return between(
            inside.low if low is None else np.maximum(inside.low, low),
            inside.high if high is None else np.minimum(inside.high, high),
        )

    def log_prob(x: Floats, *p: Floats) -> Floats:
        conditional = of_family(family, base, list(p[:n]), base.support(*p[:n]) is COUNTS)
        return np.asarray(conditional.log_prob(x) - conditional.between(p[n], p[n + 1]))

    return Density({**base.parameters, "low": None, "high": None}, support, log_prob)


for _name, _family in (("TruncatedNormal", "Normal"), ("TruncatedCauchy", "Cauchy")):
    DENSITIES[_name] = truncated(_family)


@density(
    "TruncatedGamma",
    lambda a, b, low, high: between(0.0 if low is None else low, np.inf if high is None else high),
    concentration=1.0,
    rate=1.0,
    low=None,
    high=None,
)
def truncated_gamma(
    x: Floats, concentration: Floats, rate: Floats, low: Floats | None, high: Floats | None
) -> Floats:
    return truncated("Gamma").log_prob(x, concentration, rate, low, high)


assert DENSITIES["TruncatedNormal"].parameters["low"] is not REQUIRED
