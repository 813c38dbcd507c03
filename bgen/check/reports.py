"""``report`` statements -> deterministic sites."""

from __future__ import annotations

from bgen.check.entries import Parameter, Predictor
from bgen.check.scope import Rejected, Scope
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.syntax import ast
from bgen.syntax.printer import print_statement


def report(scope: Scope, statement: ast.Report) -> None:
    """Keep each name; a wrong one does not hide the others."""
    for name in statement.names:
        try:
            _report(scope, name)
        except Rejected:
            continue


def _report(scope: Scope, name: ast.Name) -> None:
    entry = scope.lookup(name.id, name.span)
    if name.id in scope.reported:
        scope.reject(
            "BL510",
            name.span,
            f"`{name.id}` is reported twice",
            help="one report is enough",
            notes=((scope.reported[name.id], "reported here before"),),
        )
    scope.reported[name.id] = name.span
    match entry:
        case Predictor(value=ir.Local(dims=dims)):
            scope.statements.append(m.Keep(name.id, dims))
            scope.paragraph(print_statement(ast.Report((name,))))
        case Parameter() | Predictor():
            scope.sink.warning(
                "BL602",
                name.span,
                f"`{name.id}` is a parameter and is reported anyway",
                help=f"leave `{name.id}` out here",
            )
        case _:
            what = "a layer" if not hasattr(entry, "dims") else "data"
            scope.reject(
                "BL509",
                name.span,
                f"`{name.id}` is {what} and cannot be reported",
                help="predictors and derived parameters can",
            )
