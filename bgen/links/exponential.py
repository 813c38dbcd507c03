"""``exponential(eta)``: waiting times without memory."""

from __future__ import annotations

from bgen.ir.expressions import ONE, Apply, Negative, divide
from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE
from bgen.links.base import LOG, Link, LinkCall
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    logged = call.function == "log"
    rate = Apply("exp", Negative(call.predictor)) if logged else divide(ONE, mean(call))
    return Density("Exponential", (("rate", rate),), POSITIVE)


LINK = Link(
    keyword="exponential",
    summary="Times with a constant hazard; exp of the predictor is the mean.",
    formula="y ~ Exponential(1 / exp(eta))",
    source="Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, ch. 2",
    functions=LOG,
    responses=("positive",),
    parameters=(),
    lower=_lower,
    example="y ~ exponential(eta)",
    remedy="positive",
)
