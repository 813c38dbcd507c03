"""``spike_and_slab(x...)``: coefficients behind gates that are mostly open or shut."""

from __future__ import annotations

from bgen.ir.expressions import Expression, MatMul, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    gate = call.site("gate", features(x))
    slab = call.site("slab", features(x))
    return MatMul(x, call.report("coef", multiply(gate, slab)))


LAYER = Layer(
    keyword="spike_and_slab",
    summary="Each coefficient is a slab times a gate between 0 and 1 that prefers its ends. The "
    "gate is continuous, so that gradients exist; its mean is not a probability of inclusion.",
    formula="x @ (gate slab)",
    source="Ishwaran and Rao (2005), Spike and slab variable selection; the continuous gate is "
    "that of BLayers 0.3.0",
    slots=(Slot("x", "features", many=True),),
    options=(Option("coding", "word", "treatment", words=("treatment", "full")),),
    sites=(
        SiteSpec("gate", prior("Beta", 0.5, 0.5), "free"),
        SiteSpec("slab", prior("Normal", 0, 1), "coefficient"),
    ),
    lower=_lower,
    example="mu = intercept() + spike_and_slab(x, z)",
)
