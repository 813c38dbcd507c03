"""``binomial(eta, trials = n)``: successes of a known number of trials."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links.base import LOGIT, Link, LinkCall, LinkParameter
from bgen.links.scales import logits
from bgen.links.trials import checked_trials


def _lower(call: LinkCall) -> Density:
    parameters = (("logits", logits(call)), ("total_count", checked_trials(call)))
    return Density(
        "BinomialByLogits", parameters, Support("natural"), own=True, tails="BinomialTails"
    )


LINK = Link(
    keyword="binomial",
    summary="Successes of `trials` trials; the predictor is the log odds of one.",
    formula="y ~ Binomial(trials, sigmoid(eta))",
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 4",
    functions=LOGIT,
    responses=("count",),
    parameters=(LinkParameter("trials", "count", data_only=True),),
    lower=_lower,
    example="y ~ binomial(eta, trials = n)",
    remedy="count",
    trials="trials",
)
