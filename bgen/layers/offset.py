"""``offset(e)``: a known term, without a coefficient."""

from __future__ import annotations

from bgen.ir.expressions import Expression
from bgen.layers.base import Layer, LayerCall, Slot


def _lower(call: LayerCall) -> Expression:
    return call.expression("e")


LAYER = Layer(
    keyword="offset",
    summary="A term of the predictor that has no coefficient, such as the log of an exposure.",
    formula="e",
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 6",
    slots=(Slot("e", "expression"),),
    sites=(),
    lower=_lower,
    example="eta = intercept() + offset(log(exposure))",
)
