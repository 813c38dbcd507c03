"""What a guide is, and what all guides share: sites that do not depend on others."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bgen.emit.densities import approximation
from bgen.emit.functions import join_paragraphs
from bgen.emit.lengths import length
from bgen.emit.templates import fill
from bgen.emit.text import literal
from bgen.emit.typical import Typical
from bgen.ir import expressions as ir
from bgen.ir import model as m

_LOCALS = ("loc", "scale")


@dataclass(frozen=True, slots=True)
class Guide:
    """A family of approximations of the posterior, which ``fit { guide = <name> }`` chooses.

    ``docstring`` is what the emitted guide says of itself, ``summary`` what the reference does;
    the module of ``body`` says the rest.
    """

    name: str
    docstring: str
    summary: str
    source: str
    body: Callable[[m.Model], str]
    loss: str = ""  #: What estimates the negative ELBO, where it is not NumPyro's own.
    chosen: str = ""  #: What a ``fit`` block says, where the name alone is not enough.


def bounds_of(model: m.Model) -> set[str]:
    """The unknowns that are bounds of others, which a guide needs again further down."""
    return {name for site in model.sites() for name in own_bounds(site)}


def own_bounds(site: m.Sample) -> set[str]:
    """The unknowns that are bounds of a site."""
    bounds = (site.prior.support.low, site.prior.support.high)
    parts = [node for bound in bounds if bound is not None for node in ir.walk(bound)]
    return {node.name for node in parts if isinstance(node, ir.Unknown)}


def local_names(
    model: m.Model, assigned: Collection[str], names: Collection[str] = _LOCALS
) -> dict[str, str]:
    """Variables of a guide; ``loc_`` for ``loc`` and so on where the program has one of them."""
    taken = {*assigned, *(a.name for a in model.arguments)}
    return {name: f"{name}_" if taken & set(names) else name for name in names}


def join_sites(model: m.Model, code: Callable[[m.Sample], str]) -> str:
    """The code of each site that has some, paragraph by paragraph."""
    blocks = []
    for paragraph in model.paragraphs:
        parts = [code(s) for s in paragraph.statements if isinstance(s, m.Sample)]
        if lines := [part for part in parts if part]:
            blocks.append((paragraph, lines))
    return join_paragraphs(blocks)


def mean_field_site(
    sample: m.Sample, typical: Typical, named: bool, variables: dict[str, str]
) -> str:
    """The code of a site that does not depend on others; ``named`` where it is needed again."""
    loc, scale = variables["loc"], variables["scale"]
    return fill(
        "statements/guide_row" if sample.is_row else "statements/guide",
        name=sample.name,
        loc=loc,
        scale=scale,
        arguments=", ".join([literal(sample.name), *guide_shape(sample)]),
        target=f"{sample.name} = " if named else "",
        distribution=approximation(sample, typical, loc, scale),
    )


def guide_shape(sample: m.Sample) -> list[str]:
    """The shape of a site's parameters; those of a row latent are kept for all rows.

    A simplex has one number less than parts, a correlation one for each pair.
    """
    own = len(sample.dims) - sample.prior.event
    found = ["rows if n_row is None else n_row" if d.is_row else length(d) for d in sample.dims]
    if sample.prior.support.kind == "simplex":
        found[own:] = [f"{_closed(found[own])} - 1"]
    elif sample.prior.support.kind == "corr_cholesky":
        size = _closed(found[own])
        found[own:] = [f"{size} * ({size} - 1) // 2"]
    return found


def _closed(text: str) -> str:
    return text if text.isidentifier() or text.isdigit() or text.endswith("]") else f"({text})"
