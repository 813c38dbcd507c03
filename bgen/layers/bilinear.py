"""``bilinear(x, z)``: a weight for each product of two blocks' columns, as a matrix."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul, Total, multiply
from bgen.layers.base import Layer, LayerCall, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x, z = call.design("x"), call.design("z")
    call.site("scale")
    weight = call.site("weight", features(x), features(z))
    return Total(multiply(MatMul(x, weight), z), features(z))


LAYER = Layer(
    keyword="bilinear",
    summary="Products of each column of x with each of z, their coefficients a full matrix.",
    formula="x' W z",
    source="Tenenbaum and Freeman (2000), Separating style and content with bilinear models",
    slots=(Slot("x", "features"), Slot("z", "features")),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("weight", prior("Normal", 0, "scale"), "free", unit=("scale",)),
    ),
    lower=_lower,
    example="mu = intercept() + bilinear(x, z)",
)
