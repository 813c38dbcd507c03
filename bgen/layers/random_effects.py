"""``random_effects(g)``: one effect a level, partially pooled."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Gather
from bgen.layers.base import Layer, LayerCall, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    call.site("scale")
    effect = call.site("effect", call.levels("g"))
    return Gather(effect, (call.index("g"),))


LAYER = Layer(
    keyword="random_effects",
    summary="One effect for each level, pooled by a scale that is learnt.",
    formula="effect[g]",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 12",
    slots=(Slot("g", "category"),),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("effect", prior("Normal", 0, "scale"), "effect"),
    ),
    lower=_lower,
    example="mu = intercept() + random_effects(g)",
)
