"""``mixture_prior(x...)``: each coefficient from either of two distributions, summed over which."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul
from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    parts = (call.density("first"), call.density("second"))
    if any(part.support != REAL for part in parts):
        call.reject(
            "both parts of `mixture_prior` must be distributions on the whole line",
            "such as `first ~ Normal(0, 1)` and `second ~ Laplace(0, 1)`",
        )
    logit = call.site("logit", call.latent("component", 2))
    density = Density("MixtureGeneral", (("logits", logit),), REAL, bases=parts)
    return MatMul(x, call.sample("coef", density, features(x), *call.out))


LAYER = Layer(
    keyword="mixture_prior",
    summary="Coefficients that come from the `first` distribution or from the `second`, by "
    "weights that are learnt; which of them is summed over.",
    formula="x @ coef, coef_j ~ w_0 Normal(0, 1) + w_1 Laplace(0, 1), w = softmax(logit)",
    source="George and McCulloch (1993), Variable selection via Gibbs sampling",
    slots=(Slot("x", "features", many=True),),
    options=(Option("coding", "word", "treatment", words=("treatment", "full")),),
    sites=(
        SiteSpec("first", prior("Normal", 0, 1), "free", unit=()),
        SiteSpec("second", prior("Laplace", 0, 1), "free", unit=()),
        SiteSpec("logit", prior("Normal", 0, 1), "free", wide=False),
        SiteSpec("coef", None, "free"),
    ),
    lower=_lower,
    example="mu = intercept() + mixture_prior(x, z)",
)
