"""``negative_binomial(eta)``: overdispersed counts, by mean and concentration."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.layers.base import prior
from bgen.links.base import LOG, Link, LinkCall, LinkParameter
from bgen.links.scales import log_mean


def _lower(call: LinkCall) -> Density:
    parameters = (("log_mean", log_mean(call)), ("concentration", call.parameter("concentration")))
    return Density(
        "NegativeBinomialByMean",
        parameters,
        Support("natural"),
        own=True,
        tails="NegativeBinomialTails",
    )


LINK = Link(
    keyword="negative_binomial",
    summary="Counts with variance mean + mean^2 / concentration; exp of the predictor is the mean.",
    formula="y ~ NegativeBinomial(mean = exp(eta), concentration)",
    source="Hilbe (2011), Negative Binomial Regression (NB2)",
    functions=LOG,
    responses=("count",),
    parameters=(LinkParameter("concentration", "positive", prior("Exponential", 1)),),
    lower=_lower,
    example="y ~ negative_binomial(eta)",
    remedy="count",
)
