"""Ordered levels of logistic errors: each looks at its own two cutpoints, not at all of them.

With c_{-1} = -inf and c_{K-1} = inf around the cutpoints, n_k rows at level k and g_k the gap below
cutpoint k,

    log p(y | eta) = -log(1 + exp(eta - c_y)) - log(1 + exp(c_{y-1} - eta)) + log(1 - exp(-g_y))

where the last term, of inner levels alone, is summed by level: sum_k n_k log(1 - exp(-g_k)).
"""

from __future__ import annotations

from bgen.ir.dims import Dim, Rows
from bgen.ir.expressions import Expression, Helper, Length
from bgen.kernels.base import Kernel, KernelCall, Statistic

FUNCTIONS = ("logit_chances", "logit_between")
LEVEL = Dim("level", Rows())


def _apply(call: KernelCall) -> tuple[Expression, ...] | None:
    log_probs = call.parameter("log_probs")
    if not isinstance(log_probs, Helper) or log_probs.function != "cumulative_levels":
        return None
    eta, cutpoints = log_probs.operands
    if log_probs.functions != FUNCTIONS or len(cutpoints.dims) != 1 or not eta.dims:
        return None
    rows = (call.cell,)
    level = call.statistic(Statistic("level", rows, ""), call.common(call.response))
    number = call.statistic(Statistic("number", rows, "rows"), call.count())
    levels = Length(log_probs.dims[-1])
    times = call.statistic(
        Statistic("times", (LEVEL,), "rows at each inner level"),
        Helper("inner_levels", (call.response, levels), (LEVEL,)),
    )
    return (
        Helper("level_log_density", (eta, cutpoints, level, number), ()),
        Helper("log_gaps", (cutpoints, times), ()),
    )


KERNEL = Kernel(
    density="Levels",
    enters="its level and number of rows",
    hoists="a level looks at its own two cutpoints, and the gaps between them are summed by level",
    keys=("log_probs",),
    source="McCullagh (1980), Regression models for ordinal data",
    apply=_apply,
    by_response=True,
)
