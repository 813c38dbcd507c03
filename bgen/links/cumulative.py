"""``cumulative(eta)``: an ordinal response as a latent number between cutpoints."""

from __future__ import annotations

from bgen.ir.dims import Classes, Dim
from bgen.ir.expressions import Constant, Expression, Helper
from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE, REAL
from bgen.links.base import LOGIT, Link, LinkCall, LinkParameter
from bgen.links.cutpoints import cutpoint_dim, levels


def _cutpoints(call: LinkCall) -> Expression:
    axis = cutpoint_dim(call)
    if call.has("cutpoints"):
        return call.ordered("cutpoints", axis)
    first = Density("Normal", (("loc", Constant(0.0)), ("scale", Constant(2.0))), REAL)
    gap = Density("Exponential", (("rate", Constant(1.0)),), POSITIVE)
    gaps = Dim(f"{call.prefix}_gap", Classes(call.responses[0], 2))
    parts = (call.site("cutpoint_first", first), call.site("cutpoint_gaps", gap, gaps))
    return call.report("cutpoints", Helper("ordered_cutpoints", parts, (axis,)))


def _lower(call: LinkCall) -> Density:
    functions = (f"{call.function}_chances", f"{call.function}_between")
    return levels(call, "cumulative_levels", _cutpoints(call), functions)


LINK = Link(
    keyword="cumulative",
    summary="Ordered levels, cut from a latent number; a larger predictor moves the response to "
    "higher levels. Unless `cutpoints` has a prior, the first is Normal(0, 2) and the gaps between "
    "them are Exponential(1).",
    formula="P(y <= k) = F(c_k - eta)",
    source="McCullagh (1980), Regression models for ordinal data",
    functions=LOGIT,
    responses=("ordinal",),
    parameters=(LinkParameter("cutpoints", "real", optional=True),),
    lower=_lower,
    example="y ~ cumulative(eta)",
    remedy="ordinal",
    has_constants=True,
)
