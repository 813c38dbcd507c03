"""``pspline(x, knots = k)``: a smooth curve, its spline coefficients held to a straight line."""

from __future__ import annotations

from bgen.ir.dims import ROW
from bgen.ir.expressions import Expression, Helper, MatMul, add, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    x = call.column()
    given = (("knots", call.number("knots")), ("of", call.written()))
    bends = call.counted("basis")
    basis = call.computed(
        "basis", Helper("pspline_differences", (x,), (ROW, bends), given), "second differences"
    )
    line = call.computed("line", Helper("pspline_trend", (x,), (ROW,), given), "trend")
    call.site("scale")
    bent = MatMul(basis, call.site("difference", bends))
    return add(bent, multiply(line, call.site("trend")))


LAYER = Layer(
    keyword="pspline",
    summary="A smooth curve that is 0 in the middle of the range of x and constant beyond it; "
    "`scale` is how far it may bend.",
    formula="(B(x) - B(middle)) @ (D' (D D')^-1 difference + linspace(-1, 1) trend)",
    source="Eilers and Marx (1996), Flexible smoothing with B-splines and penalties; Lang and "
    "Brezger (2004), Bayesian P-splines",
    slots=(Slot("x", "features", single=True),),
    options=(Option("knots", default=10),),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "scale"),
        SiteSpec("difference", prior("Normal", 0, "scale"), "free"),
        SiteSpec("trend", prior("Normal", 0, 1), "effect", single=True),
    ),
    lower=_lower,
    example="mu = intercept() + pspline(x)",
)
