"""What a link says of a response given its predictor: a log density, and tails where it has any.

Combinators (``combinators``) are functions from these to these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .cdfs import CDFS
from .data import BadProgram, Floats
from .densities import Density
from .special import log_diff

Curve = Callable[[Floats], Floats]
Between = Callable[[Floats, Floats], Floats]


def _no_cdf(_: Floats) -> Floats:
    raise BadProgram("a distribution without a cdf in log space")


@dataclass(frozen=True)
class Conditional:
    """Each function takes values and gives a number a row.

    ``below`` is log P(Y <= y), ``above`` log P(Y > y). ``location``: the error distribution stands
    around it, so that it can be moved. ``within`` is a ``between`` that is not made of the tails.
    ``kernel`` is the ``log_prob`` of a count without what all have in common, which may be large.
    """

    log_prob: Curve
    below: Curve = _no_cdf
    above: Curve = _no_cdf
    discrete: bool = False
    location: Floats | None = None
    within: Between | None = None
    kernel: Curve | None = None

    def between(self, low: Floats | None, high: Floats | None) -> Floats:
        """log P(low < Y <= high), from the tail in which the difference does not cancel."""
        if low is None and high is None:
            return np.asarray(0.0)
        if low is None:
            assert high is not None
            return self.below(high)
        if high is None:
            return self.above(low)
        if self.within is not None:
            return self.within(low, high)
        from_below = log_diff(self.below(high), self.below(low))
        from_above = log_diff(self.above(low), self.above(high))
        found = np.where(self.below(low) < self.above(high), from_below, from_above)
        if self.discrete or np.isfinite(found).all():
            return found
        # Tails of 1e32, say, are the same number: the ends are then as good as one point.
        with np.errstate(divide="ignore", invalid="ignore"):
            nearer = np.fmax(self.log_prob(low), self.log_prob(high)) + np.log(high - low)
        return np.where(np.isneginf(found) & ~np.isnan(nearer), nearer, found)


def of_family(
    name: str, density: Density, parameters: list[Floats | None], discrete: bool
) -> Conditional:
    """A distribution by name as what is said of a response."""

    def log_prob(y: Floats) -> Floats:
        return density.log_prob(y, *parameters)

    if name not in CDFS:
        return Conditional(log_prob, discrete=discrete)
    tails = CDFS[name]
    return Conditional(
        log_prob,
        lambda y: tails.below(y, *parameters),
        lambda y: tails.above(y, *parameters),
        discrete,
    )
