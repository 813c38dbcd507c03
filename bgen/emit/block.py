"""Sites whose normals are correlated with those before them: what guides with a block share."""

from __future__ import annotations

from collections.abc import Callable

from bgen.emit.approximation import guide_shape, join_sites, local_names, mean_field_site
from bgen.emit.densities import constraint
from bgen.emit.templates import fill
from bgen.emit.text import literal
from bgen.emit.typical import PLAIN, Typical, typical_values
from bgen.ir import expressions as ir
from bgen.ir import model as m


def in_block(site: m.Sample, typical: Typical, variables: dict[str, str], *more: str) -> str:
    """The code of a site that joins the block of correlated normals."""
    return fill(
        "statements/guide_in_block",
        name=site.name,
        arguments=", ".join([*joined(site, typical, variables["block"]), *more]),
        block=variables["block"],
        normal=variables["normal"],
    )


def joined(site: m.Sample, typical: Typical, *first: str) -> list[str]:
    """The arguments of what makes its normal: name, shape, support, and units of its prior."""
    support = site.prior.support
    arguments = [literal(site.name), *first, *guide_shape(site)]
    if support.kind != "real":
        arguments.append(f"support={constraint(support)}")
    if support.kind == "real" and typical.centre != ir.ZERO:
        arguments.append(f"centre={typical.operand(typical.centre, 0)}")
    if support.kind == "real" and typical.spread != ir.ONE:
        arguments.append(f"spread={typical.operand(typical.spread, 0)}")
    if support.kind == "positive" and (centre := typical.log_centre()):
        arguments.append(f"centre={centre}")
    return arguments


def one_normal(
    model: m.Model,
    names: tuple[str, ...],
    start: str,
    code: Callable[[m.Sample, Typical, dict[str, str]], str],
) -> str:
    """The body of a guide that is one normal of all sites that are neither of rows nor of missing
    values. ``code`` is that of each; the others follow, since none is read by one of these.

    ``names`` are the variables that it needs, the first of which begins as ``start``.
    """
    typical = typical_values(model)
    whole = {s.name for s in model.sites() if not (s.is_row or s.prior.name.startswith("Imputed"))}
    variables = local_names(model, whole, ("loc", "scale", *names))

    def inside(site: m.Sample) -> str:
        own = typical.get(site.name, PLAIN)
        return code(site, own, variables) if site.name in whole else ""

    def outside(site: m.Sample) -> str:
        own = typical.get(site.name, PLAIN)
        return "" if site.name in whole else mean_field_site(site, own, False, variables)

    parts = (join_sites(model, each) for each in (inside, outside))
    return "\n\n".join([f"{variables[names[0]]} = {start}", *filter(None, parts)])
