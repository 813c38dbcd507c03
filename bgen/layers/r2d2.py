"""``r2d2(x...)``: a prior on the share of the variance that the columns explain together."""

from __future__ import annotations

from bgen.ir.expressions import ONE, Apply, Expression, MatMul, divide, multiply, subtract
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design(standardized=True)
    d = features(x)
    errors = call.residual_scale("another layer, such as `adaptive`")
    r2 = call.site("r2")
    share = call.simplex("share", d)
    explained = divide(multiply(share, r2), subtract(ONE, r2))
    size: Expression = Apply("sqrt", explained)
    if errors != ONE:
        size = multiply(errors, size)
    call.define("size", call.keep("size", size))
    return MatMul(x, call.site("coef", d))


LAYER = Layer(
    keyword="r2d2",
    summary="Coefficients whose sizes follow from r2, the part of the variance that they explain "
    "together, and from how they share it. Each column is standardised.",
    formula="x @ coef, coef_j ~ Normal(0, sigma sqrt(share_j r2 / (1 - r2)))",
    source="Zhang, Naughton, Bondell and Reich (2022), Bayesian regression using a prior on the "
    "model fit: the R2-D2 shrinkage prior",
    slots=(Slot("x", "features", many=True),),
    options=(Option("coding", "word", "treatment", words=("treatment", "full")),),
    sites=(
        SiteSpec("r2", prior("Beta", 1, 1), "free", single=True),
        SiteSpec("share", prior("Dirichlet", 0.5), "free", wide=False),
        SiteSpec("coef", prior("Normal", 0, "size"), "free"),
    ),
    lower=_lower,
    columns=2,
    example="mu = intercept() + r2d2(x, z)",
)
