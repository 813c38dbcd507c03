"""``weibull(eta)``: times whose hazard rises or falls."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE
from bgen.layers.base import prior
from bgen.links.base import LOG, Link, LinkCall, LinkParameter
from bgen.links.scales import log_mean


def _lower(call: LinkCall) -> Density:
    parameters = (("log_mean", log_mean(call)), ("shape", call.parameter("shape")))
    return Density("WeibullByMean", parameters, POSITIVE, own=True, tails="WeibullByMeanTails")


LINK = Link(
    keyword="weibull",
    summary="Times whose hazard is a power of the time; exp of the predictor is the mean.",
    formula="y ~ Weibull(scale = exp(eta) / Gamma(1 + 1 / shape), shape)",
    source="Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, ch. 2",
    functions=LOG,
    responses=("positive",),
    parameters=(LinkParameter("shape", "positive", prior("Exponential", 1)),),
    lower=_lower,
    example="y ~ weibull(eta)",
    remedy="positive",
)
