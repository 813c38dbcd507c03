"""Data blocks -> the columns of the contract, as entries of the namespace."""

from __future__ import annotations

from bgen.base.diagnostic import did_you_mean
from bgen.check.scope import Column, Rejected, Scope, level_dim
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Fixed, Width
from bgen.syntax import ast

TYPES = (
    "real",
    "positive",
    "proportion",
    "integer",
    "count",
    "binary",
    "date",
    "category",
    "ordinal",
    "scalar",
)


def declare(scope: Scope, block: ast.DataBlock) -> None:
    """Enter every column of a block; each wrong one is reported by itself."""
    for declaration in block.columns:
        try:
            _declare(scope, declaration)
        except Rejected:
            # Known all the same, so that its uses are not reported as well.
            scope.entries.setdefault(
                declaration.name,
                Column(declaration, m.ColumnSpec(declaration.name, "real"), (ROW,), used=True),
            )
    for declaration in block.columns:
        try:
            _check_by(scope, declaration)
        except Rejected:
            continue


def _declare(scope: Scope, node: ast.ColumnDeclaration) -> None:
    if node.type not in TYPES:
        scope.reject(
            "BL206",
            node.type_span,
            f"`{node.type}` is not a type of data",
            help=did_you_mean(node.type, TYPES) or f"types are {', '.join(TYPES)}",
        )
    if node.missing:
        scope.reject(
            "BL207",
            node.type_span,
            "missing values (`?`) cannot be imputed yet",
            help="drop the rows with `--na drop` when fitting, or fill them in beforehand",
        )
    if node.levels is not None:
        _check_levels(scope, node)
    if node.type == "ordinal" and node.levels is None and node.by is not None:
        scope.reject("BL208", node.span, "an ordinal column cannot be a value of a group")
    scope.claim(node.name, node.name_span, "column")
    sources = None if node.columns is None else tuple(_text(c) for c in node.columns)
    patterns = tuple(
        c.value for c in node.columns or () if isinstance(c, ast.String) and "*" in c.value
    )
    # One source without a pattern renames the column; several, or a pattern, make a block.
    block = sources is not None and (len(sources) > 1 or bool(patterns))
    if sources is not None and len(set(sources)) < len(sources):
        scope.reject("BL209", node.span, f"`{node.name}` lists a column twice")
    if block and node.type in ("category", "ordinal", "date", "scalar"):
        scope.reject(
            "BL210",
            node.span,
            f"a block of columns cannot be {node.type}",
            help="declare these columns one by one",
        )
    spec = m.ColumnSpec(
        node.name,
        node.type,
        levels=None if node.levels is None else tuple(level.value for level in node.levels),
        sources=sources,
        patterns=patterns,
        block=block,
        by=None if node.by is None else node.by.id,
    )
    dims: tuple[Dim, ...] = (ROW,)
    if node.type == "scalar":
        dims = ()
    elif node.by is not None:
        dims = (level_dim(node.by.id),)
    elif block:
        width = Width(node.name) if patterns else Fixed(len(sources or ()))
        dims = (ROW, Dim(node.name, width))
    scope.entries[node.name] = Column(node, spec, dims)


def _text(node: ast.Name | ast.String) -> str:
    return node.id if isinstance(node, ast.Name) else node.value


def _check_levels(scope: Scope, node: ast.ColumnDeclaration) -> None:
    assert node.levels is not None
    if node.type not in ("category", "ordinal"):
        scope.reject(
            "BL211",
            node.span,
            f"a {node.type} column has no levels",
            help=f"declare it as `{node.name}: category(...)`, or leave the levels out",
        )
    values = [level.value for level in node.levels]
    if len(set(values)) < len(values):
        scope.reject("BL212", node.span, f"`{node.name}` lists a level twice")
    if len(values) < 2:
        scope.reject("BL213", node.span, f"`{node.name}` needs at least two levels")


def _check_by(scope: Scope, node: ast.ColumnDeclaration) -> None:
    if node.by is None:
        return
    group = scope.lookup(node.by.id, node.by.span)
    if not isinstance(group, Column) or not group.is_category:
        scope.reject(
            "BL214",
            node.by.span,
            f"`{node.by.id}` is not a category, so `{node.name}` cannot be a value of it",
            help=f"declare `{node.by.id}: category`",
        )
    if node.type in ("category", "ordinal", "scalar", "date") or node.columns is not None:
        scope.reject(
            "BL215",
            node.span,
            f"`{node.name}` cannot be a value of a group: only single columns of numbers can",
        )
