"""0 or 1 by logits: the successes and the trials of a cell.

sum_i y_i eta - log(1 + exp(eta)) = s eta - n log(1 + exp(eta))
"""

from __future__ import annotations

from bgen.ir.expressions import Expression, Helper
from bgen.kernels.base import Kernel, KernelCall, Statistic


def _apply(call: KernelCall) -> tuple[Expression, ...]:
    rows = (call.cell,)
    yes = call.statistic(Statistic("successes", rows, "rows of 1"), call.total(call.response))
    trials = call.statistic(Statistic("trials", rows, "rows"), call.count())
    return (Helper("successes_log_density", (call.parameter("logits"), yes, trials), ()),)


KERNEL = Kernel(
    density="BernoulliByLogits",
    enters="its successes and trials",
    hoists="a logarithm and its slope are made of one exponential",
    keys=("logits",),
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 4",
    apply=_apply,
)
