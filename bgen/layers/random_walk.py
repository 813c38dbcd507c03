"""``random_walk(t)``: a level that moves by a random step from slot to slot."""

from __future__ import annotations

from bgen.ir.expressions import CumSum, Expression, Gather
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    call.site("scale")
    axes = [call.levels("t")]
    if call.number("dim") > 1:
        axes.append(call.latent("dim", call.number("dim")))
    step = call.site("step", *axes)
    return Gather(CumSum(step), (call.index("t"),))


LAYER = Layer(
    keyword="random_walk",
    summary="The running sum of steps over the slots of time; it is zero before the first slot.",
    formula="cumsum(step)[t]",
    source="Durbin and Koopman (2012), Time Series Analysis by State Space Methods, ch. 2",
    slots=(Slot("t", "time"),),
    options=(
        Option("dim", default=1),
        Option("step", default=1),
        Option("horizon", default=0, minimum=0),
    ),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale", wide=False),
        SiteSpec("step", prior("Normal", 0, "scale"), "effect"),
    ),
    lower=_lower,
    example="mu = intercept() + random_walk(t)",
)
