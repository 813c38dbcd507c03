"""``beta_binomial(eta, trials = n)``: successes whose chance varies between the rows."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.layers.base import prior
from bgen.links.base import LOGIT, Link, LinkCall, LinkParameter
from bgen.links.scales import logits
from bgen.links.trials import checked_trials


def _lower(call: LinkCall) -> Density:
    parameters = (
        ("logits", logits(call)),
        ("concentration", call.parameter("concentration")),
        ("total_count", checked_trials(call)),
    )
    return Density("BetaBinomialByLogits", parameters, Support("natural"), own=True)


LINK = Link(
    keyword="beta_binomial",
    summary="Successes of `trials` trials, the chance of each row drawn from a beta distribution.",
    formula="y ~ Binomial(trials, p), p ~ Beta(m c, (1 - m) c), m = sigmoid(eta)",
    source="Williams (1975), The analysis of binary responses from toxicological experiments",
    functions=LOGIT,
    responses=("count",),
    parameters=(
        LinkParameter("trials", "count", data_only=True),
        LinkParameter("concentration", "positive", prior("Exponential", 1)),
    ),
    lower=_lower,
    example="y ~ beta_binomial(eta, trials = n)",
    remedy="count",
    trials="trials",
)
