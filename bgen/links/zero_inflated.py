"""``zero_inflated(link, gate)``: counts, some of whose zeros have a reason of their own."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.layers.base import prior
from bgen.links.base import Link, LinkCall, LinkParameter
from bgen.links.composition import chance, check_inside


def _lower(call: LinkCall) -> Density:
    inner = call.densities[0]
    check_inside(call, "zero_inflated", inner)
    if inner.support.kind != "natural":
        call.reject(
            "only counts can be zero-inflated: a continuous link never draws a zero to be told "
            "from the others",
            "write `hurdle(link)`, which has the same density there",
            code="BL534",
        )
    gate = chance("gate", call.parameter("gate"))
    return Density("ZeroInflated", gate, inner.support, own=True, bases=(inner,))


LINK = Link(
    keyword="zero_inflated",
    summary="Counts with more zeros than the link has; `gate` is the probability of a structural "
    "zero, to which those of the link add.",
    formula="P(0) = gate + (1 - gate) p(0), P(y) = (1 - gate) p(y)",
    source="Lambert (1992), Zero-inflated Poisson regression",
    functions=("identity",),
    responses=(),
    parameters=(LinkParameter("gate", "probability", prior("Beta", 1, 10)),),
    lower=_lower,
    example="y ~ zero_inflated(poisson(eta))",
    combines=1,
)
