"""``autoregressive(link, time = t)``: errors that follow one another in time."""

from __future__ import annotations

from bgen.ir.dims import ROW, Dim, Named
from bgen.ir.expressions import Column, Expression, Filled, Helper
from bgen.ir.model import Density
from bgen.layers.base import prior
from bgen.links.base import Link, LinkCall, LinkOption, LinkParameter


def _lower(call: LinkCall) -> Density:
    inner = call.densities[0]
    if not inner.name.startswith(("Normal", "StudentT")) or inner.bases or inner.event:
        call.reject(
            "only the errors of `gaussian` and `student_t` follow one another here",
            "other responses take a level that moves in time: add `ar1(t)` or `random_walk(t)` to "
            "the predictor",
            code="BL546",
        )
    if not call.number("p") and not call.number("q"):
        call.reject("nothing of earlier rows is carried on", "for example `p = 1`")
    rows = [call.column("time"), *([call.groups("by")] if call.has("by") else [])]
    label = " by ".join(value.name if isinstance(value, Column) else "time" for value in rows)
    order = Helper("series_order", tuple(rows), (ROW,), label=label)
    place = Helper("series_place", tuple(rows), (ROW,), label=label)
    parameters: list[tuple[str, Expression]] = [
        ("order", call.computed("order", order, f"rows by {label}")),
        ("place", call.computed("place", place, "rows of the series before each of these")),
        ("before", call.history()),
    ]
    for name, option in (("ar", "p"), ("ma", "q")):
        if number := call.number(option):
            lag = Dim(f"{call.prefix}_{name}", Named(tuple(str(k + 1) for k in range(number))))
            value = call.parameter(name, lag)
            parameters.append((name, value if value.dims else Filled(value, lag)))
    return Density("Autoregressive", tuple(parameters), inner.support, own=True, bases=(inner,))


LINK = Link(
    keyword="autoregressive",
    summary="Errors that depend on those of earlier rows, in the order of time within groups. A "
    "prediction carries on from rows of the new data whose response is given.",
    formula="y_t = mu_t + n_t, n_t = sum_k ar_k n_(t-k) + u_t + sum_k ma_k u_(t-k)",
    source="Box and Jenkins (1970), Time Series Analysis: Forecasting and Control",
    functions=("identity",),
    responses=(),
    parameters=(
        LinkParameter("ar", "real", prior("Normal", 0, 0.5)),
        LinkParameter("ma", "real", prior("Normal", 0, 0.5)),
    ),
    options=(
        LinkOption("time", "column", required=True),
        LinkOption("by", "category"),
        LinkOption("p", "integer", default=1),
        LinkOption("q", "integer", default=0),
    ),
    lower=_lower,
    example="y ~ autoregressive(gaussian(mu), time = t, by = g)",
    combines=1,
)
