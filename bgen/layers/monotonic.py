"""``monotonic(o)``: an effect of an ordinal column that only rises, or only falls."""

from __future__ import annotations

from bgen.ir.expressions import CumSum, Expression, Gather, Helper, Length, multiply
from bgen.layers.base import Layer, LayerCall, SiteSpec, Slot, prior


def _lower(call: LayerCall) -> Expression:
    steps = call.steps("o")
    slope = call.site("slope")
    share = call.simplex("share", steps)
    climb = Helper("from_zero", (CumSum(share),), (call.levels("o"),))
    return multiply(slope, Length(steps), Gather(climb, (call.index("o"),)))


LAYER = Layer(
    keyword="monotonic",
    summary="The effect of an ordinal column: `slope` is the mean step between neighbouring "
    "levels, `share` how the whole way is divided among the steps.",
    formula="slope D sum_{k <= o} share_k, D = levels - 1",
    source="Bürkner and Charpentier (2020), Modelling monotonic effects of ordinal predictors",
    slots=(Slot("o", "ordinal"),),
    sites=(
        SiteSpec("slope", prior("Normal", 0, 1), "effect", single=True),
        SiteSpec("share", prior("Dirichlet", 1), "free", wide=False),
    ),
    lower=_lower,
    example="mu = intercept() + monotonic(o)",
)
