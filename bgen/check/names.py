"""The name that a statement defines: that it is free, and its indices."""

from __future__ import annotations

from bgen.check.entries import Column, place_of
from bgen.check.groupings import grouping
from bgen.check.scope import Rejected, Scope, level_dim
from bgen.check.unknowns import index_name
from bgen.ir.dims import ROW, Dim, Dims
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def reject_known(scope: Scope, target: ast.Target, value: ast.Expression) -> None:
    """An error where a statement would define a name a second time."""
    entry = scope.entries.get(target.name)
    if entry is None:
        return
    if target.name in scope.broken:
        raise Rejected
    remedy = f"call this one `{scope.free_name(target.name)}`; a name has one meaning"
    if isinstance(value, ast.Call) and value.function in links():
        remedy = f"a likelihood is written with `~`: `{target.name} ~ {print_expression(value)}`"
    elif isinstance(entry, Column):
        remedy = (
            f"to make the column a response, write `{target.name} ~ gaussian(...)`; a predictor "
            "has a name of its own, such as `mu = ...`"
        )
    scope.reject(
        "BL219",
        target.span,
        f"`{target.name}` is defined already",
        help=remedy,
        notes=((place_of(entry), "defined here before"),),
    )


def _reject_unknown_index(scope: Scope, target: ast.Target, node: ast.Name) -> None:
    """``eps[rows]``: the one index that is no column is called `row`."""
    near = scope.suggest(node.id, ["row", *scope.entries])
    if node.id in scope.later or (near and "`row`" not in near):
        return  # said where the name is looked up
    written = ", ".join("row" if i is node else print_expression(i) for i in target.indices)
    scope.reject(
        "BL204",
        node.span,
        f"`{node.id}` is not defined",
        label="not a column",
        help=f"one value for each row is `{target.name}[{written}]`; else name a category that "
        "`data` declares",
    )


def frame_of(scope: Scope, target: ast.Target) -> tuple[tuple[str, ...], Dims]:
    """The indices of a target as texts and as axes."""
    axes: list[Dim] = []
    for node in target.indices:
        if isinstance(node, ast.Name) and node.id == "row" and "row" not in scope.entries:
            axes.append(ROW)
            continue
        if isinstance(node, ast.Number | ast.String):
            scope.reject(
                "BL314",
                node.span,
                "an index is the name of a category, or `row`",
                help=f"name the category whose levels `{target.name}` has a value for",
            )
        if isinstance(node, ast.Name) and node.id not in scope.entries:
            _reject_unknown_index(scope, target, node)
        axes.append(level_dim(grouping(scope, node)))
    if len(set(axes)) < len(axes) or (ROW in axes and len(axes) > 1):
        scope.reject(
            "BL440",
            target.span,
            f"`{target.name}` cannot have these indices together",
            help="give each index once; `row` stands alone",
        )
    return tuple(index_name(i) for i in target.indices), tuple(axes)
