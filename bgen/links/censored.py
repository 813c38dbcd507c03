"""``censored(link, left, right, interval)``: values of which only bounds are known.

`right` flags rows whose value is above y, `left` those whose value is y or less, and with
`interval = upper` every other row lies in (y, upper], or was seen exactly where upper is y.
"""

from __future__ import annotations

from bgen.ir.expressions import add
from bgen.ir.model import Density
from bgen.links.base import Link, LinkCall, LinkParameter
from bgen.links.composition import check_inside, with_tails


def _lower(call: LinkCall) -> Density:
    inner = call.densities[0]
    check_inside(call, "censored", inner)
    given = [name for name in ("left", "right", "interval") if call.has(name)]
    if not given:
        call.reject(
            "`censored` without a flag censors nothing",
            "give `left = ...`, `right = ...` or `interval = ...`",
            code="BL420",
        )
    inner = with_tails(call, "censored", inner)
    values = {name: call.parameter(name) for name in given}
    if "interval" in values:
        flags = [values[name] for name in ("left", "right") if name in values]
        call.bound(high=values["interval"], unless=add(*flags) if flags else None)
    if len(given) > 1 and "right" in values and "left" in values:
        call.exclude(values["left"], values["right"])
    name = "IntervalCensored" if "interval" in values else "Censored"
    return Density(name, tuple(values.items()), inner.support, own=True, bases=(inner,))


LINK = Link(
    keyword="censored",
    summary="Rows of which only bounds are known: above y (`right`), y or less (`left`), in "
    "(y, upper] (`interval`; exact where upper is y). A prediction is of the uncensored value.",
    formula="P(Y > y), P(Y <= y) or P(y < Y <= upper) in place of p(y)",
    source="Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, ch. 3",
    functions=("identity",),
    responses=(),
    parameters=(
        LinkParameter("left", "flag", density_only=True, optional=True),
        LinkParameter("right", "flag", density_only=True, optional=True),
        LinkParameter("interval", "real", density_only=True, optional=True),
    ),
    lower=_lower,
    example="y ~ censored(lognormal(mu), right = 1 - died)",
    combines=1,
)
