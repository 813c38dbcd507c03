"""``ar1(t)``: a level that is pulled back to zero and pushed away by chance, slot by slot."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Gather, Length
from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    slots = call.levels("t")
    rho = call.site("rho")
    call.check_within("rho", -1.0, 1.0)
    parameters = (("rho", rho), ("scale", call.site("scale")), ("slots", Length(slots)))
    # The series of all classes are one draw.
    whole = 1 + len(call.out)
    density = Density("AR1", parameters, REAL, own=True, event=whole, standard=True)
    state = call.sample("state", density, slots, *call.out)
    return Gather(state, (call.index("t"),))


LAYER = Layer(
    keyword="ar1",
    summary="A stationary series over the slots of time: `rho` of the last state stays, `scale` is "
    "the sd of what is new.",
    formula="state[t], state_t ~ Normal(rho state_{t-1}, scale)",
    source="Box, Jenkins, Reinsel and Ljung (2015), Time Series Analysis, ch. 3",
    slots=(Slot("t", "time"),),
    options=(Option("step", default=1), Option("horizon", default=0, minimum=0)),
    sites=(
        SiteSpec("rho", prior("ScaledBeta", 2, 2), "free", single=True),
        SiteSpec("scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("state", None, "free"),
    ),
    lower=_lower,
    example="mu = intercept() + ar1(t)",
)
