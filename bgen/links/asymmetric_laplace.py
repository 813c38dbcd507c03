"""``asymmetric_laplace(mu, quantile = q)``: quantile regression."""

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
        ("quantile", call.parameter("quantile")),
    )
    return Density("AsymmetricLaplaceQuantile", parameters, REAL)


LINK = Link(
    keyword="asymmetric_laplace",
    summary="Quantile regression: the predictor is the quantile of the response that `quantile` "
    "names.",
    formula="y ~ AsymmetricLaplaceQuantile(mu, sigma, quantile)",
    source="Yu and Moyeed (2001), Bayesian quantile regression",
    functions=IDENTITY,
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(
        LinkParameter("quantile", "unit", default=0.5),
        LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),
    ),
    lower=_lower,
    example="y ~ asymmetric_laplace(mu, quantile = 0.9)",
    remedy="real",
)
