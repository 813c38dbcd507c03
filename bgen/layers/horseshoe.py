"""``horseshoe(x...)``: sparse coefficients; most are shrunk to almost nothing, a few are let be."""

from __future__ import annotations

from bgen.ir.expressions import (
    Apply,
    Constant,
    Expression,
    Length,
    MatMul,
    Power,
    add,
    divide,
    multiply,
    subtract,
)
from bgen.layers.base import Layer, LayerCall, Option, SiteSpec, Slot, features, prior

_TWO = Constant(2.0)


def global_scale(call: LayerCall, columns: Expression) -> Expression:
    """tau0: as given, or from the number of coefficients that are thought to matter."""
    if not call.has("relevant"):
        return Constant(call.real("tau0"))
    relevant = Constant(call.real("relevant"))
    odds = divide(relevant, subtract(columns, relevant))
    errors = divide(
        call.residual_scale("`tau0 = ...` in place of `relevant`"),
        Apply("sqrt", call.training_rows()),
    )
    return multiply(odds, errors)


def shrunk(call: LayerCall, tau: Expression, local: Expression) -> Expression:
    """The prior sd of each coefficient; with a slab no larger than about that."""
    free = multiply(tau, local)
    sized = call.has("slab") or call.has("relevant")
    if call.has("df") and not sized:
        call.reject_option(
            "df",
            "is that of the slab's default prior, and there is none",
            "say how large coefficients may be, `slab = 2`, or leave it out",
        )
    if not sized and not call.has("c2"):
        return free
    half = call.real("df") / 2.0
    call.define("half_df", Constant(half))
    call.define("slab_rate", Constant(half * call.real("slab") ** 2))
    c2 = call.site("c2")
    ratio = divide(c2, add(c2, Power(free, _TWO)))
    return multiply(free, Apply("sqrt", ratio))


def sparse(call: LayerCall, x: Expression) -> Expression:
    """The columns of a design times coefficients with this prior."""
    d = features(x)
    if call.has("tau0") and call.has("relevant"):
        call.reject_option(
            "tau0",
            "is what `relevant` gives, and both are written",
            "leave one of the two out",
        )
    call.check_fewer("relevant", d)
    call.define("tau0", global_scale(call, Length(d)))
    tau = call.site("tau")
    local = call.site("lambda", d)
    call.define("shrinkage", call.keep("shrinkage", shrunk(call, tau, local)))
    return MatMul(x, call.site("coef", d))


def _lower(call: LayerCall) -> Expression:
    return sparse(call, call.design())


OPTIONS = (
    Option("tau0", "real", 1.0),
    Option("relevant", "real", optional=True),
    Option("slab", "real", 2.0, when="where `relevant` is given"),
    Option("df", "real", 4.0, when="where there is a slab"),
)
SITES = (
    SiteSpec("tau", prior("HalfCauchy", "tau0"), "free", unit=("tau0", "relevant")),
    SiteSpec("lambda", prior("HalfCauchy", 1), "free"),
    SiteSpec(
        "c2",
        prior("InverseGamma", "half_df", "slab_rate"),
        "free",
        wide=False,
        unit=("slab",),
        when="where there is a slab: `slab` or `relevant` is given",
    ),
    SiteSpec("coef", prior("Normal", 0, "shrinkage"), "free"),
)

LAYER = Layer(
    keyword="horseshoe",
    summary="Coefficients most of which are close to zero; `relevant` says how many are thought "
    "not to be, `slab` (or a prior of `c2`, its square) how large those may be.",
    formula="x @ coef, coef_j ~ Normal(0, tau lambda_j)",
    source="Carvalho, Polson and Scott (2010), The horseshoe estimator; Piironen and Vehtari "
    "(2017), Sparsity information and regularization",
    slots=(Slot("x", "features", many=True),),
    options=(*OPTIONS, Option("coding", "word", "treatment", words=("treatment", "full"))),
    sites=SITES,
    lower=_lower,
    example="eta = intercept() + horseshoe(x, relevant = 10)",
)
