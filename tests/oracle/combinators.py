"""Combinators of links: a conditional (or several) and their parameters -> a conditional.

Section 4: "combinators take a link and give a link", so that each gives tails as well where its
own meaning has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .conditional import Between, Conditional
from .data import BadProgram, Floats

_ZERO = np.asarray(0.0)


def _elsewhere(link: Conditional, y: Floats, safe: float = 1.0) -> Floats:
    """The link's density, not asked about at zero, where it may be undefined."""
    return link.log_prob(np.where(y == 0.0, safe, y))


def _gated(gate: Floats, rest: Between) -> Between:
    """The mass of (low, high]: the gate's, where zero is inside, and ``rest``, which has its own.

    Of two tails, the gate would be in both: beside it the difference of a small rest has no digits.
    """

    def within(low: Floats, high: Floats) -> Floats:
        holds_zero = (low < 0.0) & (high >= 0.0)
        return np.logaddexp(np.where(holds_zero, gate, -np.inf), rest(low, high))

    return within


def zero_inflated(link: Conditional, log_gate: Floats, log_rest: Floats) -> Conditional:
    """P(0) = gate + (1 - gate) p(0), otherwise (1 - gate) p(y); gate = P(structural zero)."""

    def log_prob(y: Floats) -> Floats:
        if not link.discrete:  # a density adds nothing to a point mass
            return np.where(y == 0.0, log_gate, log_rest + _elsewhere(link, y, 0.5))
        inner = log_rest + link.log_prob(y)
        return np.where(y == 0.0, np.logaddexp(log_gate, inner), inner)

    def below(y: Floats) -> Floats:
        rest = log_rest + link.below(y)
        return np.where(y < 0.0, rest, np.logaddexp(log_gate, rest))

    def above(y: Floats) -> Floats:
        rest = log_rest + link.above(y)
        return np.where(y < 0.0, np.logaddexp(log_gate, rest), rest)

    within = _gated(log_gate, lambda low, high: log_rest + link.between(low, high))
    return Conditional(log_prob, below, above, link.discrete, within=within)


def hurdle(link: Conditional, log_gate: Floats, log_rest: Floats) -> Conditional:
    """P(0) = gate, otherwise (1 - gate) p(y) / (1 - p(0))."""
    above_zero = link.above(_ZERO) if link.discrete else _ZERO

    def share(inside: Floats) -> Floats:
        """Of what is above 0; nothing, where nothing is."""
        none = np.isneginf(above_zero)
        return np.where(none, -np.inf, log_rest + inside - np.where(none, 0.0, above_zero))

    def log_prob(y: Floats) -> Floats:
        return np.where(y == 0.0, log_gate, share(_elsewhere(link, y)))

    def above(y: Floats) -> Floats:
        beyond = np.where(y == 0.0, log_rest, share(link.above(np.maximum(y, 0.0))))
        return np.where(y < 0.0, 0.0, beyond)

    def below(y: Floats) -> Floats:
        inside = share(link.between(_ZERO, np.maximum(y, 0.0)))
        return np.where(y < 0.0, -np.inf, np.logaddexp(log_gate, inside))

    def rest(low: Floats, high: Floats) -> Floats:
        return share(link.between(np.maximum(low, 0.0), np.maximum(high, 0.0)))

    within = _gated(log_gate, rest)
    return Conditional(log_prob, below, above, link.discrete, within=within)


def censored(
    link: Conditional, left: Floats | None, right: Floats | None, interval: Floats | None
) -> Conditional:
    """Flagged rows: right is Y > y, left is Y <= y; others are (y, upper] with ``interval``.

    Reading: a row whose upper end is y itself was seen exactly.
    """

    def log_prob(y: Floats) -> Floats:
        result = link.log_prob(y)
        if interval is not None:
            wide = interval > y
            result = np.where(wide, link.between(y, np.where(wide, interval, y + 1.0)), result)
        if left is not None:
            result = np.where(left != 0.0, link.below(y), result)
        if right is not None:
            result = np.where(right != 0.0, link.above(y), result)
        return np.asarray(result)

    return replace(link, location=None, log_prob=log_prob)


def truncated(link: Conditional, low: Floats | None, high: Floats | None) -> Conditional:
    """The link given that it lies between the bounds, which counts may take."""
    under = low
    if link.discrete:
        under = None if low is None else np.ceil(low) - 1.0
        high = None if high is None else np.floor(high)
    mass = link.between(under, high)

    def clip(y: Floats) -> Floats:
        if under is not None:
            y = np.maximum(y, under)
        return y if high is None else np.minimum(y, high)

    def log_prob(y: Floats) -> Floats:
        if link.kernel is None or high is None or np.max(high) > 1000.0:
            return link.log_prob(y) - mass
        # Far beyond the mean both terms are large, and their difference would cancel.
        counts = np.arange(np.max(high) + 1.0)
        inside = [
            np.where((k <= high) & (under is None or k > under), link.kernel(k), -np.inf)
            for k in counts
        ]
        return link.kernel(y) - np.logaddexp.reduce(np.stack(np.broadcast_arrays(*inside)))

    return Conditional(
        log_prob,
        lambda y: link.between(under, clip(y)) - mass,
        lambda y: link.between(clip(y), high) - mass,
        link.discrete,
    )


def weighted(link: Conditional, weight: Floats) -> Conditional:
    """A power likelihood: each row's term, whichever it is, counts ``weight`` times."""
    return Conditional(
        lambda y: weight * link.log_prob(y),
        lambda y: weight * link.below(y),
        lambda y: weight * link.above(y),
        link.discrete,
        within=lambda low, high: weight * link.between(low, high),
    )


def mixture(links: Sequence[Conditional], log_weights: Sequence[Floats]) -> Conditional:
    """Logsumexp over components."""

    def mixed(parts: Sequence[Floats]) -> Floats:
        weighed = [w + p for w, p in zip(log_weights, parts, strict=True)]
        return np.logaddexp.reduce(np.stack(np.broadcast_arrays(*weighed)), axis=0)

    return Conditional(
        lambda y: mixed([link.log_prob(y) for link in links]),
        lambda y: mixed([link.below(y) for link in links]),
        lambda y: mixed([link.above(y) for link in links]),
        links[0].discrete,
        within=lambda low, high: mixed([link.between(low, high) for link in links]),
    )


def autoregressive(
    link: Conditional, ar: Floats, ma: Floats, order: Sequence[Sequence[int]]
) -> Conditional:
    """ARMA residuals: n = y - mu = sum ar n_{-k} + u + sum ma u_{-k}, u from the link.

    ``order``: for each group, its rows by time; what lies before the first is zero.
    """
    if link.location is None:
        raise BadProgram("`autoregressive` takes gaussian and student_t")

    def log_prob(y: Floats) -> Floats:
        assert link.location is not None
        residual = y - link.location
        expected = np.zeros_like(y)
        for rows in order:
            past_n: list[float] = []
            past_u: list[float] = []
            for row in rows:
                carried = sum(float(a) * n for a, n in zip(ar, past_n[::-1], strict=False))
                carried += sum(float(m) * u for m, u in zip(ma, past_u[::-1], strict=False))
                expected[row] = carried
                past_n.append(float(residual[row]))
                past_u.append(float(residual[row]) - carried)
        return link.log_prob(y - expected)

    return Conditional(log_prob)
