"""``y1, y2, y3 ~ multinomial(eta, trials = n)``: how many of n fall into each class."""

from __future__ import annotations

from collections.abc import Mapping

from bgen.ir.dims import ROW, Dim, Dims, Named
from bgen.ir.expressions import Column, Helper
from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links.base import Link, LinkCall, LinkParameter
from bgen.links.categorical import REFERENCE
from bgen.links.joint import each_response
from bgen.links.trials import name_of


def _outputs(responses: tuple[str, ...], words: Mapping[str, str]) -> Dims:
    if words.get("reference") == "none":
        return (each_response(responses),)
    return (Dim(f"{'_'.join(responses)}_class", Named(responses[1:])),)


def _lower(call: LinkCall) -> Density:
    logits = call.predictor
    if call.word("reference") == "first":
        axes = (*logits.dims[:-1], each_response(call.responses))
        logits = Helper("with_reference", (logits,), axes)
    trials = call.parameter("trials")
    total = call.data("trials")
    if total is not None:
        counts = tuple(Column(name, (ROW,)) for name in call.responses)
        label = f"{' + '.join(call.responses)} = {name_of(total)}"
        call.require(Helper("require_total", (total, *counts), (), label=label))
    return Density(
        "Multinomial",
        (("logits", logits), ("trials", trials)),
        Support("natural"),
        own=True,
        event=1,
    )


LINK = Link(
    keyword="multinomial",
    summary="Counts of several classes that sum to the trials; the predictor has a value for each "
    "class but the first, its log odds against the first.",
    formula="(y1, ..., yK) ~ Multinomial(n, softmax(0, eta))",
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 5",
    functions=("softmax",),
    responses=("count",),
    parameters=(LinkParameter("trials", "count", data_only=True),),
    options=(REFERENCE,),
    lower=_lower,
    example="y1, y2, y3 ~ multinomial(eta, trials = n)",
    remedy="count",
    outputs=_outputs,
    joint=True,
)
