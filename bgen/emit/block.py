"""Sites whose normals are correlated with those before them: what guides with a block share."""

from __future__ import annotations

from bgen.emit.approximation import guide_shape
from bgen.emit.densities import constraint
from bgen.emit.templates import fill
from bgen.emit.text import literal
from bgen.emit.typical import Typical
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
