"""``centre_by_information``: each effect of a level between centred and non-centred.

An effect u_j ~ Normal(0, tau) of which the data tell the information I_j is sampled as z_j: for the
share c_j = I_j t^2 / (1 + I_j t^2), t the least scale that the levels leave plausible, a pilot tau0
of tau, and s_j = tau0 (tau / tau0)^(1 - c_j),

    z_j ~ Normal(0, tau / s_j),    u_j = s_j z_j,

which is centred at c_j = 1 and non-centred at 0. (What is emitted is the prior of u_j, times s_j.)
A t that is too small costs some steps; with the pilot in its place there was a funnel wherever tau
may be near 0, and more than half of the fits of 20 binary rows diverged.

Where the intercept a can be told from the effects only by their prior, the levels carry it, each by
its share:

    z_j ~ Normal(c_j (a - a0) / s_j, tau / s_j),    u_j = s_j z_j - c_j (a - a0),

around a pilot a0 of a, for else s_j z_j would be large where a is, and move with tau.

Where several groupings are sampled, a level of one that lies within one level of the grouping
before it in the source carries that one's effect, with all that it carries: of departments and
their lecturers, written in this order, the data tell the lecturers' sums. Levels that are crossed
carry nothing, and the first carries the intercept where all others lie within it, one within the
next. ``prepare`` sees which. A level within another tells it no more than one draw of its effects
would, however many rows it has.

All are exact for any c_j, tau0 and a0, which ``prepare`` computes from the counts of each level. A
prior around another location m is moved likewise: z_j ~ Normal(c_j m / s_j, tau / s_j) and
u_j = s_j z_j + (1 - c_j) m.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Levels
from bgen.ir.fast import Centred, Fast, Grouped, Prepared, Step
from bgen.ir.supports import REAL
from bgen.passes.base import Pass, StandsAside, fresh, uses, why_asked
from bgen.passes.centring import Terms, beside_others, moved, terms_of, told_by_level, why_not


@dataclass(frozen=True, slots=True)
class _Effect:
    """An effect of levels that enters the predictor of a response, and what its rows say of it."""

    site: m.Sample
    index: ir.Input
    by_level: ir.Helper


def _apply(fast: Fast) -> tuple[Fast, str]:
    start, textbook = fast, Fast(fast.model, fast.model.paragraphs)
    seen: set[str] = set()
    refused: list[str] = []
    parts: list[str] = []
    for observe in fast.model.statements():
        if not isinstance(observe, m.Observe):
            continue
        terms, effects, untold = _effects(textbook, observe)
        if untold:
            refused.append(f"it is not known what rows of {observe.name} say of a level")
        kept = []
        for sign, effect in effects:
            name = effect.site.name
            if why := why_not(start, name):
                refused.append(why)
            elif name not in seen:
                seen.add(name)
                kept.append((sign, effect))
        fast, done = _moved(fast, textbook, terms, kept)
        parts += done
    if not parts:
        none = "no effects of levels around one location, of unknown scale, enter by themselves"
        raise StandsAside("; ".join(dict.fromkeys(refused)) or none)
    return fast, "; ".join(parts)


# --- which effects --------------------------------------------------------------------------------


def _effects(
    textbook: Fast, observe: m.Observe
) -> tuple[Terms, list[tuple[ir.Sign, _Effect]], bool]:
    """The terms of the predictor of a response, and the effects that enter it by themselves.

    Last whether there are others, of which the density does not let ``prepare`` know anything.
    """
    sites = {s.name: s for s in textbook.model.sites()}
    terms = terms_of(textbook, observe)
    found, untold = [], not terms and any(map(_is_movable, sites.values()))
    for sign, term in terms:
        match term:
            case ir.Gather(
                table=ir.Unknown(name=name), indices=(ir.Input() as index,)
            ) if name in sites and _is_movable(sites[name]):
                by_level = told_by_level(observe, index, sites[name].dims)
                if by_level is not None:
                    by_level = beside_others(by_level, index, terms)
                    found.append((sign, _Effect(sites[name], index, by_level)))
                untold = untold or by_level is None
            case _:
                pass
    return terms, found, untold


def _is_movable(site: m.Sample) -> bool:
    loc, scale = site.prior.parameter("loc"), site.prior.parameter("scale")
    return (
        site.prior.name == "Normal"
        and len(site.dims) == 1
        and isinstance(site.dims[0].extent, Levels)
        and loc is not None
        and scale is not None
        and not loc.dims
        and not scale.dims
        and ir.has_unknowns(scale)
    )


def _intercept(
    textbook: Fast, terms: list[tuple[ir.Sign, ir.Expression]], effect: m.Sample
) -> ir.Expression:
    """The intercept that the levels carry: a site before them, which nothing else reads."""
    if effect.prior.parameter("loc") != ir.ZERO:
        return ir.ZERO
    names = [s.name for s in textbook.model.sites()]
    for sign, term in terms:
        match term:
            case ir.Unknown(name=name, dims=()) if (
                sign == "+"
                and textbook.model.site(name).prior.name in ("Normal", "Flat")
                and textbook.model.site(name).prior.support == REAL
                and uses(textbook, name) == 1
                and not why_asked(textbook, name)
                and names.index(name) < names.index(effect.name)
            ):
                return term
            case _:
                pass
    return ir.ZERO


# --- what becomes of them -------------------------------------------------------------------------


def _moved(
    fast: Fast, textbook: Fast, terms: Terms, signed: list[tuple[ir.Sign, _Effect]]
) -> tuple[Fast, list[str]]:
    """The effects of one predictor, in the order of the source, and clauses for the plan."""
    names = [s.name for s in textbook.model.sites()]
    effects = sorted((e for _, e in signed), key=lambda e: names.index(e.site.name))
    by_rows = [f"{e.site.name} by what the rows of a level say of it" for e in effects]
    plain = all(sign == "+" and e.site.prior.parameter("loc") == ir.ZERO for sign, e in signed)
    once = all(uses(textbook, e.site.name) == 1 for e in effects)
    if not effects or not plain or (effects[1:] and not once):
        return _apart(fast, effects)[0], by_rows
    first, *others = effects
    intercept = _intercept(textbook, terms, first.site)
    if others and _are_crossed(fast, effects):
        fast, found = _apart(fast, effects)
        return _with_grouped(fast, intercept, found), by_rows
    if others:
        return _nested(fast, effects, intercept)
    also = f", and carries {intercept.name}" if isinstance(intercept, ir.Unknown) else ""
    middle = _middle(fast, first, intercept)
    around = ir.subtract(intercept, middle) if middle else ir.ZERO
    fast, _ = _centred(fast, first, around, middle=middle)
    return fast, [f"{by_rows[0]}{also}"]


def _apart(fast: Fast, effects: list[_Effect]) -> tuple[Fast, list[Centred]]:
    """Effects that carry nothing."""
    found = []
    for effect in effects:
        fast, known = _centred(fast, effect)
        found.append(Centred(effect.site.name, effect.index, *known, ir.ONE))
    return fast, found


def _are_crossed(fast: Fast, effects: list[_Effect]) -> bool:
    """Whether no level lies within one of the grouping before it, as far as is known."""
    pairs = [(inner.index.name, outer.index.name) for outer, inner in pairwise(effects)]
    return fast.facts is not None and all(fast.facts.are_crossed(*pair) for pair in pairs)


def _middle(fast: Fast, effect: _Effect, intercept: ir.Expression) -> ir.Input | None:
    """About where the intercept is, if the levels carry one."""
    if not isinstance(intercept, ir.Unknown):
        return None
    return ir.Input(fresh(fast, f"{effect.site.name}_middle"), ())


_Chain = list[tuple[_Effect, ir.Input, ir.Input]]


def _chain(fast: Fast, effects: list[_Effect]) -> tuple[Fast, _Chain]:
    """All but the first, which of their levels lie within one of the grouping before, and where."""
    found: _Chain = []
    for outer, inner in pairwise(effects):
        dims, of = inner.site.dims, outer.index.name
        inside = ir.Input(fresh(fast, f"{inner.site.name}_inside"), dims)
        place = ir.Input(fresh(fast, f"{inner.site.name}_{of}"), dims)
        both = (inner.index, outer.index, ir.Length(dims[0]))
        words = f"1 for a level within one of {of}, else 0"
        levels = fast.model.argument(of).of
        made = (
            Prepared(m.Argument(inside.name, "column", dims, words), inside),
            Prepared(m.Argument(place.name, "index", dims, f"of {of}", of=levels), place),
        )
        steps = (
            Step((inside.name,), ir.Helper("lies_within", both, dims)),
            Step((place.name,), ir.Helper("level_around", both, dims)),
        )
        fast = fast.with_(steps=(*fast.steps, *steps), prepared=(*fast.prepared, *made))
        apart = ir.Helper("apart_from_outer", (inner.by_level, place, inside), ())
        inner = replace(inner, by_level=apart)
        found.append((inner, inside, place))
    return fast, found


def _nested(fast: Fast, effects: list[_Effect], intercept: ir.Expression) -> tuple[Fast, list[str]]:
    """Several groupings, each of which carries the one before it where it lies within."""
    fast, chain = _chain(fast, effects)
    effects = [effects[0], *(inner for inner, _, _ in chain)]
    first = effects[0]
    text = f"{first.site.name} by what the rows of a level say of it"
    around: ir.Expression = ir.ZERO
    lead: tuple[m.Statement, ...] = ()
    insides = [inside for _, inside, _ in chain]
    nested = ir.Helper("nested", tuple(insides), ())
    middle = _middle(fast, first, intercept)
    if middle is not None and isinstance(intercept, ir.Unknown):
        number = ir.Input(fresh(fast, f"{first.site.name}_nested"), ())
        words = "1 where all of these are nested, else 0"
        made = [Prepared(m.Argument(number.name, "column", (), words), nested)]
        fast = fast.with_(prepared=(*fast.prepared, *made))
        around = ir.Local(fresh(fast, f"{first.site.name}_around"), ())
        lead = (m.Let(around.name, ir.multiply(number, ir.subtract(intercept, middle))),)
        text += f", and carries {intercept.name} where all others lie within it"
    parts, carried = [text], [(around, lead)]
    for (inner, inside, place), outer in zip(chain, effects[:-1], strict=True):
        name, dims = inner.site.name, inner.site.dims
        whole: ir.Expression = ir.Unknown(outer.site.name, outer.site.dims)
        lead = ()
        if around != ir.ZERO:
            total = ir.Local(fresh(fast, f"{outer.site.name}_sum"), outer.site.dims)
            lead = (m.Let(total.name, ir.Add((("+", around), ("+", whole)))),)
            whole = total
        around = ir.Local(fresh(fast, f"{name}_around"), dims)
        lead = (*lead, m.Let(around.name, ir.multiply(inside, ir.Gather(whole, (place,)))))
        carried.append((around, lead))
        of = outer.index.name
        parts.append(
            f"{name} likewise, and carries {outer.site.name} where a level lies within one of {of}"
        )
    # from the inside out: what the rows say of a level goes through those that lie within it
    around, lead = carried.pop()
    fast, known = _centred(fast, effects[-1], around, lead)
    apart: list[ir.Expression] = [ir.subtract(ir.ONE, nested)]
    apart += [ir.Helper("mostly_crossed", (inside,), ()) for inside in insides]
    last = effects[-1]
    found = [Centred(last.site.name, last.index, *known, apart.pop())]
    for outer, (inner, inside, _) in zip(reversed(effects[:-1]), reversed(chain), strict=True):
        through = (outer.by_level, outer.index, inner.index, inside, *known)
        outer = replace(outer, by_level=ir.Helper("through_levels", through, ()))
        around, lead = carried.pop()
        own = middle if outer.site is first.site else None
        fast, known = _centred(fast, outer, around, lead, own)
        found.insert(0, Centred(outer.site.name, outer.index, *known, apart.pop()))
    return _with_grouped(fast, intercept, found), parts


def _with_grouped(fast: Fast, intercept: ir.Expression, effects: list[Centred]) -> Fast:
    """For the pass that tells the intercept and the means of these apart."""
    if not isinstance(intercept, ir.Unknown):
        return fast
    return fast.with_(grouped=(*fast.grouped, Grouped(intercept, tuple(effects))))


def _centred(
    fast: Fast,
    effect: _Effect,
    carried: ir.Expression = ir.ZERO,
    lead: tuple[m.Statement, ...] = (),
    middle: ir.Input | None = None,
) -> tuple[Fast, tuple[ir.Input, ir.Input]]:
    """One effect moved, and what ``prepare`` knows of its levels and their scale.

    The levels carry a value, which the statements in front of them make, around a ``middle``,
    which the rows tell.
    """
    site = effect.site
    name, dims = site.name, site.dims
    by_level = ir.Input(fresh(fast, f"{name}_by_level"), ())
    pilot = ir.Input(fresh(fast, f"{name}_pilot"), ())
    share = ir.Input(fresh(fast, f"{name}_share"), dims)
    steps = (
        Step((by_level.name,), effect.by_level),
        Step((pilot.name,), ir.Helper("pilot_scale", (by_level,), ())),
    )
    words = {pilot: "about the scale", share: "of each level, 0 to 1"}
    values: dict[ir.Input, ir.Expression] = {
        pilot: pilot,
        share: ir.Helper("centring", (by_level, pilot), dims),
    }
    if middle is not None:
        words[middle] = "about the mean of the levels"
        values[middle] = ir.Helper("pilot_middle", (by_level, pilot), ())
    made = tuple(
        Prepared(m.Argument(x.name, "column", x.dims, words[x]), values[x]) for x in values
    )
    fast = moved(fast, site, share, pilot, carried, lead)
    done = fast.with_(steps=(*fast.steps, *steps), prepared=(*fast.prepared, *made))
    return done, (by_level, pilot)


PASS = Pass(
    name="centre_by_information",
    order=38,  # after those that integrate effects out
    level=2,  # a pilot far from tau is worse than none: radon at -O1 had 69 divergences
    summary="Normal effects of levels, each as far from non-centred as its rows tell.",
    exact="the effects have a normal prior with one location and one unknown scale",
    source="Papaspiliopoulos, Roberts and Skold (2007), A General Framework for the "
    "Parametrization of Hierarchical Models",
    apply=_apply,
)
