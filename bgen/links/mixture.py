"""``mixture(link, link, ...)``: each row by one of several links, which one is not known.

The parts are summed out. Their labels can be exchanged unless predictors or `order` tell them
apart: `order = mu` restricts their first arguments, single unknowns, to increase.
"""

from __future__ import annotations

from bgen.ir.dims import Dim, Fixed
from bgen.ir.model import Density
from bgen.layers.base import prior
from bgen.links.base import Link, LinkCall, LinkOption, LinkParameter
from bgen.links.composition import chance, check_inside

_NUMBERS = ("real", "positive", "unit", "circle", "above", "below", "interval")


def _lower(call: LinkCall) -> Density:
    parts = call.densities
    for part in parts:
        check_inside(call, "mixture", part)
    kinds = {"continuous" if p.support.kind in _NUMBERS else p.support.kind for p in parts}
    if len(kinds) > 1:
        call.reject(
            "the parts of a mixture must all be counts or all be continuous",
            "a part with a point mass has no density to be compared with the others'",
            code="BL538",
        )
    if call.has("order"):
        call.restrict_order()
    axis = Dim(f"{call.prefix}_part", Fixed(len(parts)))
    weights = call.simplex("weights", axis)
    wide = axis.name in {d.name for d in weights.dims} or (
        len(weights.dims) == 1 and not any(d.is_row for d in weights.dims)
    )
    given = (("weights", weights),) if wide else chance("first", weights)
    support = parts[0].support
    return Density("Mixture", given, support, own=True, bases=parts)


LINK = Link(
    keyword="mixture",
    summary="A density that is a weighted sum of those of several links; of two, `weights = w` is "
    "the first one's weight.",
    formula="p(y) = sum_k weights_k p_k(y)",
    source="McLachlan and Peel (2000), Finite Mixture Models",
    functions=("identity",),
    responses=(),
    parameters=(LinkParameter("weights", "probability", prior("Dirichlet", 1)),),
    options=(LinkOption("order", kind="name"),),
    lower=_lower,
    example="y ~ mixture(gaussian(mu1), gaussian(mu2), order = mu)",
    combines=2,
)
