"""``sratio(eta)``: an ordinal response that is reached step by step, by the chance to stop."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.layers.base import prior
from bgen.links.base import LOGIT, Link, LinkCall, LinkParameter
from bgen.links.cutpoints import cutpoint_dim, levels


def _lower(call: LinkCall) -> Density:
    cutpoints = call.parameter("cutpoints", cutpoint_dim(call))
    return levels(call, "sratio_levels", cutpoints, (f"{call.function}_chances",))


LINK = Link(
    keyword="sratio",
    summary="Levels reached one after the other, with a chance to stop at each; a larger predictor "
    "goes on to higher levels.",
    formula="P(y = k given y >= k) = F(c_k - eta)",
    source="Tutz (1990), Sequential item response models with an ordered response",
    functions=LOGIT,
    responses=("ordinal",),
    parameters=(LinkParameter("cutpoints", "real", prior("Normal", 0, 2), prior_only=True),),
    lower=_lower,
    example="y ~ sratio(eta)",
    remedy="ordinal",
    has_constants=True,
)
