"""``hurdle(link, gate)``: zeros of their own, and what is above 0 by the link.

Of counts the rest is zero-truncated. Of a positive link the response is a `real` column, since it
holds zeros; the data contract demands that nothing is below 0.
"""

from __future__ import annotations

from bgen.ir.expressions import ONE, ZERO
from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.layers.base import prior
from bgen.links.base import Link, LinkCall, LinkParameter
from bgen.links.composition import chance, check_inside, with_tails


def _lower(call: LinkCall) -> Density:
    inner = call.densities[0]
    check_inside(call, "hurdle", inner)
    kind = inner.support.kind
    if kind not in ("natural", "positive", "unit"):
        call.reject(
            "a hurdle at 0 needs counts or positive numbers, and this link draws "
            f"{inner.support.describe()}",
            "take a link whose numbers are all above 0, such as `lognormal` or `gamma`",
            code="BL535",
        )
    call.except_zero()
    gate = chance("gate", call.parameter("gate"))
    if kind == "natural":
        inner = with_tails(call, "hurdle", inner)  # to draw from what is above 0
        return Density("HurdleCounts", gate, inner.support, own=True, bases=(inner,))
    call.bound(low=ZERO, below=ONE if kind == "unit" else None)
    return Density("Hurdle", gate, Support("nonnegative"), own=True, bases=(inner,))


LINK = Link(
    keyword="hurdle",
    summary="`gate` is the probability of 0; what is above 0 follows the link, of counts given "
    "that it is not 0.",
    formula="P(0) = gate, p(y) = (1 - gate) p(y | y > 0)",
    source="Mullahy (1986), Specification and testing of some modified count data models",
    functions=("identity",),
    responses=(),
    parameters=(LinkParameter("gate", "probability", prior("Beta", 1, 1)),),
    lower=_lower,
    example="y ~ hurdle(lognormal(mu))",
    combines=1,
    above_zero=True,
)
