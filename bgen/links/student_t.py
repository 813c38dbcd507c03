"""``student_t(mu, df = 4)``: errors with outliers."""

from __future__ import annotations

from bgen.ir.expressions import Constant, Expression
from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import mean


def student_t(df: Expression, loc: Expression, scale: Expression) -> Density:
    """By NumPyro's class, or by one of our own where that loses digits."""
    # NumPyro's constant is a difference of large numbers where there are many degrees of freedom.
    few = isinstance(df, Constant) and df.value <= 30
    return Density(
        "StudentT" if few else "StudentTByRest",
        (("df", df), ("loc", loc), ("scale", scale)),
        REAL,
        own=not few,
        tails="StudentTTails",
    )


def _lower(call: LinkCall) -> Density:
    return student_t(call.parameter("df"), mean(call), call.parameter("sigma"))


LINK = Link(
    keyword="student_t",
    summary="Student's t errors, which a few outliers do not sway; the predictor is the location.",
    formula="y ~ StudentT(df, mu, sigma)",
    source="Lange, Little and Taylor (1989), Robust statistical modeling using the t distribution",
    functions=IDENTITY,
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(
        LinkParameter("df", "positive", default=4.0),
        LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),
    ),
    lower=_lower,
    example="y ~ student_t(mu, df = 4)",
    remedy="real",
)
