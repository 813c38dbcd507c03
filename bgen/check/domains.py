"""Expressions of data that some values of their columns have no finite number for.

``log(x)`` of a column that may be 0, ``n / x``, ``x ^ 0.5``: ``encode`` looks at their values
before anything is made of them, those too that the model itself will compute. What the types of
the columns rule out is left alone, and so is the overflow of products and whole powers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from bgen.check.entries import Column
from bgen.check.ranges import range_of
from bgen.check.scope import Scope
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir.rewrite import rewrite

_PLAIN = (
    ir.Constant
    | ir.Column
    | ir.Learnt
    | ir.Apply
    | ir.Negative
    | ir.Add
    | ir.Multiply
    | ir.Power
    | ir.Gather
)


def finite_of(
    scope: Scope, derived: tuple[contract.Derived, ...], rules: tuple[ir.Helper, ...]
) -> tuple[contract.Finite, ...]:
    """What is to be finite, parts before wholes; each expression once."""
    found: dict[tuple[ir.Expression, ir.Expression], contract.Finite] = {}

    def add(node: ir.Expression, value: ir.Expression, before: str) -> None:
        shown = _as_written(node)
        found.setdefault((shown, _as_written(value)), contract.Finite(shown, value, before))

    def take(value: ir.Expression, before: str = "") -> None:
        host = _on_host(value, scope)
        if host is None:
            if isinstance(value, ir.Multiply):
                for divisor in _divisors(value, scope):
                    add(value, ir.divide(ir.ONE, divisor), before)
            for child in ir.children(value):
                take(child, before)
            return
        for node in _parts(host):
            if _may_fail(node, scope) and _has_column(node):
                add(node, node, before)
        # what overflows may be a number again: exp(-x) in 1 / (1 + exp(-x))
        if _has_column(host) and any(_may_overflow(node) for node in ir.walk(host)):
            add(host, host, before)

    for column in derived:
        take(column.value, column.name)
    for argument in scope.arguments.values():
        for value in (argument.value, *(feature.value for feature in argument.features)):
            if value is not None:
                take(value)
    for rule in rules:
        take(rule)
    for value in _expressions([p.statements for p in scope.paragraphs]):
        take(value)
    return tuple(found.values())


def _divisors(node: ir.Multiply, scope: Scope) -> Iterator[ir.Expression]:
    """``theta / x``: the divisors that are data must not be 0, whatever the rest is."""
    for sign, factor in node.factors:
        if sign == "/" and not _is_nonzero(factor, scope):
            host = _on_host(factor, scope)
            if host is not None and _has_column(host):
                yield host


def _as_written(value: ir.Expression) -> ir.Expression:
    """Without the index that a program does not write behind a column with a value a level."""

    def change(node: ir.Expression) -> ir.Expression | None:
        if not isinstance(node, ir.Gather) or ir.has_unknowns(node):
            return None
        return rewrite(node.table, change)

    return rewrite(value, change)


def _parts(value: ir.Expression) -> Iterator[ir.Expression]:
    """Parts before wholes; a constant that was learnt has a check of its own."""
    if not isinstance(value, ir.Learnt):
        for child in ir.children(value):
            yield from _parts(child)
    yield value


def _expressions(part: Any) -> Iterator[ir.Expression]:
    """The outermost expressions of statements."""
    if isinstance(part, ir.Expression):
        yield part
    elif isinstance(part, tuple | list):
        for each in part:
            yield from _expressions(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _expressions(getattr(part, field.name))


def _has_column(value: ir.Expression) -> bool:
    """Whether it is made of columns, not of constants that were learnt from them alone."""
    if isinstance(value, ir.Column):
        return True
    return not isinstance(value, ir.Learnt) and any(map(_has_column, ir.children(value)))


def _on_host(value: ir.Expression, scope: Scope) -> ir.Expression | None:
    """What the model computes from its arguments, as ``encode`` would from columns.

    None of what depends on anything else; values that are imputed are data where they are there.
    """
    imputed = {
        name
        for name in scope.imputed
        if isinstance(entry := scope.entries.get(name), Column) and entry.spec.missing
    }
    for node in ir.walk(value):
        if isinstance(node, ir.Unknown | ir.Local) and node.name not in imputed:
            return None

    def change(node: ir.Expression) -> ir.Expression | None:
        if isinstance(node, ir.Unknown | ir.Local):
            return ir.Column(node.name, node.dims)
        if not isinstance(node, ir.Input) or node.name not in scope.arguments:
            return None
        argument = scope.arguments[node.name]
        if argument.kind == "index" and argument.of:
            return ir.Column(argument.of, argument.dims)
        return argument.value if argument.kind == "column" else None

    host = rewrite(value, change)
    return host if all(isinstance(node, _PLAIN) for node in ir.walk(host)) else None


def _may_fail(node: ir.Expression, scope: Scope) -> bool:
    """Whether finite numbers may give something else."""
    match node:
        case ir.Apply(function="log", operand=operand):
            return not range_of(operand, scope).is_positive
        case ir.Apply(function="log1p" | "sqrt", operand=operand):
            return not range_of(operand, scope).is_nonnegative
        case ir.Multiply(factors=factors):
            return any(sign == "/" and not _is_nonzero(f, scope) for sign, f in factors)
        case ir.Power(base=base, exponent=exponent):
            number, known = ir.number_of(exponent), range_of(base, scope)
            if number is None or number < 0:
                return not known.is_positive
            return not (number.is_integer() or known.is_nonnegative)
        case _:
            return False


def _may_overflow(node: ir.Expression) -> bool:
    match node:
        case ir.Apply(function=function):
            return function == "exp"
        case ir.Power(exponent=exponent):
            return ir.number_of(exponent) is None
        case _:
            return False


def _is_nonzero(value: ir.Expression, scope: Scope) -> bool:
    return bool(ir.number_of(value)) or range_of(value, scope).is_positive
