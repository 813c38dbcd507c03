"""The category, crossing or time column of a layer or an index -> the name of its levels."""

from __future__ import annotations

from bgen.check.entries import Column
from bgen.check.missing import reject_missing
from bgen.check.scope import Rejected, Scope
from bgen.ir import contract
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def grouping(scope: Scope, node: ast.Expression) -> str:
    """The name of the levels that a category or a crossing ``a:b`` has."""
    if isinstance(node, ast.Cross):
        return _crossing(scope, node)
    entry = scope.lookup(node.id, node.span) if isinstance(node, ast.Name) else None
    if isinstance(entry, Column) and entry.is_category:
        assert isinstance(node, ast.Name)
        reject_missing(scope, node.id, node.span)
        return node.id
    if isinstance(node, ast.Name) and node.id in scope.broken:
        raise Rejected
    _reject_nested(scope, node)
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


def _reject_nested(scope: Scope, node: ast.Expression) -> None:
    """lme4's `a/b` is two groupings, and here each is a layer of its own."""
    if not isinstance(node, ast.Product):
        return
    names = [f.id for _, f in node.factors if isinstance(f, ast.Name)]
    entries = [scope.entries.get(name) for name in names]
    if len(names) < len(node.factors) or any(sign == "/" for sign, _ in node.factors[:1]):
        return
    if all(isinstance(e, Column) and e.is_category for e in entries):
        levels = [":".join(names[: k + 1]) for k in range(len(names))]
        scope.reject(
            "BL473",
            node.span,
            f"`{print_expression(node)}` is not a grouping",
            label="groups within groups are several groupings",
            help="give each a layer: " + " + ".join(f"`random_effects({x})`" for x in levels),
        )


def ordinal(scope: Scope, node: ast.Expression, layer: str) -> str:
    """The name of an ordinal column."""
    entry = scope.lookup(node.id, node.span) if isinstance(node, ast.Name) else None
    if isinstance(entry, Column) and entry.spec.type == "ordinal":
        reject_missing(scope, entry.spec.name, node.span)
        return entry.spec.name
    if isinstance(node, ast.Name) and node.id in scope.broken:
        raise Rejected
    text = print_expression(node)
    scope.reject(
        "BL474",
        node.span,
        f"`{text}` is not an ordinal column, and `{layer}` follows the order of its levels",
        help=(
            f"declare it as `{text}: ordinal` if it is whole numbers, or with its levels in their "
            f'order: `{text}: ordinal("low", "high")`'
            if isinstance(entry, Column)
            else "give it a column that is declared as `ordinal`"
        ),
        notes=((entry.declaration.span, "declared here"),) if isinstance(entry, Column) else (),
    )


def union(scope: Scope, nodes: tuple[ast.Expression, ...], layer: str) -> str:
    """The name of the levels of several categories together."""
    parts = tuple(_member(scope, node, layer) for node in nodes)
    listed = {_column(scope, part).spec.levels for part in parts}
    if len(set(parts)) < len(parts) or len(parts) < 2 or len(listed) > 1:
        why, help = f"`{layer}` needs two categories at least", "one is `random_effects(g)`"
        if len(listed) > 1:
            why = "these categories do not have the same levels"
            help = "list the same levels for each of them, or for none"
        elif len(parts) > 1:
            why, help = "a category stands twice here", "each counts once in a row"
        scope.reject("BL475", nodes[-1].span, why, help=help)
    name = "_".join(parts)
    if name not in scope.unions:
        remedy = f"rename one of the categories, so that `{name}` is free for all their levels"
        scope.claim(name, nodes[0].span, "levels of several categories", remedy)
        scope.group(name, nodes[0].span)
        scope.unions[name] = contract.Union(name, parts)
    return name


def _member(scope: Scope, node: ast.Expression, layer: str) -> str:
    name = grouping(scope, node)
    entry = scope.entries.get(name)
    if not isinstance(entry, Column) or entry.spec.by is not None:
        scope.reject(
            "BL475",
            node.span,
            f"`{layer}` takes columns that are declared as categories, one for each group that a "
            "row belongs to",
            help=f"for example `{layer}(first, second)`",
        )
    return name


def _column(scope: Scope, name: str) -> Column:
    entry = scope.entries[name]
    assert isinstance(entry, Column)
    return entry


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
        scope.crossings[name] = contract.Crossing(name, parts)
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
    reject_missing(scope, node.id, node.span)
    name = f"{node.id}_slot"
    grid = contract.TimeGrid(name, node.id, step, horizon)
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
