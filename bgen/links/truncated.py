"""``truncated(link, low, high)``: values that are in the data only where they lie within bounds.

The density is divided by the probability of the bounds, always; counts may take the bounds
themselves. Draws invert the cdf by bisection, so that they are exact also far in a tail.
"""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.links.base import Link, LinkCall, LinkParameter
from bgen.links.composition import check_inside, with_tails


def _lower(call: LinkCall) -> Density:
    inner = call.densities[0]
    check_inside(call, "truncated", inner)
    if inner.name == "Hurdle":
        call.reject(
            "whether 0 lies within the bounds would be another question than for what is above 0",
            "truncate what is above 0: `hurdle(truncated(link, high = b))`",
        )
    given = {name: call.parameter(name) for name in ("low", "high") if call.has(name)}
    if not given:
        call.reject(
            "`truncated` without a bound truncates nothing",
            "give `low = ...`, `high = ...` or both",
            code="BL412",
        )
    inner = with_tails(call, "truncated", inner)
    call.bound(low=given.get("low"), high=given.get("high"))
    return Density("TruncatedTo", tuple(given.items()), inner.support, own=True, bases=(inner,))


LINK = Link(
    keyword="truncated",
    summary="Rows are in the data only where the response lies from `low` to `high`; the density "
    "is normalised to what lies there.",
    formula="p(y) / P(low <= Y <= high)",
    source="Cohen (1991), Truncated and Censored Samples",
    functions=("identity",),
    responses=(),
    parameters=(
        LinkParameter("low", "real", optional=True),
        LinkParameter("high", "real", optional=True),
    ),
    lower=_lower,
    example="y ~ truncated(gaussian(mu), low = 0)",
    combines=1,
)
