"""``asymmetric_laplace(mu, quantile = q)``: quantile regression."""

from __future__ import annotations

from bgen.ir.expressions import Apply, Constant, Expression, Negative, add, multiply
from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import prior
from bgen.links.base import IDENTITY, Link, LinkCall, LinkParameter
from bgen.links.scales import logits_of, mean


def asymmetric_laplace(loc: Expression, scale: Expression, quantile: Expression) -> Density:
    """By the quantile; where that is a sigmoid, which rounds to 1, by its logits l.

    With asymmetry k = exp(l / 2), the square root of q / (1 - q), NumPyro's other class has the
    scale that is sigma (k + 1 / k) here.
    """
    if logits := logits_of(quantile):
        half = multiply(Constant(0.5), logits)
        asymmetry = Apply("exp", half)
        scale = multiply(scale, add(asymmetry, Apply("exp", Negative(half))))
        by_scale = (("loc", loc), ("scale", scale), ("asymmetry", asymmetry))
        return Density("AsymmetricLaplace", by_scale, REAL)
    by_quantile = (("loc", loc), ("scale", scale), ("quantile", quantile))
    return Density("AsymmetricLaplaceQuantile", by_quantile, REAL)


def _lower(call: LinkCall) -> Density:
    return asymmetric_laplace(mean(call), call.parameter("sigma"), call.parameter("quantile"))


LINK = Link(
    keyword="asymmetric_laplace",
    summary="Quantile regression: the predictor is the quantile of the response that `quantile` "
    "names.",
    formula="y ~ AsymmetricLaplaceQuantile(mu, sigma, quantile)",
    source="Yu and Moyeed (2001), Bayesian quantile regression",
    functions=IDENTITY,
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(
        LinkParameter("quantile", "unit", default=0.5),
        LinkParameter("sigma", "positive", prior("Exponential", 1), "scale"),
    ),
    lower=_lower,
    example="y ~ asymmetric_laplace(mu, quantile = 0.9)",
    remedy="real",
)
