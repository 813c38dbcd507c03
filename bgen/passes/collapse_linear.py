"""``collapse_linear``: normal coefficients of a Gaussian response, integrated out and drawn back.

With the rows as their mean and a triangular factor, the predictor is linear in the coefficients,
and these are normal given their scales:

    r = A b + sigma e,    b = m + S u,    u and e standard normal,

where r is what the rest of the predictor leaves, so that with B = A S / sigma, P = I + B' B and
u0 = P^-1 B' (r - A m) / sigma

    log p(r) = log p(r | u0) - 1/2 |u0|^2 - 1/2 log |P|    and    u | r ~ Normal(u0, P^-1).

What is left to sample are the scales, without the funnels that coefficients make of them: a
horseshoe or a curve is as easy as its scales alone. ``recover`` draws all coefficients together.
A step takes a factorisation, in the cube of their number: it is worth that where a scale is
unknown, and up to some hundreds (a fit says so beyond 300). Where all scales are known,
``whiten_coefficients`` does as well without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Drawn, Fast, Merged
from bgen.ir.supports import REAL
from bgen.passes.base import Pass, StandsAside, location_and_scale, uses, why_asked
from bgen.passes.linear import linear_terms, own_terms, product, without_sites, without_terms


@dataclass(frozen=True, slots=True)
class _Block:
    """The coefficients of one site, and the term of the predictor that they make."""

    site: m.Sample
    term: ir.Expression
    columns: tuple[ir.Expression, ir.Expression]
    factor: tuple[ir.Expression, ...]

    @property
    def helper(self) -> ir.Helper:
        """For the library: columns, prior, and what the coefficients are multiplied by."""
        prior = location_and_scale(self.site.prior)
        return ir.Helper("Block", (*self.columns, *prior, *self.factor), ())


def _apply(fast: Fast) -> tuple[Fast, str]:
    if fast.cells is None or fast.merged is None:
        raise StandsAside(fast.without_cells)
    cells, merged = fast.cells, fast.merged
    if merged.keys:
        raise StandsAside(f"the rows of {cells.response} differ by levels")
    if not isinstance(cells.location, ir.Local):
        raise StandsAside("the location of the response is no predictor")
    blocks = list(_blocks(fast, cells.location, merged))
    asked = [why for b in blocks if (why := why_asked(fast, b.site.name))]
    blocks = [b for b in blocks if not why_asked(fast, b.site.name)]
    if not any(ir.has_unknowns(b.helper) for b in blocks):
        if asked:
            raise StandsAside("; ".join(asked))
        raise StandsAside("no normal coefficients have a scale that is unknown")
    factor = next(s for s in fast.statements() if isinstance(s, m.Factor))
    _, within = factor.terms
    assert isinstance(within, ir.Helper)
    residual, scale, freedom, constant = within.operands
    terms = {b.term for b in blocks}
    kept = any(t not in terms for _, t in own_terms(fast, cells.location.name))
    sites = [b.site.name for b in blocks]
    given = (
        ("means", cells.means),
        ("location", cells.location if kept else ir.ZERO),
        ("within", without_sites(residual, sites)),
        ("counts", cells.counts),
        ("scale", scale),
        *((f"block_{k}", block.helper) for k, block in enumerate(blocks)),
    )
    own = [value for _, value in given]
    density = ir.Helper("collapsed_log_density", (freedom, constant, *own), ())
    listed = ", ".join(sites)
    clause = f"{listed} {'are' if len(sites) > 1 else 'is'} integrated out"
    new = replace(factor, terms=(density,), comment=f"{clause}: see recover")
    drawn = Drawn(
        tuple(sites),
        m.Density("coefficients_given", given, REAL, own=True, event=1),
        "normal priors times a normal density around what is linear in them",
    )
    found = fast.with_(
        paragraphs=tuple(without_terms(fast, cells.location.name, sites, terms, new)),
        drawn=(*fast.drawn, drawn),
        cells=None,
        without_cells=clause,
    )
    return found, f"{clause}, and drawn back by recover"


# --- which coefficients ---------------------------------------------------------------------------


def _blocks(fast: Fast, location: ir.Local, merged: Merged) -> Iterator[_Block]:
    within = dict(merged.parts)
    sites = {s.name: s for s in fast.statements() if isinstance(s, m.Sample)}
    linear = {t.value: t for t in linear_terms(fast, location)}
    for sign, value in own_terms(fast, location.name):
        term = linear.get(value)  # none of a predictor by its name
        if term is None or sign == "-":
            continue
        columns: tuple[ir.Expression, ir.Expression] = (ir.ONE, ir.ZERO)
        coefficient, reads = value, 1
        if term.kind != "flat":
            if term.coefficient is None or not isinstance(term.data, ir.Input):
                continue
            columns = (term.data, ir.Input(within[term.data.name], term.data.dims))
            coefficient, reads = term.coefficient, 2
        for name, factor in _unknowns(coefficient):
            site = sites.get(name)
            if site and _is_normal(site) and uses(fast, name) == reads:
                yield _Block(site, value, columns, factor)
                break


def _unknowns(coefficient: ir.Expression) -> Iterator[tuple[str, tuple[ir.Expression, ...]]]:
    """The sites that a coefficient is a multiple of, and what it is, for one of them."""
    match coefficient:
        case ir.Unknown(name=name):
            yield name, ()
        case ir.Multiply(factors=factors):
            for k, (sign, value) in enumerate(factors):
                if sign == "*" and isinstance(value, ir.Unknown):
                    yield value.name, (product(factors[:k] + factors[k + 1 :]),)


def _is_normal(site: m.Sample) -> bool:
    """Whether its values are normal, each by itself."""
    return site.prior.name == "Normal" and len(site.dims) < 2 and not site.is_row


PASS = Pass(
    name="collapse_linear",
    order=32,
    level=2,
    summary="Normal coefficients of a Gaussian response, integrated out.",
    exact="the response is compressed, no levels tell its rows apart, and a predictor that is a "
    "sum has terms that are linear in sites with a normal prior, which are read nowhere else; the "
    "scale of one of them at least is unknown",
    source="Lindley and Smith (1972), Bayes Estimates for the Linear Model",
    apply=_apply,
)
