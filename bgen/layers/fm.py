"""``fm(x..., rank = k)``: a factorisation machine, all pairwise products at rank k."""

from __future__ import annotations

from bgen.ir.expressions import Constant, Expression, MatMul, Power, Total, multiply, subtract
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior

_TWO = Constant(2.0)


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    k = call.latent("rank", call.number("rank"))
    call.site("factor_scale")
    factor = call.site("factor", features(x), k)
    square_of_sum = Power(MatMul(x, factor), _TWO)
    sum_of_squares = MatMul(Power(x, _TWO), Power(factor, _TWO))
    return multiply(Constant(0.5), Total(subtract(square_of_sum, sum_of_squares), k))


LAYER = Layer(
    keyword="fm",
    summary="All pairwise interactions of the columns, their coefficients a matrix of rank k.",
    formula="0.5 sum_f ((x @ V)^2 - x^2 @ V^2)_f",
    source="Rendle (2010), Factorization machines",
    slots=(Slot("x", "features", many=True),),
    options=(Option("rank"),),
    sites=(
        SiteSpec("factor_scale", prior("HalfNormal", 1), "free", unit=()),
        SiteSpec("factor", prior("Normal", 0, "factor_scale"), "free", identified=False),
    ),
    lower=_lower,
    columns=2,
    example="mu = intercept() + fm(x, z, rank = 2)",
)
