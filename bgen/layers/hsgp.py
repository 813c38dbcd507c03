"""``hsgp(x, m = k)``: a Gaussian process as a sum of sines, fast where there are many values."""

from __future__ import annotations

from bgen.ir.dims import ROW
from bgen.ir.expressions import Expression, Helper, MatMul, multiply
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, prior

#: How many sines a lengthscale needs: m >= factor c S / lengthscale (Riutort-Mayol et al. 2023).
_FACTORS = {"squared_exponential": 1.75, "matern32": 3.42, "matern52": 2.65}
KERNEL = Option("kernel", "word", "squared_exponential", words=tuple(_FACTORS))
SCALE = Option("scale", "word", "standardized", words=("standardized", "raw"))
SITES = (
    SiteSpec("lengthscale", prior("InverseGamma", 5, 5), "free", wide=False),
    SiteSpec("amplitude", prior("HalfNormal", 1), "scale", wide=False),
    SiteSpec("weight", prior("Normal", 0, 1), "free"),
)


def _lower(call: LayerCall) -> Expression:
    m, kernel = call.number("m"), call.word("kernel")
    call.check_least("c", 1.0, "the data must lie within the interval of the sines")
    sine = call.latent("sine", m)
    given = ("c", call.real("c")), ("of", call.written()), ("scale", call.word("scale"))
    wave = Helper("hsgp_sines", (call.column(),), (ROW, sine), (("m", m), *given))
    sines = call.computed("sines", wave, f"sines of {call.written()}")
    of = Helper("hsgp_frequencies", (), (sine,), (("m", m),), label=sines.name)
    frequency = call.computed("frequency", of, "their frequencies", learns=False)
    length, amplitude = call.site("lengthscale"), call.site("amplitude")
    root = Helper(f"root_density_{kernel}", (frequency, length), (sine,), positive=True)
    size = call.keep("size", multiply(amplitude, root))
    call.review("enough_sines", "lengthscale", "frequency", factor=_FACTORS[kernel])
    return MatMul(sines, multiply(size, call.site("weight", sine)))


LAYER = Layer(
    keyword="hsgp",
    summary="A smooth curve with a Gaussian process prior, by m sines on an interval c times as "
    "wide as the data; x is standardised first unless `scale = raw`.",
    formula="sum_j sin(w_j (x + L)) / sqrt(L) amplitude sqrt(S(w_j)) weight_j",
    source="Solin and Särkkä (2020), Hilbert space methods for reduced-rank Gaussian process "
    "regression; Riutort-Mayol et al. (2023), Practical Hilbert space approximate Bayesian "
    "Gaussian processes",
    slots=(Slot("x", "features", single=True),),
    options=(Option("m", default=30), Option("c", "real", 1.5), KERNEL, SCALE),
    sites=SITES,
    lower=_lower,
    example="mu = intercept() + hsgp(x, m = 30)",
)
