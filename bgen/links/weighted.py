"""``weighted(link, w)``: a power likelihood, each row's density to the power of its weight."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.links.base import Link, LinkCall, LinkParameter


def _lower(call: LinkCall) -> Density:
    inner = call.densities[0]
    if inner.name == "Weighted":
        call.reject("weights are given twice", "multiply them: `weighted(link, w * v)`")
    weight = call.parameter("weight")
    return Density(
        "Weighted",
        (("weight", weight),),
        inner.support,
        own=True,
        bases=(inner,),
        event=inner.event,
    )


LINK = Link(
    keyword="weighted",
    summary="Each row's log density times its weight; a prediction ignores the weights.",
    formula="w log p(y)",
    source="Ibrahim and Chen (2000), Power prior distributions for regression models",
    functions=("identity",),
    responses=(),
    parameters=(LinkParameter("weight", "nonnegative", density_only=True, by_place=True),),
    lower=_lower,
    example="y ~ weighted(gaussian(mu), w)",
    combines=1,
)
