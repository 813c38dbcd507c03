"""``intercept()``: a constant."""

from __future__ import annotations

from bgen.ir.expressions import Expression
from bgen.layers.base import Layer, LayerCall, SiteSpec, prior


def _lower(call: LayerCall) -> Expression:
    return call.site("coef")


LAYER = Layer(
    keyword="intercept",
    summary="A constant; its site carries the name of the layer itself.",
    formula="coef",
    source="Gelman and Hill (2007), Data Analysis Using Regression, ch. 3",
    slots=(),
    sites=(SiteSpec("coef", prior("Normal", 0, 1), "intercept", suffix="", single=True),),
    lower=_lower,
    example="mu = intercept()",
    is_constant=True,
)
