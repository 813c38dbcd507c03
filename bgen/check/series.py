"""What a density of all rows together needs: their times, and what is known of the response."""

from __future__ import annotations

from bgen.base.source import Span
from bgen.check.entries import Column
from bgen.check.host import HostTranslator
from bgen.check.missing import reject_missing
from bgen.check.scope import Scope
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def column_by_row(scope: Scope, node: ast.Expression, keyword: str) -> ir.Expression:
    """A column, or arithmetic of columns; a date is its day."""
    entry = scope.lookup(node.id, node.span) if isinstance(node, ast.Name) else None
    if isinstance(entry, Column) and entry.spec.type == "date":
        reject_missing(scope, entry.spec.name, node.span)
        return ir.Column(entry.spec.name, (ROW,))
    value = HostTranslator(scope, by_row=True).translate(node)
    if value.dims != (ROW,):
        scope.reject(
            "BL308",
            node.span,
            f"`{keyword}` takes one column, and `{print_expression(node)}` is "
            + ("several" if value.dims else "a number"),
            help="name the column that says when a row was observed",
        )
    return value


def history(scope: Scope, response: str, span: Span) -> ir.Expression:
    """The argument that tells a prediction what is known of the response."""
    if scope.may_miss(response):
        scope.reject(
            "BL549",
            span,
            f"`{response}` may be missing, and later rows of the series depend on it",
            help="leave the `?` out, and leave rows without a value out of the file: time may have "
            "gaps, or model the level by a layer, such as `ar1(t)`",
        )
    value = ir.Helper("history", (ir.Column(response, (ROW,)),), (ROW,))
    words = f"{response} as far as a prediction knows it, else NaN"
    argument = m.Argument(f"{response}_before", "history", (ROW,), words, value=value)
    return scope.argument(argument, span)
