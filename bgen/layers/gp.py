"""``gp(x)``: a Gaussian process, exact, over the distinct values of a column."""

from __future__ import annotations

from bgen.ir.dims import ROW
from bgen.ir.expressions import Expression, Gather, Helper
from bgen.layers.base import Layer, LayerCall, Option, Slot
from bgen.layers.hsgp import KERNEL, SCALE, SITES


def _lower(call: LayerCall) -> Expression:
    x, value = call.column(), call.counted("values", 0)
    given = ("of", call.written()), ("scale", call.word("scale"))
    values = call.computed(
        "values", Helper("distinct_values", (x,), (value,), given), "distinct, in order"
    )
    place = Helper("value_index", (x,), (ROW,), label=values.name)
    index = call.computed("at", place, "int, which of them", learns=False)
    length, amplitude = call.site("lengthscale"), call.site("amplitude")
    near = Helper(f"correlation_{call.word('kernel')}", (values, length), (value, value))
    weight = call.site("weight", value)
    added = (("jitter", call.real("jitter")),) if call.has("jitter") else ()
    process = Helper("exact_gp", (near, amplitude, weight), weight.dims, added)
    curve = call.keep("curve", process)
    return Gather(curve, (index,))


LAYER = Layer(
    keyword="gp",
    summary="A smooth curve with a Gaussian process prior, exact, at the cost of the cube of the "
    "number of distinct values; x is standardised first unless `scale = raw`; "
    "`jitter = v` adds v to the variances in place of a millionth of them.",
    formula="(cholesky(K + 1e-6 amplitude^2 I) @ weight)[x]",
    source="Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, ch. 2",
    slots=(Slot("x", "features", single=True),),
    options=(KERNEL, SCALE, Option("jitter", "real", optional=True)),
    sites=SITES,
    lower=_lower,
    example="mu = intercept() + gp(x)",
)
