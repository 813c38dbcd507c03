"""``marginalise_effects``: the effects of one grouping are integrated out, and drawn back.

Given everything else the mean of a cell is normal around the predictor and the effect of its level
is normal too, so their sum is: with one cell a level,

    ybar_j ~ Normal(mu_j, sqrt(tau^2 + sigma^2 / n_j)),

and with several cells a level, for weights w_c = n_c / sigma^2, residuals e_c, and their sums
W_j = sum w_c and S_j = sum w_c e_c over the cells of level j,

    log p = sum_c log N(e_c; 0, 1 / sqrt(w_c)) - 1/2 sum_j log(1 + tau^2 W_j)
          + 1/2 sum_j tau^2 S_j^2 / (1 + tau^2 W_j).

``recover`` draws the effects from

    u_j | rest ~ Normal(tau^2 S_j / (1 + tau^2 W_j), tau / sqrt(1 + tau^2 W_j)).

W_j is known but for sigma, so that a gradient goes through the cells once. Of several groupings it
is the first in the source that is integrated out: the sizes are not known when a program is
compiled, so write the one of most levels first, or show the data (``--data``): then it is the one
of most levels in them. The plan says which others there were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Cells, Drawn, Fast, Note, Prepared, Step
from bgen.ir.supports import REAL
from bgen.passes.base import (
    Pass,
    StandsAside,
    fresh,
    most_levels_first,
    parts_of_crossings,
    uses,
    why_asked,
)
from bgen.passes.compress_gaussian import BY_ITSELF
from bgen.passes.linear import own_terms, without_terms


@dataclass(frozen=True, slots=True)
class _Effect:
    """An effect of levels that enters the predictor by itself, and no other place."""

    site: m.Sample
    index: ir.Input
    scale: ir.Expression
    term: ir.Expression


def _apply(fast: Fast) -> tuple[Fast, str]:
    if fast.cells is None:
        raise StandsAside(fast.without_cells)
    cells = fast.cells
    effect, *others = _find(fast, cells)
    assert isinstance(cells.location, ir.Local)
    keys = _keys(fast)
    alone = keys == [effect.index.name]
    name, predictor = effect.site.name, cells.location.name
    kept = any(term != effect.term for _, term in own_terms(fast, predictor))
    rows = ir.Input(fresh(fast, f"{effect.index.name}_rows"), effect.site.dims)
    levels = ir.Length(rows.dims[0])
    counted = ir.Helper("rows_by_level", (effect.index, levels, *cells.weights), rows.dims)
    made = Prepared(m.Argument(rows.name, "column", rows.dims, "rows of each level"), counted)
    own = (cells.means, cells.location if kept else ir.ZERO, cells.scale, cells.counts)
    weights = (*own, effect.index, effect.scale, rows)
    if alone:
        density = ir.Helper("means_log_density_around", (*own, effect.scale), ())
    else:
        density = ir.Helper("means_log_density_over", weights, ())
    names = ("means", "location", "scale", "counts", "level", "effect_scale", "rows")
    given = m.Density(
        "effect_given", tuple(zip(names, weights, strict=True)), REAL, own=True, event=1
    )
    factor = next(s for s in fast.statements() if isinstance(s, m.Factor))
    words = f"{name} is integrated out of the means: see recover"
    new = replace(factor, terms=(density, *factor.terms[1:]), comment=words)
    merged = fast.merged
    if merged is not None:
        merged = replace(merged, sums=(*merged.sums, rows.name))
    drawn = Drawn((name,), given, "normal prior times normal means")
    found = fast.with_(
        paragraphs=tuple(without_terms(fast, predictor, [name], {effect.term}, new)),
        drawn=(*fast.drawn, drawn),
        steps=_merged(fast.steps) if alone else fast.steps,
        notes=_without_own_rows(fast.notes) if alone else fast.notes,
        prepared=(*fast.prepared, made),
        merged=merged,
        cells=None,
        without_cells=f"{name} is integrated out of the means of cells",
    )
    clause = f"{name} is integrated out, and drawn back by recover"
    if others:
        rest = " and ".join(other.site.name for other in others)
        crosses = parts_of_crossings(fast)(effect.index.name) > 1
        which = "of those that cross most categories the first" if crosses else "the first"
        clause += f": {which} in the source, before {rest}, which should have fewer levels"
        if fast.facts is not None:
            number = fast.facts.levels_of(effect.index.name)
            clause = f"{name} is integrated out, and drawn back by recover: with {number:,} levels "
            clause += f"it has the most, {rest} fewer"
    return found, clause


def _find(fast: Fast, cells: Cells) -> list[_Effect]:
    """The effects of which one can be integrated out, that of most levels first where known."""
    found: list[_Effect] = []
    refused: list[str] = []
    sites = {s.name: s for s in fast.statements() if isinstance(s, m.Sample)}
    predictor = cells.location
    terms = own_terms(fast, predictor.name) if isinstance(predictor, ir.Local) else []
    for sign, term in terms:
        match term:
            case ir.Gather(table=ir.Unknown(name=name), indices=(ir.Input() as index,)) if (
                sign == "+" and name in sites
            ):
                site = sites[name]
                loc, scale = site.prior.parameter("loc"), site.prior.parameter("scale")
                if (
                    site.prior.name == "Normal"
                    and len(site.dims) == 1
                    and loc == ir.ZERO
                    and scale is not None
                    and not scale.dims
                    and uses(fast, name) == 1
                ):
                    if why := why_asked(fast, name):
                        refused.append(why)
                        continue
                    found.append(_Effect(site, index, scale, term))
            case _:
                pass
    if not found:
        none = "no effect of levels with a normal prior around 0 enters once, by itself"
        raise StandsAside("; ".join(refused) or none)
    return most_levels_first(fast, found, lambda effect: effect.index.name)


def _keys(fast: Fast) -> list[str]:
    """The indices whose levels tell the cells apart."""
    for step in fast.steps:
        if isinstance(step.value, ir.Helper) and step.value.function == "Cells":
            return [k.name for k in step.value.operands[1:] if isinstance(k, ir.Input)]
    return []


def _merged(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """One cell for each level, even where that saves little: the density counts on it."""
    return tuple(
        (
            replace(s, value=replace(s.value, keywords=(("merge", 1), *s.value.keywords)))
            if isinstance(s.value, ir.Helper) and s.value.function == "Cells"
            else s
        )
        for s in steps
    )


def _without_own_rows(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The plan of the cells, of which none is a row by itself now."""
    return tuple(replace(note, text=note.text.removesuffix(BY_ITSELF)) for note in notes)


PASS = Pass(
    name="marginalise_effects",
    order=30,
    level=2,
    summary="Normal effects of one grouping, integrated out of Gaussian means.",
    exact="the response is compressed, and the effects have a normal prior with location 0 and "
    "one scale and are read once",
    source="Lindley and Smith (1972), Bayes Estimates for the Linear Model",
    apply=_apply,
)
