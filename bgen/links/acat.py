"""``acat(eta)``: an ordinal response by the odds of neighbouring levels."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.layers.base import prior
from bgen.links.base import Link, LinkCall, LinkParameter
from bgen.links.cutpoints import cutpoint_dim, levels


def _lower(call: LinkCall) -> Density:
    cutpoints = call.parameter("cutpoints", cutpoint_dim(call))
    return levels(call, "acat_levels", cutpoints, ())


LINK = Link(
    keyword="acat",
    summary="Ordered levels; the predictor is the log odds of a level against the one below.",
    formula="log P(y = k + 1) / P(y = k) = eta - c_k",
    source="Agresti (2010), Analysis of Ordinal Categorical Data, ch. 4",
    functions=("logit",),
    responses=("ordinal",),
    parameters=(LinkParameter("cutpoints", "real", prior("Normal", 0, 2), prior_only=True),),
    lower=_lower,
    example="y ~ acat(eta)",
    remedy="ordinal",
    has_constants=True,
)
