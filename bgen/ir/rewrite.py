"""Rebuilding expressions and statements: the one place that puts new parts into a node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from bgen.ir import expressions as ir
from bgen.ir.model import Density


def rewrite(
    node: ir.Expression, change: Callable[[ir.Expression], ir.Expression | None]
) -> ir.Expression:
    """The expression with every node for which ``change`` gives another replaced, from the top."""
    found = change(node)
    if found is not None:
        return found
    new: dict[str, Any] = {}
    for field in fields(node):
        old = getattr(node, field.name)
        value = _rewritten(old, change)
        if value is not old:
            new[field.name] = value
    return replace(node, **new) if new else node


def _rewritten(value: Any, change: Callable[[ir.Expression], ir.Expression | None]) -> Any:
    if isinstance(value, ir.Expression):
        return rewrite(value, change)
    if isinstance(value, tuple):
        parts = tuple(_rewritten(part, change) for part in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    return value


def rewrite_density(
    density: Density, change: Callable[[ir.Expression], ir.Expression | None]
) -> Density:
    """The same in the parameters of a density and of those that it is made of."""
    return replace(
        density,
        parameters=tuple((name, rewrite(v, change)) for name, v in density.parameters),
        base=rewrite_density(density.base, change) if density.base else None,
        bases=tuple(rewrite_density(base, change) for base in density.bases),
    )


def rewrite_all(part: Any, change: Callable[[Any], Any]) -> Any:
    """A statement, a density, an axis, or a tuple of these, changed likewise from the top."""
    found = change(part)
    if found is not None:
        return found
    if isinstance(part, tuple):
        return tuple(rewrite_all(each, change) for each in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    new = {f.name: rewrite_all(getattr(part, f.name), change) for f in fields(part)}
    return replace(part, **new)
