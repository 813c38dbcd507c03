"""What the passes that centre share: what rows say of levels, and the map that moves a site."""

from __future__ import annotations

from dataclasses import replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dims
from bgen.ir.fast import Fast
from bgen.ir.supports import REAL
from bgen.passes.base import fresh, location_and_scale, summands, why_asked

Terms = list[tuple[ir.Sign, ir.Expression]]


def why_not(fast: Fast, name: str) -> str:
    """Why a site is left where it is; empty where it may be moved."""
    return why_asked(fast, name) or ("" if name in fast.sampled() else f"{name} is integrated out")


def terms_of(textbook: Fast, observe: m.Observe) -> Terms:
    """The terms of the predictor of a response whose rows are by themselves."""
    density = observe.density
    if observe.mask is not None or observe.values is not None or observe.parts or density.bases:
        return []
    predictor = density.parameter("loc")
    if predictor is None and density.name not in ("Normal", "LogNormal"):
        predictor = next((value for _, value in density.parameters), None)
    return summands(textbook, predictor or ir.ZERO)


def told_by_level(observe: m.Observe, index: ir.Input, dims: Dims) -> ir.Helper | None:
    """What the rows of each level say; None for densities of which this is not known."""
    density, levels = observe.density, ir.Length(dims[0])
    response: ir.Expression = ir.Input(observe.name, (ROW,))
    keywords: tuple[tuple[str, int], ...] = ()
    more: tuple[ir.Expression, ...] = ()
    match density.name:
        case "BernoulliByLogits":
            function = "log_odds_by_level"
        case "BinomialByLogits":
            function = "log_odds_by_level"
            more = (density.parameters[1][1],)
        case "PoissonByMean":
            function = "log_means_by_level"
        case "NegativeBinomialByMean":
            function, keywords = "log_means_by_level", (("dispersed", 1),)
        case "Normal" | "LogNormal":
            function, (_, scale) = "means_by_level", location_and_scale(density)
            more = () if ir.has_unknowns(scale) else (scale,)
            response = ir.Apply("log", response) if density.name == "LogNormal" else response
        case _:
            return None
    return ir.Helper(function, (response, index, levels, *more), (), keywords)


def beside_others(told: ir.Helper, index: ir.Input, terms: Terms) -> ir.Helper:
    """What the rows of each level say, apart from other terms that are the same for a level.

    Offsets are taken off, and the columns of coefficients stand beside: without them a trial with
    more exposure than others, or an older school, would look like one of another effect, and the
    effects would be centred where their scale may be 0.
    """
    offsets = tuple((s, v) for s, v in terms if ROW in v.dims and not ir.has_unknowns(v))
    if offsets:
        name = "less_exposure" if told.function == "log_means_by_level" else "less_offset"
        told = ir.Helper(name, (told, index, ir.Add(offsets)), ())
    columns = [v for _, term in terms if (v := _columns(term)) is not None]
    return ir.Helper("beside_columns", (told, index, *columns), ()) if columns else told


def _columns(term: ir.Expression) -> ir.Expression | None:
    """What coefficients are multiplied with in a term: a design, or a value by row."""
    match term:
        case ir.MatMul(design=ir.Input() as design) if ROW in design.dims:
            return design
        case ir.Multiply(factors=factors):
            known = tuple((s, v) for s, v in factors if ROW in v.dims and not ir.has_unknowns(v))
            rest = [v for s, v in factors if (s, v) not in known]
            if known and all(isinstance(v, ir.Unknown) and not v.dims for v in rest):
                return ir.Multiply(known)
    return None


def moved(
    fast: Fast,
    site: m.Sample,
    share: ir.Input,
    pilot: ir.Input,
    carried: ir.Expression,
    lead: tuple[m.Statement, ...] = (),
) -> Fast:
    """The site as what its levels are stretched and shifted to."""
    name, dims = site.name, site.dims
    loc, scale = site.prior.parameter("loc"), site.prior.parameter("scale")
    assert loc is not None and scale is not None
    stretch = ir.Local(fresh(fast, f"{name}_stretch"), dims)
    z = ir.Unknown(fresh(fast, f"{name}_z"), dims)
    # a power as one logarithm and an exponential of each level, which is half of its time
    power = ir.multiply(ir.subtract(ir.ONE, share), ir.Apply("log", ir.divide(scale, pilot)))
    terms: list[tuple[ir.Sign, ir.Expression]] = [("+", ir.multiply(stretch, z))]
    if loc != ir.ZERO:
        terms.append(("+", ir.multiply(ir.subtract(ir.ONE, share), loc)))
    elif carried != ir.ZERO:
        terms.append(("-", ir.multiply(share, carried)))
    value = terms[0][1] if len(terms) == 1 else ir.Add(tuple(terms))
    statements: tuple[m.Statement, ...] = (
        *lead,
        m.Let(
            stretch.name,
            ir.multiply(pilot, ir.Apply("exp", power)),
            f"{name} is centred in levels of share 1, non-centred in those of share 0",
        ),
        m.Sample(z.name, dims, m.Density("Flat", (), REAL)),
        m.Let(name, value),
        m.Keep(name, dims),
        m.Prior(fresh(fast, f"{name}_prior"), site, stretch),
    )
    paragraphs = tuple(
        replace(
            p,
            statements=tuple(
                s for old in p.statements for s in (statements if old == site else (old,))
            ),
        )
        for p in fast.paragraphs
    )
    return fast.with_(paragraphs=paragraphs, auxiliary=(*fast.auxiliary, (z.name, name)))
