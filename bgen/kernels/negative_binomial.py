"""Overdispersed counts by mean and concentration c: totals by cell, gamma terms by distinct count.

With x = eta - log c, totals s over n rows and w_k rows with the count k, whatever their cell,

    log p = constant + sum s x - (s + n c) log(1 + exp(x))
          + sum_k w_k (log Gamma(k + c) - log Gamma(c))
"""

from __future__ import annotations

from bgen.ir.dims import Dim, Rows
from bgen.ir.expressions import Expression, Helper
from bgen.kernels.base import Kernel, KernelCall, Statistic

KIND = Dim("count", Rows())


def _apply(call: KernelCall) -> tuple[Expression, ...] | None:
    concentration = call.parameter("concentration")
    if concentration.dims:
        return None
    rows = (call.cell,)
    total = call.statistic(Statistic("total", rows, "sums"), call.total(call.response))
    number = call.statistic(Statistic("number", rows, "rows"), call.count())
    made = (
        Statistic("distinct", (KIND,), "counts that occur"),
        Statistic("times", (KIND,), "rows that have them"),
        Statistic("constant", (), "log factorials"),
    )
    *kinds, constant = call.statistics(made, Helper("distinct_counts", (call.response,), ()))
    given = (call.parameter("log_mean"), concentration, total, number)
    return (
        Helper("totals_log_density", given, ()),
        Helper("log_gammas", (*kinds, concentration), ()),
        constant,
    )


KERNEL = Kernel(
    density="NegativeBinomialByMean",
    enters="its total and number of rows, beside the number of rows with each count",
    hoists="log gammas are computed for the counts that occur, not for each row",
    keys=("log_mean", "concentration"),
    source="Hilbe (2011), Negative Binomial Regression (NB2)",
    apply=_apply,
)
