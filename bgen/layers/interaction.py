"""``interaction(x, z)``: a coefficient for each product of two columns, with a learnt scale."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul, PairProducts
from bgen.layers.base import Layer, LayerCall, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    right = "z" if call.given("z") else None
    pair = call.pairs("x", right)
    call.site("scale")
    coef = call.site("coef", pair)
    products = PairProducts(call.design("x"), call.design(right) if right else None, pair)
    return MatMul(call.keep("product", products), coef)


LAYER = Layer(
    keyword="interaction",
    summary="Products of each column of x with each of z; of x alone, its pairs without squares.",
    formula="sum_jk x_j z_k coef_jk",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 3",
    slots=(Slot("x", "features"), Slot("z", "features", optional=True)),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("coef", prior("Normal", 0, "scale"), "free", unit=("scale",)),
    ),
    lower=_lower,
    columns=2,
    example="mu = intercept() + interaction(x, z)",
)
