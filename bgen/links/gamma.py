"""``gamma(eta)``: positive responses by mean and shape."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE
from bgen.layers.base import prior
from bgen.links.base import LOG, Link, LinkCall, LinkParameter
from bgen.links.scales import log_mean


def _lower(call: LinkCall) -> Density:
    parameters = (("log_mean", log_mean(call)), ("shape", call.parameter("shape")))
    return Density("GammaByMean", parameters, POSITIVE, own=True, tails="GammaTails")


LINK = Link(
    keyword="gamma",
    summary="Positive numbers with variance mean^2 / shape; exp of the predictor is the mean.",
    formula="y ~ Gamma(shape, shape / exp(eta))",
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 8",
    functions=LOG,
    responses=("positive",),
    parameters=(LinkParameter("shape", "positive", prior("Exponential", 1)),),
    lower=_lower,
    example="y ~ gamma(eta)",
    remedy="positive",
)
