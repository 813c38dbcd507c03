"""Model -> the body of the structured guide: a correlated block, and what is given it.

The **block** is one normal with a dense factor, on the unconstrained scale, of everything that is
neither of levels nor of rows. It is written site by site: the location of each is linear in the
standard normals of those before it, which is the Cholesky factor row by row. A site of more than
200 numbers is given the block and does not join it; so are simplexes, factors of correlations,
angles, and sites with a bound that is not in the block.

**Effects of levels** whose prior has a location and a scale (or its logarithm has), and vectors of
effects with a multivariate normal one, are given the block by Bayes's rule: the prior at the
block's values, updated by one normal observation for each number or vector,

    location = prior location + k (observed - prior location),  sd = sqrt(k) error,
    k = prior scale^2 / (prior scale^2 + error^2).

What is observed, linear in the block, and its error are the parameters of the guide. With a
Gaussian likelihood that is the effect's exact conditional. Where the data say nothing it is the
prior, so that the scale of the effects is not held back by what the guide thinks of each of them.

Other sites of levels have a location linear in the block and a scale of their own. Sites of rows
and missing values stay mean field. Everything depends on sites alone that are not of rows, so that
minibatches are as they are for mean field.

The gradient takes the way through the draws alone: it has no noise where the guide is the
posterior, and an exact guide becomes exact.
"""

from __future__ import annotations

from bgen.emit.approximation import (
    Guide,
    bounds_of,
    guide_shape,
    join_sites,
    local_names,
    mean_field_site,
    own_bounds,
)
from bgen.emit.block import in_block
from bgen.emit.densities import approximation, distribution
from bgen.emit.templates import fill
from bgen.emit.text import literal
from bgen.emit.typical import PLAIN, Typical, typical_values
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Extent, Joined, Levels, Pairs
from bgen.ir.distributions import DISTRIBUTIONS

#: Supports whose values are told back to the line without loss.
_IN_BLOCK = ("real", "positive", "unit", "interval", "above", "below", "ordered")


def structured_body(model: m.Model) -> str:
    """The block's paragraphs, then those of what is given it."""
    typical = typical_values(model)
    block = _block(model)
    updated = _updated(model, block)
    needed = bounds_of(model) | {name for site in updated for name in _read(model.site(site))}
    names = ("loc", "scale", "block", "normal", "prior")
    variables = local_names(model, block | needed, names)

    def joins(site: m.Sample) -> str:
        own = typical.get(site.name, PLAIN)
        return in_block(site, own, variables) if site.name in block else ""

    def given(site: m.Sample) -> str:
        own, named = typical.get(site.name, PLAIN), site.name in needed
        if site.name in block:
            return ""
        if site.is_row or site.prior.name.startswith("Imputed"):
            return mean_field_site(site, own, named, variables)
        if site.name in updated:
            return _update(site, own, named, variables)
        return _given(site, own, named, variables)

    parts = (join_sites(model, code) for code in (joins, given))
    return "\n\n".join([f"{variables['block']} = jnp.zeros(0)", *filter(None, parts)])


# --- which site is what ---------------------------------------------------------------------------


def _block(model: m.Model) -> set[str]:
    """The sites of the block; a bound that is itself unknown must be one of it."""
    found: set[str] = set()
    for site in model.sites():
        fits = site.prior.support.kind in _IN_BLOCK and not site.prior.name.startswith("Imputed")
        if fits and not site.is_row and not _has_levels(site) and own_bounds(site) <= found:
            found.add(site.name)
    return found


def _has_levels(site: m.Sample) -> bool:
    def of_levels(extent: Extent) -> bool:
        match extent:
            case Levels():
                return True
            case Pairs(left=left, right=right):
                return of_levels(left) or (right is not None and of_levels(right))
            case Joined(parts=parts):
                return any(map(of_levels, parts))
            case _:
                return False

    return any(of_levels(dim.extent) for dim in site.dims)


def _updated(model: m.Model, block: set[str]) -> set[str]:
    """The effects that are given the block by Bayes's rule: their priors need no predictor."""
    found: set[str] = set()
    ready = set(block)
    for site in model.sites():
        parts = [node for _, value in site.prior.parameters for node in ir.walk(value)]
        rows = site.is_row or any(d.is_row for node in parts for d in node.dims)
        local = any(isinstance(node, ir.Local) for node in parts)
        fits = _is_normal(site.prior) or _is_vector(site.prior)
        if fits and site.name not in block and not rows and not local and _read(site) <= ready:
            found.add(site.name)
        if not site.is_row:
            ready.add(site.name)
    return found


def _is_normal(prior: m.Density) -> bool:
    """Whether it has a location and a scale, or its logarithm has."""
    known = DISTRIBUTIONS.get(prior.name)
    return known is not None and (known.location_scale or known.log_location_scale)


def _is_vector(prior: m.Density) -> bool:
    return prior.name == "MultivariateNormal" and not prior.own


def _read(site: m.Sample) -> set[str]:
    """The unknowns that a site's prior reads."""
    parts = [node for _, value in site.prior.parameters for node in ir.walk(value)]
    return {node.name for node in parts if isinstance(node, ir.Unknown)}


# --- their code -----------------------------------------------------------------------------------


def _given(site: m.Sample, typical: Typical, named: bool, variables: dict[str, str]) -> str:
    loc, scale = variables["loc"], variables["scale"]
    return fill(
        "statements/guide_given_block",
        name=site.name,
        loc=loc,
        scale=scale,
        arguments=_arguments(site, variables),
        target=f"{site.name} = " if named else "",
        distribution=approximation(site, typical, loc, scale),
    )


def _arguments(site: m.Sample, variables: dict[str, str]) -> str:
    return ", ".join([literal(site.name), variables["block"], *guide_shape(site)])


def _update(site: m.Sample, typical: Typical, named: bool, variables: dict[str, str]) -> str:
    loc, scale = variables["loc"], variables["scale"]
    known = DISTRIBUTIONS.get(site.prior.name)
    log = known is not None and known.log_location_scale
    vectors = _is_vector(site.prior)
    return fill(
        "statements/guide_updated_vectors" if vectors else "statements/guide_updated",
        name=site.name,
        loc=loc,
        scale=scale,
        normal=variables["normal"],
        arguments=_arguments(site, variables),
        prior=variables["prior"],
        distribution=distribution(site.prior, site.dims),
        observed=typical.shift_log(loc) if log else typical.shift(loc),
        error=scale if log else typical.stretch(scale),
        target=f"{site.name} = " if named else "",
        family="dist.LogNormal" if log else "dist.Normal",
        ending=f".to_event({len(site.dims) - site.prior.event})",
    )


STRUCTURED = Guide(
    "structured",
    "Structured: one correlated block, and the effects of levels given it.",
    "A normal with all correlations for what is neither of levels nor of rows; the effects of "
    "levels given it.",
    "Hoffman and Blei 2015; Khan and Lin 2017; the gradient: Roeder, Wu and Duvenaud 2017",
    structured_body,
    loss="path_loss",
)
