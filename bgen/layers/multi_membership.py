"""``multi_membership(g1, g2, ...)``: rows that belong to several groups at once."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Gather, Length, Total, divide, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    index, levels = call.members("g")
    member = index.dims[1]
    weights = call.weights("weights", member)
    call.site("scale")
    effect = Gather(call.site("effect", levels), (index,))
    if weights is None:
        return divide(Total(effect, member), Length(member))
    return Total(multiply(effect, weights), member)


LAYER = Layer(
    keyword="multi_membership",
    summary="Effects of levels that several columns have in common; a row has their mean, or "
    "their sum by `weights`.",
    formula="sum_k w_k effect[g_k]",
    source="Browne, Goldstein and Rasbash (2001), Multiple membership multiple classification "
    "models",
    slots=(Slot("g", "category", many=True),),
    options=(Option("weights", "features", optional=True),),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale", wide=False),
        SiteSpec("effect", prior("Normal", 0, "scale"), "effect"),
    ),
    lower=_lower,
    joins=True,
    example="mu = intercept() + multi_membership(g, h)",
)
