"""``skew_normal(mu)``: errors with a longer tail on one side."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def _lower(call: LinkCall) -> Density:
    parameters = (
        ("loc", mean(call)),
        ("scale", call.parameter("sigma")),
        ("skew", call.parameter("skew")),
    )
    return Density("SkewNormal", parameters, REAL, own=True)


LINK = Link(
    keyword="skew_normal",
    summary="Skewed errors; the predictor is the location (not the mean), skew > 0 a longer right "
    "tail, 0 the normal distribution.",
    formula="p(y) = 2 / sigma phi(z) Phi(skew z), z = (y - mu) / sigma",
    source="Azzalini (1985), A class of distributions which includes the normal ones",
    functions=IDENTITY,
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(
        LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),
        LinkParameter("skew", "real", prior("Normal", 0, 4)),
    ),
    lower=_lower,
    example="y ~ skew_normal(mu)",
    remedy="real",
)
