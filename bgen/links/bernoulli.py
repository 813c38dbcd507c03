"""``bernoulli(eta)``, also ``logit(eta)``: a binary response by the logit of its probability."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links.base import LOGIT, Link, LinkCall
from bgen.links.scales import logits


def _lower(call: LinkCall) -> Density:
    # By its logits: a probability would lose the tails in float32.
    return Density("BernoulliByLogits", (("logits", logits(call)),), Support("boolean"), own=True)


LINK = Link(
    keyword="bernoulli",
    aliases=("logit",),
    summary="A response of 0 and 1; the predictor is the log odds of 1.",
    formula="y ~ Bernoulli(sigmoid(eta))",
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 4",
    functions=LOGIT,
    responses=("binary",),
    parameters=(),
    lower=_lower,
    example="y ~ bernoulli(eta)",
    remedy="binary",
)
