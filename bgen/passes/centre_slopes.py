"""``centre_slopes``: slopes that differ by level, each between centred and non-centred.

As ``centre_by_information`` has it for effects, by what the rows of a level say of a slope: with
weights w_i and residuals r_i of a step of Newton's method from a predictor that is one number a
level, and columns less their means in the level,

    b_jk = sum_i w_i x_ik r_i / sum_i w_i x_ik^2,    I_jk = sum_i w_i x_ik^2.

Where a ``linear`` or another layer before them has the same columns, the levels carry its
coefficients b, each by its share: u_jk = s_jk z_jk - c_jk (b_k - b0_k), b0 a pilot of b. All are
exact for any share and pilot. Slopes with a covariance are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Levels
from bgen.ir.fast import Fast, Prepared, Step
from bgen.passes.base import Pass, StandsAside, fresh, uses
from bgen.passes.centring import Terms, moved, terms_of, told_by_level, why_not


def _apply(fast: Fast) -> tuple[Fast, str]:
    start, textbook = fast, Fast(fast.model, fast.model.paragraphs)
    refused: list[str] = []
    parts: list[str] = []
    taken: set[str] = set()  # two groupings that carry the same would move together
    for observe in fast.model.statements():
        if not isinstance(observe, m.Observe):
            continue
        terms = terms_of(textbook, observe)
        for sign, term in terms:
            slopes = _slopes(textbook, term)
            told = told_by_level(observe, slopes.index, slopes.site.dims) if slopes else None
            if slopes is None:
                refused += _why_not_movable(start, textbook, term)
                continue
            if told is None:
                refused.append(f"it is not known what rows of {observe.name} say of a level")
                continue
            name = slopes.site.name
            if why := why_not(start, name):
                refused.append(why)
                continue
            parts.append(f"{name} by what the rows of a level say of it")
            carried = _carried(textbook, terms, slopes, taken) if sign == "+" else None
            if carried is not None:
                taken.add(carried[0])
                parts[-1] += f", and carries {carried[0]}"
            fast = _centred(fast, slopes, told, carried)
    if not parts:
        none = "no slopes around 0, of unknown scales, enter by themselves"
        raise StandsAside("; ".join(dict.fromkeys(refused)) or none)
    return fast, "; ".join(parts)


@dataclass(frozen=True, slots=True)
class _Slopes:
    """The site of slopes, their level and their columns."""

    site: m.Sample
    index: ir.Input
    design: ir.Input


def _slopes(textbook: Fast, term: ir.Expression) -> _Slopes | None:
    """Those of a term, if they can be moved and are read nowhere else."""
    match term:
        case ir.Total(
            operand=ir.Multiply(
                factors=(
                    ("*", ir.Input() as design),
                    ("*", ir.Gather(table=ir.Unknown(name=name), indices=(ir.Input() as index,))),
                )
            )
        ) if (
            uses(textbook, name) == 1
        ):
            site = next((s for s in textbook.model.sites() if s.name == name), None)
            return _Slopes(site, index, design) if site and _is_movable(site) else None
        case _:
            return None


def _why_not_movable(fast: Fast, textbook: Fast, term: ir.Expression) -> list[str]:
    """Why slopes of levels in a term, where it has some, are left as they are."""
    sites = {s.name: s for s in textbook.model.sites()}
    factors = (
        [factor for _, factor in term.operand.factors]
        if isinstance(term, ir.Total) and isinstance(term.operand, ir.Multiply)
        else []
    )
    found = []
    for factor in factors:
        match factor:
            case ir.Gather(table=ir.Unknown(name=name)) if name in sites:
                if name not in fast.sampled():
                    found.append(f"{name} is integrated out")
                elif sites[name].prior.name == "MultivariateNormal":
                    found.append(f"the slopes of {name} are correlated")
            case _:
                pass
    return found


def _is_movable(site: m.Sample) -> bool:
    loc, scale = site.prior.parameter("loc"), site.prior.parameter("scale")
    return (
        site.prior.name == "Normal"
        and len(site.dims) == 2
        and isinstance(site.dims[0].extent, Levels)
        and loc == ir.ZERO
        and scale is not None
        and scale.dims in ((), site.dims[1:])
        and ir.has_unknowns(scale)
    )


def _carried(
    textbook: Fast, terms: Terms, slopes: _Slopes, taken: set[str]
) -> tuple[str, ir.Expression] | None:
    """The coefficients of the same columns: of a site before the slopes, read nowhere else."""
    site, design = slopes.site, slopes.design
    own = textbook.model.argument(design.name)
    columns = [f.value for f in own.features]
    names = [s.name for s in textbook.model.sites()]
    for sign, term in terms:
        match term:
            case ir.MatMul(design=ir.Input(name=other), table=ir.Unknown(name=name) as table) if (
                sign == "+"
                and uses(textbook, name) == 1
                and len(table.dims) == 1
                and name not in taken
            ):
                argument = textbook.model.argument(other)
                places = _places(argument)
                known = all(c in places for c in columns)
                before = names.index(name) < names.index(site.name)
                plain = textbook.model.site(name).prior.name in ("Normal", "Flat")
                if known and before and plain and argument.standardized == own.standardized:
                    found = (ir.Gather(table, (ir.Constant(places[c]),)) for c in columns)
                    return name, ir.Listed(tuple(found), site.dims[1])
            case _:
                pass
    return None


def _places(design: m.Argument) -> dict[ir.Expression | None, int]:
    """Where each single column is, as far as the widths of those before it are known."""
    found: dict[ir.Expression | None, int] = {}
    place = 0
    for feature in design.features:
        if feature.width is None:
            break
        if feature.width == 1 and not feature.coded and feature.value is not None:
            found.setdefault(feature.value, place)
        place += feature.width
    return found


def _centred(
    fast: Fast,
    slopes: _Slopes,
    told: ir.Helper,
    carried: tuple[str, ir.Expression] | None,
) -> Fast:
    """The slopes of one site moved."""
    site = slopes.site
    name, dims = site.name, site.dims
    function = told.function.replace("_by_level", "_residuals")
    residuals = ir.Helper(function, told.operands, ())
    index, levels = told.operands[1:3]
    own = (residuals, index, levels, slopes.design)
    by_level = ir.Input(fresh(fast, f"{name}_by_level"), ())
    pilot = ir.Input(fresh(fast, f"{name}_pilot"), dims[1:])
    share = ir.Input(fresh(fast, f"{name}_share"), dims)
    middle = ir.Input(fresh(fast, f"{name}_middle"), dims[1:])
    steps = (
        Step((by_level.name,), ir.Helper("slopes_by_level", own, ())),
        Step((pilot.name,), ir.Helper("slope_pilots", (by_level,), pilot.dims)),
    )
    values: list[tuple[ir.Input, ir.Expression, str]] = [
        (pilot, pilot, "about the scales"),
        (share, ir.Helper("slope_centring", (by_level, pilot), dims), "of each level, 0 to 1"),
    ]
    around: ir.Expression = ir.ZERO
    if carried is not None:
        made = ir.Helper("slope_middles", (by_level, pilot), middle.dims)
        values.append((middle, made, "about the mean of the levels"))
        around = ir.subtract(carried[1], middle)
    arguments = tuple(
        Prepared(m.Argument(x.name, "column", x.dims, words), value) for x, value, words in values
    )
    fast = moved(fast, site, share, pilot, around)
    return fast.with_(steps=(*fast.steps, *steps), prepared=(*fast.prepared, *arguments))


PASS = Pass(
    name="centre_slopes",
    order=39,  # after those that integrate slopes out
    level=2,
    summary="Normal slopes of levels, each as far from non-centred as its rows tell.",
    exact="the slopes have normal priors with location 0, and one unknown scale each",
    source="Papaspiliopoulos, Roberts and Skold (2007), A General Framework for the "
    "Parametrization of Hierarchical Models",
    apply=_apply,
)
