"""``shifted_lognormal(mu)``: lognormal times after a time in which nothing can happen."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, RESPONSE, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    sigma, shift = call.parameter("sigma"), call.parameter("shift")
    parameters = (("loc", mean(call)), ("scale", sigma), ("shift", shift))
    return Density("ShiftedLogNormal", parameters, Support("above", shift), own=True)


LINK = Link(
    keyword="shifted_lognormal",
    summary="The log of what is left of the response after the shift has normal errors.",
    formula="log(y - shift) ~ Normal(mu, sigma)",
    source="Wagenmakers and Brown (2007), On the linear relation between the mean and the standard "
    "deviation of a response time distribution",
    functions=IDENTITY,
    responses=("positive",),
    parameters=(
        LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),
        LinkParameter("shift", "nonnegative", prior("Uniform", 0, prior("min", RESPONSE))),
    ),
    lower=_lower,
    example="y ~ shifted_lognormal(mu)",
    remedy="positive",
    on_logs=True,
)
