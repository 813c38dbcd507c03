"""The category, crossing or time column of a layer or an index -> the name of its levels."""

from __future__ import annotations

from bgen.check.scope import Column, Rejected, Scope
from bgen.ir import model as m
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def grouping(scope: Scope, node: ast.Expression) -> str:
    """The name of the levels that a category or a crossing ``a:b`` has."""
    if isinstance(node, ast.Cross):
        return _crossing(scope, node)
    entry = scope.lookup(node.id, node.span) if isinstance(node, ast.Name) else None
    if isinstance(entry, Column) and entry.is_category:
        assert isinstance(node, ast.Name)
        return node.id
    if isinstance(node, ast.Name) and node.id in scope.broken:
        raise Rejected
    text = print_expression(node)
    if isinstance(entry, Column):
        scope.reject(
            "BL428",
            node.span,
            f"`{text}` is not a category",
            label="groups are needed here",
            help=f"declare it as `{text}: category`",
            notes=((entry.declaration.span, "declared here"),),
        )
    scope.reject(
        "BL428",
        node.span,
        f"`{text}` is not a category",
        label="groups are needed here",
        help="groups are a column that is declared as a category, or a crossing `a:b` of two",
    )


def _crossing(scope: Scope, node: ast.Cross) -> str:
    parts = tuple(grouping(scope, part) for part in _flat(node))
    if len(set(parts)) < len(parts):
        scope.reject(
            "BL442",
            node.span,
            "a category is crossed with itself",
            help=f"each once: `{':'.join(dict.fromkeys(parts))}`",
        )
    name = "_".join(parts)
    known = scope.crossings.get(name)
    if known is None:
        scope.claim(
            name,
            node.span,
            "crossing",
            f"rename one of the categories, so that `{name}` is free for `{':'.join(parts)}`",
        )
        scope.group(name, node.span)
        scope.crossings[name] = m.Crossing(name, parts)
    elif known.parts != parts:
        scope.reject(
            "BL443",
            node.span,
            f"`{':'.join(parts)}` and `{':'.join(known.parts)}` would both be called `{name}`",
            help="rename one of the categories",
        )
    return name


def _flat(node: ast.Cross) -> list[ast.Expression]:
    return [
        leaf
        for part in node.parts
        for leaf in (_flat(part) if isinstance(part, ast.Cross) else [part])
    ]


def time_grid(scope: Scope, node: ast.Expression, step: int, horizon: int) -> str:
    """The name of the slots that a column of times has."""
    entry = scope.lookup(node.id, node.span) if isinstance(node, ast.Name) else None
    if not isinstance(entry, Column) or entry.spec.type not in ("integer", "count", "date"):
        if isinstance(node, ast.Name) and node.id in scope.broken:
            raise Rejected
        text = print_expression(node)
        scope.reject(
            "BL426",
            node.span,
            f"`{text}` is not a column of integers or dates",
            label="time runs in slots",
            help=(
                f"declare it as `{text}: integer` or `{text}: date`"
                if isinstance(entry, Column)
                else "give it a column that is declared as `integer` or `date`"
            ),
            notes=((entry.declaration.span, "declared here"),) if isinstance(entry, Column) else (),
        )
    assert isinstance(node, ast.Name)
    name = f"{node.id}_slot"
    grid = m.TimeGrid(name, node.id, step, horizon)
    known = scope.grids.get(name)
    if known is None:
        scope.claim(name, node.span, "time grid", f"rename what is called `{name}`")
        scope.group(name, node.span)
        scope.grids[name] = grid
    elif known != grid:
        scope.reject(
            "BL427",
            node.span,
            f"another layer already counts `{node.id}` in other steps",
            help=f"give both `step = {known.step}` and `horizon = {known.horizon}`",
        )
    return name
