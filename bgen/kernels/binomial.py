"""Successes of trials by logits: the sums of both over a cell, and the coefficients by themselves.

sum_i log C(n_i, y_i) + y_i eta - n_i log(1 + exp(eta))
    = constant + s eta - n log(1 + exp(eta))
"""

from __future__ import annotations

from bgen.ir.expressions import Expression, Helper, has_unknowns
from bgen.kernels.base import Kernel, KernelCall, Statistic


def _apply(call: KernelCall) -> tuple[Expression, ...] | None:
    each = call.parameter("total_count")
    if has_unknowns(each):
        return None
    rows = (call.cell,)
    yes = call.statistic(Statistic("successes", rows, ""), call.total(call.response))
    trials = call.statistic(Statistic("trials", rows, ""), call.total(each))
    constant = call.statistic(
        Statistic("constant", (), "log binomial coefficients"),
        Helper("log_coefficients", (each, call.response), ()),
    )
    logits = call.parameter("logits")
    return (Helper("successes_log_density", (logits, yes, trials), ()), constant)


KERNEL = Kernel(
    density="BinomialByLogits",
    enters="its successes and trials",
    hoists="the binomial coefficients are constants",
    keys=("logits",),
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 4",
    apply=_apply,
)
