"""``lognormal(mu)``: normal errors on the log scale."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    return Density("LogNormal", (("loc", mean(call)), ("scale", call.parameter("sigma"))), POSITIVE)


LINK = Link(
    keyword="lognormal",
    summary="The log of the response has normal errors; exp(mu) is its median.",
    formula="log y ~ Normal(mu, sigma)",
    source="Aitchison and Brown (1957), The Lognormal Distribution",
    functions=IDENTITY,
    responses=("positive",),
    parameters=(LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),),
    lower=_lower,
    example="y ~ lognormal(mu)",
    remedy="positive",
    on_logs=True,
)
