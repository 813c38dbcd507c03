"""``random_slopes(x..., by = g)``: coefficients that vary by level, independently."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Gather, Total, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    d = features(x)
    call.site("slope_scale", d)
    slope = call.site("slope", call.levels("by"), d)
    return Total(multiply(x, Gather(slope, (call.index("by"),))), d)


LAYER = Layer(
    keyword="random_slopes",
    summary="A deviation of each column's slope for each level; add the population slope too.",
    formula="sum_j x_ij slope[g_i, j]",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 13",
    slots=(Slot("x", "features", many=True),),
    options=(Option("by", "category"),),
    sites=(
        SiteSpec("slope_scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("slope", prior("Normal", 0, "slope_scale"), "coefficient"),
    ),
    lower=_lower,
    example="mu = intercept() + linear(x) + random_slopes(x, by = g)",
)
