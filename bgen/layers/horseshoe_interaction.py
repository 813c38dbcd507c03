"""``horseshoe_interaction(x[, z])``: sparse coefficients of the products of columns."""

from __future__ import annotations

from bgen.ir.expressions import Expression, PairProducts
from bgen.layers.base import Layer, LayerCall, Slot
from bgen.layers.horseshoe import OPTIONS, SITES, sparse


def _lower(call: LayerCall) -> Expression:
    right = "z" if call.given("z") else None
    pair = call.pairs("x", right)
    products = PairProducts(call.design("x"), call.design(right) if right else None, pair)
    return sparse(call, call.keep("product", products))


LAYER = Layer(
    keyword="horseshoe_interaction",
    summary="Products of each column of x with each of z, or of the pairs of x alone, most of "
    "whose coefficients are close to zero.",
    formula="sum_jk x_j z_k coef_jk, coef_jk ~ Normal(0, tau lambda_jk)",
    source="Carvalho, Polson and Scott (2010), The horseshoe estimator; Piironen and Vehtari "
    "(2017), Sparsity information and regularization",
    slots=(Slot("x", "features"), Slot("z", "features", optional=True)),
    options=OPTIONS,
    sites=SITES,
    lower=_lower,
    columns=2,
    example="mu = intercept() + horseshoe_interaction(x, z)",
)
