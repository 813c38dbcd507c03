"""``inverse_gaussian(eta)``: first passage times, by mean and shape."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE
from bgen.layers.base import prior
from bgen.links.base import LOG, Link, LinkCall, LinkParameter
from bgen.links.scales import log_mean


def _lower(call: LinkCall) -> Density:
    parameters = (("log_mean", log_mean(call)), ("shape", call.parameter("shape")))
    return Density("InverseGaussian", parameters, POSITIVE, own=True, tails="InverseGaussianTails")


LINK = Link(
    keyword="inverse_gaussian",
    summary="Positive numbers with variance mean^3 / shape; exp of the predictor is the mean.",
    formula="y ~ InverseGaussian(mean = exp(eta), shape)",
    source="Chhikara and Folks (1989), The Inverse Gaussian Distribution",
    functions=LOG,
    responses=("positive",),
    parameters=(LinkParameter("shape", "positive", prior("Exponential", 1)),),
    lower=_lower,
    example="y ~ inverse_gaussian(eta)",
    remedy="positive",
)
