"""``lowrank_bilinear(x, z, rank = k)``: ``lowrank_interaction`` with one scale."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul, Total, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x, z = call.design("x"), call.design("z")
    k = call.latent("rank", call.number("rank"))
    call.site("scale")
    left = call.site("left", features(x), k)
    right = call.site("right", features(z), k)
    return Total(multiply(MatMul(x, left), MatMul(z, right)), k)


LAYER = Layer(
    keyword="lowrank_bilinear",
    summary="Products of each column of x with each of z, their coefficients a matrix of rank k; "
    "both factors share one scale.",
    formula="x' L R' z",
    source="Pirsiavash, Ramanan and Fowlkes (2009), Bilinear classifiers for visual recognition",
    slots=(Slot("x", "features"), Slot("z", "features")),
    options=(Option("rank"),),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "free", unit=()),
        SiteSpec("left", prior("Normal", 0, "scale"), "free", identified=False),
        SiteSpec("right", prior("Normal", 0, "scale"), "free", identified=False),
    ),
    lower=_lower,
    example="mu = intercept() + lowrank_bilinear(x, z, rank = 2)",
)
