"""``von_mises(mu)``: angles."""

from __future__ import annotations

from bgen.ir.dims import ROW
from bgen.ir.expressions import Column, Helper
from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    name = call.responses[0]
    # Degrees would fit too, as if they were radians.
    call.require(Helper("require_angles", (Column(name, (ROW,)),), (), label=name))
    parameters = (("loc", mean(call)), ("concentration", call.parameter("concentration")))
    return Density("VonMisesByHalfAngle", parameters, Support("circle"), own=True)


LINK = Link(
    keyword="von_mises",
    summary="Angles in radians from -pi to pi; the predictor is the mean direction.",
    formula="p(y) = exp(concentration cos(y - mu)) / (2 pi I0(concentration))",
    source="Mardia and Jupp (2000), Directional Statistics, ch. 3",
    functions=IDENTITY,
    responses=("real",),
    parameters=(LinkParameter("concentration", "positive", prior("Exponential", 1)),),
    lower=_lower,
    example="y ~ von_mises(mu)",
    remedy="real",
)
