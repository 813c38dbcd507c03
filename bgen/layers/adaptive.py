"""``adaptive(x...)``: coefficients that share a scale learnt from the data."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    call.site("scale")
    return MatMul(x, call.site("coef", features(x)))


LAYER = Layer(
    keyword="adaptive",
    summary="A coefficient for each column, shrunk to zero by a common scale that is learnt.",
    formula="x @ coef",
    source="Gelman (2006), Prior distributions for variance parameters in hierarchical models",
    slots=(Slot("x", "features", many=True),),
    options=(Option("coding", "word", "treatment", words=("treatment", "full")),),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("coef", prior("Normal", 0, "scale"), "coefficient"),
    ),
    lower=_lower,
    example="mu = intercept() + adaptive(x, z)",
)
