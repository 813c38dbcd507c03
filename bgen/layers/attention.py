"""``attention(x..., heads = h, dim = m)``: self-attention among the columns, pooled."""

from __future__ import annotations

from bgen.ir.expressions import Expression, Helper, MatMul
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior


def _lower(call: LayerCall) -> Expression:
    x = call.design()
    d, heads, dim = features(x), call.number("heads"), call.number("dim")
    hidden = call.latent("hidden", heads * dim)
    head, place = call.latent("head", heads), call.latent("dim", dim)
    call.site("embedding_scale", hidden)
    token = [call.site(part, d, hidden) for part in ("embedding", "bias")]
    call.site("head_scale", head, place)
    project = [call.site(part, head, hidden, place) for part in ("query", "key", "value")]
    pooled = Helper("attend", (x, *token, *project), (x.dims[0], hidden))
    call.site("output_scale")
    return MatMul(call.keep("pooled", pooled), call.site("output", hidden))


def _hidden(part: str, scale: str) -> SiteSpec:
    """Hidden dimensions and heads can change places, and signs be swapped between them."""
    if not scale:
        default = prior("HalfNormal", 1)
        return SiteSpec(part, default, "free", identified=False, wide=False, unit=())
    return SiteSpec(part, prior("Normal", 0, scale), "free", identified=False, wide=False)


LAYER = Layer(
    keyword="attention",
    summary="Each column is a token, its value times an embedding plus a bias; the tokens attend "
    "to each other in `heads` heads of `dim` dimensions, and their mean is projected.",
    formula="mean_j softmax(Q K' / sqrt(dim)) V @ output, tokens x_j embedding_j + bias_j",
    source="Gorishniy, Rubachev, Khrulkov and Babenko (2021), Revisiting deep learning models "
    "for tabular data; as in BLayers 0.3.0",
    slots=(Slot("x", "features", many=True),),
    options=(Option("heads", default=1), Option("dim", default=8)),
    sites=(
        _hidden("embedding_scale", ""),
        _hidden("embedding", "embedding_scale"),
        _hidden("bias", "embedding_scale"),
        _hidden("head_scale", ""),
        _hidden("query", "head_scale"),
        _hidden("key", "head_scale"),
        _hidden("value", "head_scale"),
        SiteSpec("output_scale", prior("HalfNormal", 1), "free", unit=()),
        SiteSpec("output", prior("Normal", 0, "output_scale"), "free", identified=False),
    ),
    lower=_lower,
    biased=True,
    columns=2,
    example="mu = intercept() + attention(x, z, heads = 2, dim = 4)",
)
