"""``beta(eta)``: proportions, by mean and precision."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import UNIT
from bgen.layers.base import prior
from bgen.links.base import LOGIT, Link, LinkCall, LinkParameter
from bgen.links.scales import logits


def _lower(call: LinkCall) -> Density:
    parameters = (("logits", logits(call)), ("precision", call.parameter("precision")))
    return Density("BetaByLogits", parameters, UNIT, own=True, tails="BetaTails")


LINK = Link(
    keyword="beta",
    summary="Proportions strictly between 0 and 1; the predictor is the logit of their mean.",
    formula="y ~ Beta(mean precision, (1 - mean) precision), mean = sigmoid(eta)",
    source="Ferrari and Cribari-Neto (2004), Beta regression for modelling rates and proportions",
    functions=LOGIT,
    responses=("proportion",),
    parameters=(LinkParameter("precision", "positive", prior("Exponential", 1)),),
    lower=_lower,
    example="y ~ beta(eta)",
    remedy="proportion",
)
