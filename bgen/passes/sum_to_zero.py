"""``sum_to_zero``: crossed effects sum to zero in a predictor; what they share is sampled apart.

Of an intercept a and effects u_f of crossed groupings the rows tell a + sum_f mean(u_f) well, and
each of the means only by their priors: a ridge, as many times longer than it is wide as the rows
say more than the priors. With weights w_f that sum to 1, here by what the rows say of each level,

    a + sum_f u_f[g_f] = s + sum_f (u_f[g_f] - w_f' u_f),    s = a + sum_f w_f' u_f,

so that s is sampled in place of a, and the ridge is gone. What is left along each mean is its
prior, which is still wider than the differences between levels: u_f = y_f + k_f w_f' y_f is
computed from y_f, in which it is not. k_f + 1 is the sd of a level by its prior in units of that by
its rows. The maps are linear and the same everywhere, so that they change no density but by a
constant. Where the effects themselves summed to zero, their mean would have to be drawn back; so
they stay as they are, and are as easy to sample.

``prepare`` sees which groupings are crossed: where a grouping lies within the one before it in the
source, or its levels carry the intercept, w_f is 0, and the model is as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Centred, Fast, Grouped, Prepared
from bgen.ir.rewrite import rewrite_all
from bgen.ir.supports import REAL
from bgen.passes.base import Pass, StandsAside, fresh


def _apply(fast: Fast) -> tuple[Fast, str]:
    if not fast.grouped:
        raise StandsAside("no intercept has moved effects of several groupings beside it")
    before, parts = fast.paragraphs, []
    for grouped in fast.grouped:
        names = " and ".join(effect.site for effect in grouped.effects)
        level = fresh(fast, f"{grouped.intercept.name}_level")
        fast = _told_apart(fast, grouped, level)
        parts.append(
            f"{level} is sampled in place of {grouped.intercept.name}, and the predictor reads "
            f"what {names} differ from their weighted means (weights are 0 where levels are "
            "not crossed)"
        )
    return fast.with_(textbook=before), "; ".join(parts)


@dataclass(frozen=True, slots=True)
class _Moved:
    """Effects as they are computed from ``narrow`` ones, by the ``statements`` after these."""

    narrow: ir.Local
    statements: tuple[m.Statement, ...]
    mean: ir.Local
    contrast: ir.Local


def _told_apart(fast: Fast, grouped: Grouped, of_level: str) -> Fast:
    name, level = grouped.intercept.name, ir.Unknown(of_level, ())
    moved: dict[str, _Moved] = {}
    read: dict[ir.Expression, ir.Expression] = {grouped.intercept: level}
    for effect in grouped.effects:
        fast, own = _moved(fast, effect)
        site = ir.Unknown(effect.site, own.contrast.dims)
        read[ir.Gather(site, (effect.index,))] = ir.Gather(own.contrast, (effect.index,))
        moved[effect.site] = own

    means: list[tuple[ir.Sign, ir.Expression]] = [("-", own.mean) for own in moved.values()]
    last: tuple[m.Statement, ...] = (
        m.Let(
            name,
            ir.Add((("+", level), *means)),
            f"the rows tell {level.name}, the priors what of it is {name}",
        ),
        m.Keep(name, ()),
        m.Prior(fresh(fast, f"{name}_prior"), fast.model.site(name)),
    )

    def changed(part: Any) -> Any:
        match part:
            case m.Sample(name=site) if site == name:
                return m.Sample(level.name, (), m.Density("Flat", (), REAL))
            case ir.Unknown() | ir.Gather():
                return read.get(part)
            case _:
                return None

    paragraphs, place = [], 0
    for k, p in enumerate(rewrite_all(fast.paragraphs, changed)):
        statements: list[m.Statement] = []
        for s in p.statements:
            if isinstance(s, m.Let) and s.name in moved:
                own, place = moved[s.name], k
                statements += [replace(s, name=own.narrow.name), *own.statements]
            else:
                statements.append(s)
        paragraphs.append(replace(p, statements=tuple(statements)))
    paragraphs[place] = replace(
        paragraphs[place], statements=(*paragraphs[place].statements, *last)
    )
    auxiliary = tuple(
        (z, moved[site].narrow.name if site in moved else site) for z, site in fast.auxiliary
    )
    return fast.with_(
        paragraphs=tuple(paragraphs),
        auxiliary=(*auxiliary, (level.name, name)),
        shifted=(*fast.shifted, *moved),
    )


def _moved(fast: Fast, effect: Centred) -> tuple[Fast, _Moved]:
    name, dims = effect.site, fast.model.site(effect.site).dims
    weights = ir.Input(fresh(fast, f"{name}_weight"), dims)
    wider = ir.Input(fresh(fast, f"{name}_wider"), ())
    values = {
        weights: ir.Helper("level_weights", (effect.by_level, effect.apart), dims),
        wider: ir.Helper("wider_mean", (effect.by_level, effect.pilot, effect.apart), ()),
    }
    words = {
        weights: "of each level; their sum is 1, or 0",
        wider: "how much wider the mean is",
    }
    made = tuple(
        Prepared(m.Argument(x.name, "column", x.dims, words[x]), value)
        for x, value in values.items()
    )
    narrow = ir.Local(fresh(fast, f"{name}_narrow"), dims)
    mean = ir.Local(fresh(fast, f"{name}_mean"), ())
    contrast = ir.Local(fresh(fast, f"{name}_contrast"), dims)
    site = ir.Unknown(name, dims)
    value = ir.add(narrow, ir.multiply(wider, ir.MatMul(weights, narrow)))
    statements = (
        m.Keep(narrow.name, dims),
        m.Let(name, value, "the mean of all levels is as wide as its prior again"),
        m.Let(mean.name, ir.MatMul(weights, site)),
        m.Let(contrast.name, ir.subtract(site, mean)),
    )
    fast = fast.with_(prepared=(*fast.prepared, *made))
    return fast, _Moved(narrow, statements, mean, contrast)


PASS = Pass(
    name="sum_to_zero",
    order=90,  # when nothing else changes the predictor, as `recover` reads it
    level=2,
    summary="Crossed effects enter less their weighted means; the level of all is sampled in place "
    "of the intercept.",
    exact="the intercept has a normal or flat prior, and it and the effects enter one predictor "
    "by themselves, and no other place",
    source="Ogle and Barber (2020), Ensuring identifiability in hierarchical mixed effects "
    "Bayesian models",
    apply=_apply,
)
