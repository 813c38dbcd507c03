"""``gaussian(mu)``: normal errors."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    return Density("Normal", (("loc", mean(call)), ("scale", call.parameter("sigma"))), REAL)


LINK = Link(
    keyword="gaussian",
    summary="Normal errors; the predictor is the mean.",
    formula="y ~ Normal(mu, sigma)",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 3",
    functions=IDENTITY,
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),),
    lower=_lower,
    example="y ~ gaussian(mu)",
    remedy="real",
)
