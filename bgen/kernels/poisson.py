"""Counts by the log of their mean: the sum of a cell, around its own estimate.

With total s over n rows, and a = log(s / n) where s > 0, else 0,

    sum_i y_i eta - exp(eta) - log y_i! = constant + s (eta - a) - n exp(a) (exp(eta - a) - 1)

in which nothing large cancels.
"""

from __future__ import annotations

from bgen.ir.expressions import Expression, Helper
from bgen.kernels.base import Kernel, KernelCall, Statistic


def _apply(call: KernelCall) -> tuple[Expression, ...]:
    rows = (call.cell,)
    total = call.statistic(Statistic("total", rows, "sums"), call.total(call.response))
    made = (
        Statistic("centre", rows, "logs of means"),
        Statistic("mass", rows, "expected totals there"),
        Statistic("constant", (), "log factorials, and the density at the centres"),
    )
    given = (call.response, call.total(call.response), call.count())
    *where, constant = call.statistics(made, Helper("counts_centred", given, ()))
    log_mean = call.parameter("log_mean")
    return (Helper("counts_log_density", (log_mean, total, *where), ()), constant)


KERNEL = Kernel(
    density="PoissonByMean",
    enters="its total and number of rows",
    hoists="the log factorials are a constant",
    keys=("log_mean",),
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 6",
    apply=_apply,
)
