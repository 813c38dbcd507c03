"""``laplace(mu)``: errors with heavier tails, as in a regression to the median."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    return Density("Laplace", (("loc", mean(call)), ("scale", call.parameter("sigma"))), REAL)


LINK = Link(
    keyword="laplace",
    summary="Errors that decay exponentially; the predictor is the median, sigma the mean distance "
    "from it.",
    formula="y ~ Laplace(mu, sigma)",
    source="Koenker and Bassett (1978), Regression quantiles",
    functions=IDENTITY,
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),),
    lower=_lower,
    example="y ~ laplace(mu)",
    remedy="real",
)
