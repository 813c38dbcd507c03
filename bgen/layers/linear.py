"""``linear(x...)``: coefficients with a fixed prior."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    return MatMul(x, call.site("coef", features(x)))


LAYER = Layer(
    keyword="linear",
    summary="A coefficient for each column, with a prior that does not adapt.",
    formula="x @ coef",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 3",
    slots=(Slot("x", "features", many=True),),
    options=(Option("coding", "word", "treatment", words=("treatment", "full")),),
    sites=(SiteSpec("coef", prior("Normal", 0, 1), "coefficient"),),
    lower=_lower,
    example="mu = intercept() + linear(x)",
)
