"""A number of trials: known, and a count in every row."""

from __future__ import annotations

from typing import NoReturn

from bgen.base.source import Span
from bgen.check.entries import Column, place_of
from bgen.check.ranges import is_whole, range_of
from bgen.check.scope import Rejected, Scope
from bgen.ir import expressions as ir
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def reject_unknown(scope: Scope, keyword: str, name: str, span: Span) -> NoReturn:
    scope.reject(
        "BL466",
        span,
        f"`{name}` of `{keyword}` must be known",
        help=f"write a number or a column of counts: `{name} = n`",
    )


def check_count(
    scope: Scope, name: str, value: ir.Expression, node: ast.Expression, owner: str
) -> None:
    """An error where the value is not, or not provably, a count.

    A float would pass through the density, and be cut to a whole number where draws are made.
    """
    if any(isinstance(n, ir.Unknown | ir.Local) and n.name in scope.broken for n in ir.walk(value)):
        raise Rejected  # its own error has been reported
    if ir.has_unknowns(value):  # unknowns are continuous
        reject_unknown(scope, owner, name, node.span)
    if is_whole(value, scope) and range_of(value, scope).is_nonnegative:
        return
    text = print_expression(node)
    if ir.number_of(value) is not None:
        scope.reject(
            "BL409",
            node.span,
            f"`{name}` of `{owner}` must be a count, and {text} is not",
            help="write a whole number of at least 0",
        )
    entry = scope.entries.get(node.id) if isinstance(node, ast.Name) else None
    help_ = f"read it as a column of its own, `n: count`, and write `{name} = n`"
    if not value.dims:
        help_ = f"write the whole number itself, such as `{name} = 20`, or use a column of counts"
    elif isinstance(entry, Column):
        help_ = f"declare it as `{text}: count`; fitting checks that its values are counts"
    scope.reject(
        "BL410",
        node.span,
        f"`{name}` of `{owner}` must be a count, and `{text}` may not be",
        help=help_,
        notes=((place_of(entry), "declared here"),) if isinstance(entry, Column) else (),
    )
