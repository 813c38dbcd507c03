"""``fm3(x..., rank = k)``: a factorisation machine of third order."""

from __future__ import annotations

from bgen.ir.expressions import Add, Constant, Expression, MatMul, Power, Total, divide, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    k = call.latent("rank", call.number("rank"))
    call.site("factor_scale")
    factor = call.site("factor", features(x), k)
    two, three = Constant(2.0), Constant(3.0)
    # The third elementary symmetric polynomial from power sums (Newton's identities).
    p1 = call.keep("p1", MatMul(x, factor))
    p2 = call.keep("p2", MatMul(Power(x, two), Power(factor, two)))
    p3 = call.keep("p3", MatMul(Power(x, three), Power(factor, three)))
    triples = Add(
        (("+", Power(p1, three)), ("-", multiply(three, p1, p2)), ("+", multiply(two, p3)))
    )
    return divide(Total(triples, k), Constant(6.0))


LAYER = Layer(
    keyword="fm3",
    summary="All interactions of three columns, their coefficients a tensor of rank k.",
    formula="sum_f (p1^3 - 3 p1 p2 + 2 p3)_f / 6, p_m = x^m @ V^m",
    source="Blondel, Fujino, Ueda and Ishihata (2016), Higher-order factorization machines",
    slots=(Slot("x", "features", many=True),),
    options=(Option("rank"),),
    sites=(
        SiteSpec("factor_scale", prior("HalfNormal", 1), "free", unit=()),
        SiteSpec("factor", prior("Normal", 0, "factor_scale"), "free", identified=False),
    ),
    lower=_lower,
    columns=3,
    example="mu = intercept() + fm3(x, z, w, rank = 2)",
)
