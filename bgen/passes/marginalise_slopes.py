"""``marginalise_slopes``: the effects and slopes of one grouping, integrated out and drawn back.

Given everything else, what the rows of level j are (a mean for each of its cells, and a row along
each slope) is linear in the effect and the slopes of j, which are normal together:

    r_j = Z_j u_j + errors of scale sigma / sqrt(n),    u_j = S w_j,    w_j standard normal,

with S of the scales, or the Cholesky factor of a covariance. Then u_j | r ~ Normal(m_j, P_j^-1)
with P_j = (S S')^-1 + Z_j' N Z_j / sigma^2 and P_j m_j = Z_j' N r_j / sigma^2, and

    log p(r) = log p(r | u = m) - 1/2 sum_j |S^-1 m_j|^2 - 1/2 sum_j log |P_j| - sum_j log |S|,

which keeps its digits where columns are large and slopes far from 0, as log p(r | u = 0) does not.
Z_j' N Z_j is of data alone. P_j is as wide as the number of effects and slopes of a level, so that
all of them are eliminated together, column by column. ``recover`` draws them level by level. Where
several groupings have slopes it is the first in the source, or, where the data were shown, that of
most levels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim, Dims, Fixed, Joined, fixed_length
from bgen.ir.fast import Cells, Drawn, Fast, Prepared, Step
from bgen.ir.supports import REAL
from bgen.passes.base import Pass, StandsAside, fresh, most_levels_first, uses, why_asked
from bgen.passes.linear import Term, linear_terms, own_terms, without_sites, without_terms


@dataclass(frozen=True, slots=True)
class _Part:
    """The effects or the slopes of one site: their term, columns and what scales them."""

    site: m.Sample
    term: ir.Expression
    index: ir.Input
    columns: ir.Expression
    root: ir.Expression


def _apply(fast: Fast) -> tuple[Fast, str]:
    cells = fast.cells
    if cells is None:
        raise StandsAside(fast.without_cells)
    if cells.slopes is None or not isinstance(cells.location, ir.Local):
        raise StandsAside("no slopes differ between levels")
    parts, others = _parts(fast, cells, cells.location)
    factor = next(s for s in fast.statements() if isinstance(s, m.Factor))
    _, within, along = factor.terms
    assert isinstance(along, ir.Helper)
    sites = [part.site.name for part in parts]
    index = parts[0].index
    fast, loads, loads_along, products = _prepared(fast, cells, parts)

    turned = ir.Local(fresh(fast, f"{cells.response}_turned"), loads_along.dims[1:])
    rest = without_sites(along.operands[0], sites)
    let = m.Let(turned.name, rest, "along slopes, less what is not theirs")
    gone = {part.term for part in parts}
    kept = any(term not in gone for _, term in own_terms(fast, cells.location.name))
    location = cells.location if kept else ir.ZERO
    level_along = _levels_along(along.operands[0], parts)
    own = (cells.means, location, cells.counts, index, loads, turned, level_along, loads_along)
    roots = tuple(part.root for part in parts)
    slopes = ir.Helper("slopes_of_levels", (*own, products, cells.scale, *roots), ())
    clause = f"{', '.join(sites)} {'are' if len(sites) > 1 else 'is'} integrated out"
    new = replace(
        factor,
        terms=(ir.Helper("slopes_log_density", slopes.operands, ()), within),
        comment=f"{factor.comment}; {clause}: see recover",
    )
    paragraphs = tuple(without_terms(fast, cells.location.name, sites, gone, new))
    drawn = Drawn(
        tuple(sites),
        m.Density("LevelSlopes", (("slopes", slopes),), REAL, own=True, event=1),
        "normal priors times normal rows that are linear in them",
    )
    found = fast.with_(
        paragraphs=tuple(_before(p, new, let) for p in paragraphs),
        drawn=(*fast.drawn, drawn),
        cells=None,
        without_cells=clause,
        merged=None,
    )
    clause += ", and drawn back by recover"
    if others:
        clause += f": of the groupings with slopes {index.name}, not {', '.join(others)}"
    return found, clause


# --- which sites ----------------------------------------------------------------------------------


def _parts(fast: Fast, cells: Cells, location: ir.Local) -> tuple[list[_Part], list[str]]:
    """The sites of one grouping, effects before slopes, and the other groupings with slopes."""
    shallow = {term for sign, term in own_terms(fast, location.name) if sign == "+"}
    sites = {s.name: s for s in fast.statements() if isinstance(s, m.Sample)}
    found: dict[str, list[_Part]] = {}
    sloped: list[str] = []
    refused: list[str] = []
    for term in linear_terms(fast, location):
        part = _part(fast, term, sites) if term.value in shallow else None
        if part is not None and (why := why_asked(fast, part.site.name)):
            refused.append(why)
        elif part is not None:
            found.setdefault(part.index.name, []).append(part)
            sloped += [part.index.name] if term.kind == "slope" else []
    if not sloped:
        none = "no slopes of levels have a normal prior and enter by themselves"
        raise StandsAside("; ".join(refused) or none)
    first, *others = most_levels_first(fast, dict.fromkeys(sloped), str)
    return found[first], others


def _part(fast: Fast, term: Term, sites: dict[str, m.Sample]) -> _Part | None:
    value = term.coefficient if term.kind == "slope" else term.value
    match value:
        case ir.Gather(table=ir.Unknown(name=name), indices=(ir.Input() as index,)):
            site = sites.get(name)
        case _:
            return None
    reads = 2 if term.kind == "slope" else 1
    columns = term.data if term.kind == "slope" else ir.ONE
    own = (term.over,) if term.over else ()
    if site is None or site.dims[1:] != own or uses(fast, name) != reads or columns is None:
        return None
    root = _root(site, own)
    return None if root is None else _Part(site, term.value, index, columns, root)


def _root(site: m.Sample, own: Dims) -> ir.Expression | None:
    """S of the prior: one scale, one for each slope, or a lower triangular matrix."""
    prior = site.prior
    loc = prior.parameter("loc")
    if prior.bases or prior.base or loc not in (None, ir.ZERO):
        return None
    if prior.name == "MultivariateNormal":
        return prior.parameter("scale_tril")
    scale = prior.parameter("scale") or ir.ONE
    if prior.name != "Normal" or scale.dims not in ((), own):
        return None
    return ir.Filled(scale, own[0]) if own and not scale.dims else scale


def _levels_along(residual: ir.Expression, parts: list[_Part]) -> ir.Input:
    """The levels beside the rows along slopes, as what these differ by reads them."""
    tables = [ir.Unknown(part.site.name, part.site.dims) for part in parts]
    for node in ir.walk(residual):
        match node:
            case ir.Gather(table=table, indices=(ir.Input() as level,)) if table in tables:
                return level
    raise AssertionError("a part has slopes, which are there")


# --- what becomes of them -------------------------------------------------------------------------


def _prepared(
    fast: Fast, cells: Cells, parts: list[_Part]
) -> tuple[Fast, ir.Input, ir.Input, ir.Input]:
    """What the rows of a level make of its effects and slopes, and its squares and products."""
    assert cells.slopes is not None
    index, levels = parts[0].index, parts[0].site.dims[0]
    widths = tuple(part.site.dims[1].extent if part.site.dims[1:] else Fixed(1) for part in parts)
    whole = fixed_length(Joined(widths))
    k = Dim("slope", Joined(widths) if whole is None else Fixed(whole))
    columns = tuple(part.columns for part in parts)
    names = (f"{index.name}_loads", f"{index.name}_loads_along", f"{index.name}_products")
    cell, along = cells.counts.dims[0], Dim("along", cells.counts.dims[0].extent)
    dims: tuple[Dims, ...] = ((k, cell), (k, along), (k, k, levels))
    words = ("of a level's effect and slopes", "along slopes", "of these, by level")
    found = [ir.Input(fresh(fast, n), d) for n, d in zip(names, dims, strict=True)]
    loads, loads_along, products = found
    own = (cells.cells, cells.slopes, index, ir.Length(levels), loads, loads_along)
    made = (
        ir.Helper("loads_of_cells", (cells.cells, *columns), loads.dims),
        ir.Helper("loads_along", (cells.slopes, *columns), loads_along.dims),
        ir.Helper("products_by_level", own, products.dims),
    )
    steps = tuple(Step((x.name,), value) for x, value in zip(found, made, strict=True))
    arguments = tuple(
        Prepared(m.Argument(x.name, "column", x.dims, w), x)
        for x, w in zip(found, words, strict=True)
    )
    fast = fast.with_(steps=(*fast.steps, *steps), prepared=(*fast.prepared, *arguments))
    return fast, loads, loads_along, products


def _before(paragraph: m.Paragraph, factor: m.Factor, let: m.Let) -> m.Paragraph:
    statements = [(let, s) if s is factor else (s,) for s in paragraph.statements]
    return replace(paragraph, statements=tuple(s for pair in statements for s in pair))


PASS = Pass(
    name="marginalise_slopes",
    order=28,
    level=2,
    summary="Normal effects and slopes of one grouping, integrated out of Gaussian rows.",
    exact="the response is compressed, its predictor is a sum, and effects and slopes of the "
    "grouping have normal priors with location 0 and are read once",
    source="Lindley and Smith (1972), Bayes Estimates for the Linear Model; Laird and Ware (1982), "
    "Random-Effects Models for Longitudinal Data",
    apply=_apply,
)
