"""``correlated_effects(1, x..., by = g)``: coefficients that vary by level, together."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Filled, Gather, Helper, Total, multiply
from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    d = features(x)
    call.site("scale", d)
    scale = call.in_own_units("scale", x)
    if d not in scale.dims:  # the user's, one for all columns
        scale = Filled(scale, d)
    factor = call.correlation("corr", d)
    matrix = (*call.out, d, d)
    call.report("corr", Helper("correlation_of", (factor,), matrix))
    spread = Helper("scaled_factor", (scale, factor), matrix)
    density = Density("MultivariateNormal", (("scale_tril", spread),), REAL, event=1, standard=True)
    # A draw is a vector, so that its axis comes after that of the classes.
    effect = call.sample("effect", density, call.levels("by"), *call.out, d)
    return Total(multiply(Gather(effect, (call.index("by"),)), x), d)


LAYER = Layer(
    keyword="correlated_effects",
    summary="A deviation of each column's slope for each level, correlated between the columns; "
    "1 is the column of the level's own constant. Add the population effects too.",
    formula="sum_j x_ij effect[g_i, j], effect[g] ~ MVN(0, D R D)",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 13; Lewandowski, "
    "Kurowicka and Joe (2009), Generating random correlation matrices",
    slots=(Slot("x", "features", many=True, constant=True),),
    options=(Option("by", "category"),),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("corr", prior("LKJ", 2), "free", suffix="_corr_cholesky"),
        SiteSpec("effect", None, "free"),
    ),
    lower=_lower,
    columns=2,
    example="mu = intercept() + linear(x) + correlated_effects(1, x, by = g)",
)
