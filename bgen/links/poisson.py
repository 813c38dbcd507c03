"""``poisson(eta)``: counts whose variance is their mean."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links.base import LOG, Link, LinkCall
from bgen.links.scales import log_mean


def _lower(call: LinkCall) -> Density:
    return Density(
        "PoissonByMean",
        (("log_mean", log_mean(call)),),
        Support("natural"),
        own=True,
        tails="PoissonByMeanTails",
    )


LINK = Link(
    keyword="poisson",
    summary="Counts; exp of the predictor is the mean and the variance.",
    formula="y ~ Poisson(exp(eta))",
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 6",
    functions=LOG,
    responses=("count",),
    parameters=(),
    lower=_lower,
    example="y ~ poisson(eta)",
    remedy="count",
)
