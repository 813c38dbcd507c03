"""The functions and classes that a model needs beside NumPyro must not meet its own names."""

from __future__ import annotations

from bgen.check.reserved import rename, with_article
from bgen.check.scope import Scope
from bgen.ir import expressions as ir
from bgen.ir import model as m


def reject_helpers(scope: Scope) -> None:
    """An error for each name of the program that the emitted file has for a helper."""
    for name in sorted(_helpers(scope) & scope.claims.keys()):
        what, span = scope.claims[name]
        scope.sink.error(
            "BL202",
            span,
            f"`{name}` is a name that the emitted file needs for itself",
            label=f"here it is {with_article(what)}",
            help=rename(name, ""),
        )


def _helpers(scope: Scope) -> set[str]:
    densities: list[m.Density] = []
    values: list[ir.Expression] = []
    for paragraph in scope.paragraphs:
        for statement in paragraph.statements:
            match statement:
                case m.Sample(prior=density) | m.Observe(density=density):
                    densities.append(density)
                case m.Let(value=value) | m.Accumulate(value=value):
                    values.append(value)
    return m.functions_called(densities, values)
