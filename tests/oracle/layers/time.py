"""Layers over slots of time: `(t - min) / step`; gaps keep their slots, `horizon` adds some."""

from __future__ import annotations

import numpy as np

from ..data import BadProgram, Floats, Ints
from ..densities import normal
from .base import LayerCall, layer, narrow, prior


def _slots(c: LayerCall) -> tuple[Ints, int, LayerCall]:
    """The slot of each row, how many there are, and the call without the width of a slot.

    Reading: `step = 7` is the width of a slot, `step ~ ...` the prior of the site.
    """
    t, width = c.value(), c.number("step", 1.0)
    exact = (t - t.min()) / width
    slot = np.rint(exact).astype(np.int64)
    if not np.allclose(exact, slot, rtol=0.0, atol=1e-9):
        raise BadProgram("a time off the grid")
    return slot, int(slot.max()) + 1 + c.integer("horizon", 0), c.without("step")


@layer("scale", "step")
def random_walk(c: LayerCall) -> Floats:
    """Step 0 included: zero before slot 0."""
    slot, count, c = _slots(c)
    # Reading: unlike the k of an embedding, a `dim` of 1 is no axis.
    dim, u = c.integer("dim", 1), c.scope.width
    c.scale("scale", ())
    shape = (count, u) if dim == 1 else (count, dim, u)
    step = c.site("step", shape, prior("Normal", 0, "scale"))
    return narrow(np.cumsum(step, axis=0)[slot])


@layer("rho", "scale", "state")
def ar1(c: LayerCall) -> Floats:
    """Stationary; ``scale`` is that of the innovations."""
    slot, count, c = _slots(c)
    u = c.outputs
    rho = c.site("rho", (u,), prior("ScaledBeta", 2, 2))
    scale = c.scale("scale", (u,))

    def log_prob(state: Floats) -> Floats:
        first = normal(state[:1], np.asarray(0.0), scale / np.sqrt((1.0 - rho) * (1.0 + rho)))
        return np.concatenate([first, normal(state[1:], rho * state[:-1], scale)])

    return narrow(c.special("state", (count, u), log_prob)[slot])
