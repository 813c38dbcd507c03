"""``fixed_effects(g)``: one effect a level, with a fixed prior."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Gather
from bgen.layers.base import Layer, LayerCall, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    effect = call.site("effect", call.levels("g"))
    return Gather(effect, (call.index("g"),))


LAYER = Layer(
    keyword="fixed_effects",
    summary="One effect for each level, with a prior that does not adapt (no pooling).",
    formula="effect[g]",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 11",
    slots=(Slot("g", "category"),),
    sites=(SiteSpec("effect", prior("Normal", 0, 1), "effect"),),
    lower=_lower,
    example="mu = intercept() + fixed_effects(g)",
)
