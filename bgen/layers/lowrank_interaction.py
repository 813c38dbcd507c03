"""``lowrank_interaction(x, z, rank = k)``: products of two blocks' columns at rank k."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul, Total, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x, z = call.design("x"), call.design("z")
    k = call.latent("rank", call.number("rank"))
    call.site("left_scale")
    left = call.site("left", features(x), k)
    call.site("right_scale")
    right = call.site("right", features(z), k)
    return Total(multiply(MatMul(x, left), MatMul(z, right)), k)


LAYER = Layer(
    keyword="lowrank_interaction",
    summary="Products of each column of x with each of z, their coefficients a matrix of rank k.",
    formula="sum_f (x @ L)_f (z @ R)_f",
    source="Rendle and Schmidt-Thieme (2010), Pairwise interaction tensor factorization",
    slots=(Slot("x", "features"), Slot("z", "features")),
    options=(Option("rank"),),
    sites=(
        SiteSpec("left_scale", prior("HalfNormal", 1), "free", identified=False, unit=()),
        SiteSpec("left", prior("Normal", 0, "left_scale"), "free", identified=False),
        SiteSpec("right_scale", prior("HalfNormal", 1), "free", identified=False, unit=()),
        SiteSpec("right", prior("Normal", 0, "right_scale"), "free", identified=False),
    ),
    lower=_lower,
    example="mu = intercept() + lowrank_interaction(x, z, rank = 2)",
)
