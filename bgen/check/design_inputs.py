"""The columns of a layer -> its design: an argument, or put together by the model if imputed."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from bgen.base.source import Span
from bgen.check.entries import Column
from bgen.check.missing import has_gaps, lift, reject_gaps
from bgen.check.scope import Scope
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Fixed, Joined, Width


def design(
    scope: Scope,
    name: str,
    features: tuple[contract.Feature, ...],
    span: Span,
    *,
    standardized: bool,
) -> ir.Expression:
    """The argument that carries the columns, or a variable of the model if some are imputed."""
    gaps = [f for f in features if f.value is not None and has_gaps(scope, f.value)]
    if not gaps:
        return _of_data(scope, name, features, span, standardized)
    if standardized:
        _reject_unknown(scope, gaps[0], span)
    if name in scope.patched:
        return ir.Local(name, scope.patched[name].dims)
    parts: list[ir.Expression] = []
    known: list[contract.Feature] = []
    for feature in features:
        if feature.value is None or feature not in gaps:
            known.append(feature)
            continue
        parts += _between(scope, name, known, len(parts), span)
        known = []
        column = lift(scope, feature.value, span)
        if feature.coded:
            stem = f"{name}_{'_'.join(c.name for c in feature.coded)}"
            column = ir.multiply(
                _of_data(scope, stem, (replace(feature, value=None),), span), column
            )
        parts.append(column)
    parts += _between(scope, name, known, len(parts), span)
    extents = tuple(part.dims[1].extent if len(part.dims) > 1 else Fixed(1) for part in parts)
    fixed = [e.length for e in extents if isinstance(e, Fixed)]
    extent = Fixed(sum(fixed)) if len(fixed) == len(extents) else Joined(extents)
    value = ir.Beside(tuple(parts), Dim(name, extent))
    scope.claim(name, span, "columns of a layer", scope.stem_help(name))
    scope.statements.append(m.Let(name, value))
    scope.patched[name] = contract.Patched(Dim(name, extent), features)
    return ir.Local(name, (ROW, Dim(name, extent)))


def _reject_unknown(scope: Scope, feature: contract.Feature, span: Span) -> NoReturn:
    true = {known.site: name for name, known in scope.measured.items()}
    assert feature.value is not None
    for node in ir.walk(feature.value):
        if isinstance(node, ir.Column) and node.name in true:
            scope.reject(
                "BL483",
                span,
                "this layer puts its columns in units of their sd, and the true values of "
                f"`{true[node.name]}` are unknown before the fit",
                help="`linear` and `adaptive` take them as they are",
            )
    reject_gaps(scope, feature.label, span)


def _between(
    scope: Scope, name: str, features: list[contract.Feature], before: int, span: Span
) -> list[ir.Expression]:
    """The argument of neighbouring columns that are known."""
    if not features:
        return []
    stem = f"{name}_data" if before == 0 else f"{name}_data_{before}"
    return [_of_data(scope, stem, tuple(features), span)]


def _of_data(
    scope: Scope,
    name: str,
    features: tuple[contract.Feature, ...],
    span: Span,
    standardized: bool = False,
) -> ir.Input:
    """The argument that carries columns side by side."""
    widths = [feature.width for feature in features]
    known = [w for w in widths if w is not None]
    extent = Fixed(sum(known)) if len(known) == len(widths) else Width(name)
    comment = ", ".join(_column_names(scope, feature) for feature in features)
    dims = (ROW, Dim(name, extent))
    argument = m.Argument(name, "design", dims, comment, features, standardized=standardized)
    return scope.argument(argument, span)


def _column_names(scope: Scope, feature: contract.Feature) -> str:
    """The columns of a feature as a reader knows them: names, patterns, or the category."""
    if feature.coded:
        label = feature.label.replace("[{}]", "")
        return label.format(*(coded.name for coded in feature.coded))
    block = scope.entries.get(feature.block or "")
    if not isinstance(block, Column):
        return feature.label.replace("[{}]", "")  # a spline
    return ", ".join(feature.label.replace("{}", c) for c in block.spec.sources or ())
