"""``categorical(eta)``: a response of several classes without order."""

from __future__ import annotations

from collections.abc import Mapping

from bgen.ir.dims import Classes, Dim, Dims
from bgen.ir.expressions import Helper
from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links.base import Link, LinkCall, LinkOption

REFERENCE = LinkOption("reference", words=("first", "none"), default="first")


def _outputs(responses: tuple[str, ...], words: Mapping[str, str]) -> Dims:
    fewer = 0 if words.get("reference") == "none" else 1
    return (Dim(f"{responses[0]}_class", Classes(responses[0], fewer)),)


def _lower(call: LinkCall) -> Density:
    logits = call.predictor
    if call.word("reference") == "first":
        logits = Helper("with_reference", (logits,), (*logits.dims[:-1], call.classes(0)))
    return Density("CategoricalLogits", (("logits", logits),), Support("classes"))


LINK = Link(
    keyword="categorical",
    summary="One of several classes; the predictor has a value for each class but the first, "
    "its log odds against the first.",
    formula="P(y = k) = exp(eta_k) / sum_j exp(eta_j), eta_0 = 0",
    source="McFadden (1974), Conditional logit analysis of qualitative choice behavior",
    functions=("softmax",),
    responses=("category", "ordinal"),
    parameters=(),
    options=(REFERENCE,),
    lower=_lower,
    example="y ~ categorical(eta)",
    remedy="category",
    outputs=_outputs,
)
