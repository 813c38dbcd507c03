"""Data blocks -> the columns of the contract, as entries of the namespace."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from bgen.base.diagnostic import did_you_mean
from bgen.check.entries import Column
from bgen.check.missing import check_declaration, reject_missing
from bgen.check.scope import Rejected, Scope, level_dim
from bgen.ir import contract
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
    twice = False
    for declaration in block.columns:
        try:
            _declare(scope, declaration, twice_before=twice)
        except Rejected:
            twice = twice or declaration.name in scope.claims
            _remember(scope, declaration)
    for declaration in block.columns:
        try:
            _check_by(scope, declaration)
        except Rejected:
            scope.broken.add(declaration.name)


def _remember(scope: Scope, node: ast.ColumnDeclaration) -> None:
    """A wrong declaration is known all the same, so that its uses are not reported as well."""
    if node.name in scope.entries:
        return
    near = get_close_matches(node.type, TYPES, n=1)
    known = node.type if node.type in TYPES else near[0] if near else ""
    if not known or (node.levels and known not in ("category", "ordinal")) or node.columns:
        scope.broken.add(node.name)
        known = "real"
    dims = () if known == "scalar" else (ROW,)
    scope.entries[node.name] = Column(node, contract.ColumnSpec(node.name, known), dims, used=True)


def _declare(scope: Scope, node: ast.ColumnDeclaration, *, twice_before: bool) -> None:
    if node.type not in TYPES:
        scope.reject(
            "BL206",
            node.type_span,
            f"`{node.type}` is not a type of data",
            help=did_you_mean(node.type, TYPES) or f"types are {', '.join(TYPES)}",
        )
    if node.levels is not None:
        _check_levels(scope, node)
    if node.name in scope.claims and isinstance(scope.entries.get(node.name), Column):
        if twice_before:
            raise Rejected  # one report of a repeated block is enough
        scope.reject(
            "BL226",
            node.name_span,
            f"`{node.name}` is declared twice",
            help="declare a column once; `a: real[b]` reads the column `b` under the name `a`",
            notes=((scope.claims[node.name][1], "declared here before"),),
        )
    scope.claim(node.name, node.name_span, "column", type=node.type)
    if node.type in ("category", "ordinal"):
        scope.group(node.name, node.name_span)
    sources = None if node.columns is None else tuple(_text(c) for c in node.columns)
    patterns = tuple(
        c.value for c in node.columns or () if isinstance(c, ast.String) and "*" in c.value
    )
    # One source without a pattern renames the column; several, or a pattern, make a block.
    block = sources is not None and (len(sources) > 1 or bool(patterns))
    if sources is not None and len(set(sources)) < len(sources):
        texts = list(sources)
        place, twice = next((i, t) for i, t in enumerate(texts) if t in texts[:i])
        scope.reject(
            "BL209",
            (node.columns or ())[place].span,
            f"`{node.name}` lists the column `{twice}` twice",
            help="list each column once",
        )
    if block and node.type in ("category", "ordinal", "date", "scalar"):
        scope.reject(
            "BL210",
            node.span,
            f"a block of columns cannot be {node.type}",
            help="declare these columns one by one",
        )
    if node.missing:
        check_declaration(scope, node, block=block)
    spec = contract.ColumnSpec(
        node.name,
        node.type,
        levels=None if node.levels is None else tuple(level.value for level in node.levels),
        sources=sources,
        patterns=patterns,
        block=block,
        by=None if node.by is None else node.by.id,
        missing=node.missing,
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
    first: dict[str | float, str] = {}
    for level, spelled in zip(node.levels, _as_numbers(values), strict=True):
        if spelled in first:
            before = first[spelled]
            same = "" if before == level.value else f", as `{before}`: they are all numbers"
            scope.reject(
                "BL212",
                level.span,
                f"`{node.name}` lists the level `{level.value}` twice{same}",
                help="list each level once",
            )
        first[spelled] = level.value
    if len(values) < 2:
        scope.reject(
            "BL213",
            node.span,
            f"`{node.name}` needs at least two levels",
            help="list every level that the column can have, or leave the list out",
        )


def _as_numbers(values: list[str]) -> Sequence[str | float]:
    """Levels as the emitted file tells them apart: 1, 1.0 and 01 are one where all are numbers."""
    try:
        numbers = [float(value) for value in values if "_" not in value]
    except ValueError:
        return values
    whole = len(numbers) == len(values) and all(abs(x) < 2**53 for x in numbers)
    return numbers if whole else values


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
    reject_missing(scope, node.by.id, node.by.span)
    if node.type in ("category", "ordinal", "scalar", "date") or node.columns is not None:
        scope.reject(
            "BL215",
            node.span,
            f"`{node.name}` cannot be a value of a group: only single columns of numbers can",
            help=_read_by_row(node, node.by.id),
        )


def _read_by_row(node: ast.ColumnDeclaration, group: str) -> str:
    """What can be a value of a group, in place of a column that cannot."""
    if node.columns is not None:
        return f"declare each of its columns by itself, such as `{node.name}_1: real by {group}`"
    if node.type in ("category", "ordinal"):
        return (
            f"declare `{node.name}: category` for its use in predictors, and what the levels of "
            f"`{group}` depend on as 0 and 1, such as `is_{node.name}: binary by {group}`"
        )
    return f"leave `by {group}` out, and use it in predictors"
