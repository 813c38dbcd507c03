"""``exgaussian(mu)``: response times, a normal plus an exponential part."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    parameters = (
        ("loc", mean(call)),
        ("scale", call.parameter("sigma")),
        ("beta", call.parameter("beta")),
    )
    return Density("ExGaussian", parameters, REAL, own=True)


LINK = Link(
    keyword="exgaussian",
    summary="A normal part with mean mu and sd sigma, and an exponential one with mean beta.",
    formula="y = Normal(mu, sigma) + Exponential(1 / beta)",
    source="Luce (1986), Response Times",
    functions=IDENTITY,
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(
        LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),
        LinkParameter("beta", "positive", prior("Exponential", 1), "scale"),
    ),
    lower=_lower,
    example="y ~ exgaussian(mu)",
    remedy="real",
)
