"""``geometric(eta)``: failures before the first success."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links.base import LOG, Link, LinkCall
from bgen.links.scales import log_mean


def _lower(call: LinkCall) -> Density:
    return Density(
        "GeometricByMean",
        (("log_mean", log_mean(call)),),
        Support("natural"),
        own=True,
        tails="GeometricTails",
    )


LINK = Link(
    keyword="geometric",
    summary="Failures before the first success; exp of the predictor is their mean.",
    formula="P(y) = p (1 - p)^y, p = 1 / (1 + exp(eta))",
    source="Johnson, Kemp and Kotz (2005), Univariate Discrete Distributions, ch. 5",
    functions=LOG,
    responses=("count",),
    parameters=(),
    lower=_lower,
    example="y ~ geometric(eta)",
    remedy="count",
)
