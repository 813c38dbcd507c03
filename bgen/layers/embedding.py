"""``embedding(g, dim = k)``: a vector a level, to be combined by ``dot`` or ``sum``."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Gather
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    call.site("scale")
    k = call.latent("factor", call.number("dim"))
    vector = call.site("vector", call.levels("g"), k)
    return Gather(vector, (call.index("g"),))


LAYER = Layer(
    keyword="embedding",
    summary="A vector of k numbers for each level; `dot(a, b)` and `sum(a)` make numbers of them.",
    formula="vector[g]",
    source="Salakhutdinov and Mnih (2008), Bayesian probabilistic matrix factorization",
    slots=(Slot("g", "category"),),
    options=(Option("dim"),),
    sites=(
        SiteSpec("scale", prior("HalfNormal", 1), "free", wide=False, unit=()),
        SiteSpec("vector", prior("Normal", 0, "scale"), "free", identified=False),
    ),
    lower=_lower,
    example="mu = intercept() + dot(embedding(g, dim = 2), embedding(h, dim = 2))",
)
