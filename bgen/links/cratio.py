"""``cratio(eta)``: an ordinal response that is reached step by step, by the chance to go on."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.layers.base import prior
from bgen.links.base import LOGIT, Link, LinkCall, LinkParameter
from bgen.links.cutpoints import cutpoint_dim, levels


def _lower(call: LinkCall) -> Density:
    cutpoints = call.parameter("cutpoints", cutpoint_dim(call))
    return levels(call, "cratio_levels", cutpoints, (f"{call.function}_chances",))


LINK = Link(
    keyword="cratio",
    summary="Levels reached one after the other; the predictor is about going on beyond each.",
    formula="P(y > k given y >= k) = F(eta - c_k)",
    source="Fienberg (1980), The Analysis of Cross-Classified Categorical Data, ch. 6",
    functions=LOGIT,
    responses=("ordinal",),
    parameters=(LinkParameter("cutpoints", "real", prior("Normal", 0, 2), prior_only=True),),
    lower=_lower,
    example="y ~ cratio(eta)",
    remedy="ordinal",
    has_constants=True,
)
