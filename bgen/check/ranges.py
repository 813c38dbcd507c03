"""Expression -> what can be proved of its range (positive, non-negative, in the unit interval)."""

from __future__ import annotations

from bgen.check.entries import Column, Derived, Predictor
from bgen.check.scope import Scope
from bgen.ir import expressions as ir
from bgen.ir.supports import Range


def range_of(expression: ir.Expression, scope: Scope) -> Range:
    """A sound lower bound of knowledge: REAL where nothing can be proved."""
    match expression:
        case ir.Constant(value=v):
            if v > 0:
                return Range.UNIT if v < 1 else Range.POSITIVE
            return Range.NONNEGATIVE if v == 0 else Range.REAL
        case ir.Input(name=name) | ir.Column(name=name):
            return _named(name, scope)
        case ir.Unknown(name=name):
            return scope.sites[name].prior.support.range
        case ir.Local(name=name):
            entry = scope.entries.get(name)
            if isinstance(entry, Predictor | Column | Derived):  # columns that are imputed
                return entry.range
            return Range.REAL
        case ir.Learnt(statistic="sd"):
            return Range.POSITIVE  # a zero sd is an error when it is learnt
        case ir.Learnt(of=of):
            return range_of(of, scope)
        case ir.Apply(function=function, operand=operand):
            return _function(function, range_of(operand, scope))
        case ir.Add(terms=(("+", ir.Constant(value=1.0)), ("-", rest))):
            return _rest_of_one(rest, scope)
        case ir.Add(terms=terms):
            return _sum([range_of(t, scope) if s == "+" else Range.REAL for s, t in terms])
        case ir.Multiply(factors=factors):
            return _product(expression, [range_of(f, scope) for _, f in factors])
        case ir.Power(base=base, exponent=exponent):
            return _power(range_of(base, scope), exponent)
        case ir.Gather(table=table) | ir.CumSum(operand=table):
            known = range_of(table, scope)
            if isinstance(expression, ir.CumSum) and known is Range.UNIT:
                return Range.POSITIVE
            return known
        case ir.Length() | ir.Helper(positive=True):
            return Range.POSITIVE
        case ir.Filled(value=value) | ir.Spread(operand=value):
            return range_of(value, scope)
        case ir.Total(operand=operand):
            known = range_of(operand, scope)
            return Range.POSITIVE if known is Range.UNIT else known
        case _:
            return Range.REAL


def _named(name: str, scope: Scope) -> Range:
    entry = scope.entries.get(name)
    if isinstance(entry, Column):
        return entry.range
    if isinstance(entry, Derived):
        return entry.range
    # A learnt constant as an argument: sd_x, mean_x.
    argument = scope.arguments.get(name)
    if argument is not None and isinstance(argument.value, ir.Learnt):
        return range_of(argument.value, scope)
    return Range.REAL


def _function(function: ir.Function | ir.Internal, operand: Range) -> Range:
    match function:
        case "exp" | "softplus":
            return Range.POSITIVE
        case "sigmoid":
            return Range.UNIT
        case "abs":
            return operand if operand.is_nonnegative else Range.NONNEGATIVE
        case "sqrt":
            return operand if operand.is_nonnegative else Range.NONNEGATIVE
        case "log1p" | "tanh":
            if operand.is_positive:
                return Range.POSITIVE
            return operand
        case "ndtr":
            return Range.UNIT
        case _:
            return Range.REAL


def _sum(ranges: list[Range]) -> Range:
    if not all(r.is_nonnegative for r in ranges):
        return Range.REAL
    return Range.POSITIVE if any(r.is_positive for r in ranges) else Range.NONNEGATIVE


def _rest_of_one(value: ir.Expression, scope: Scope) -> Range:
    """Of ``1 - p``, and of ``1 - r^2`` where r is a correlation."""
    match value:
        case ir.Power(base=base, exponent=ir.Constant(value=number)) if number > 0:
            if number % 2 == 0 and lies_within(base, -1, 1, scope):
                return Range.POSITIVE
    if range_of(value, scope) is Range.UNIT:
        return Range.UNIT
    return Range.NONNEGATIVE if is_probability(value, scope) else Range.REAL


def _product(expression: ir.Multiply, ranges: list[Range]) -> Range:
    divides = any(sign == "/" for sign, _ in expression.factors)
    if all(r is Range.UNIT for r in ranges) and not divides:
        return Range.UNIT
    if all(r.is_positive for r in ranges):
        return Range.POSITIVE
    if all(r.is_nonnegative for r in ranges):
        return Range.NONNEGATIVE
    return Range.REAL


def _power(base: Range, exponent: ir.Expression) -> Range:
    if base is Range.UNIT and isinstance(exponent, ir.Constant) and exponent.value > 0:
        return Range.UNIT
    if base.is_positive:
        return Range.POSITIVE
    even = isinstance(exponent, ir.Constant) and exponent.value % 2 == 0
    return Range.NONNEGATIVE if base.is_nonnegative or even else Range.REAL


def lies_within(value: ir.Expression, low: float, high: float, scope: Scope) -> bool:
    """Whether a value can be proved to lie between two numbers."""
    known = range_of(value, scope)
    if known is Range.UNIT and low <= 0 and high >= 1:
        return True
    match value:
        case ir.Unknown(name=name):
            support = scope.sites[name].prior.support
            least, most = ir.number_of(support.low), ir.number_of(support.high)
            return least is not None and most is not None and low <= least and most <= high
        case ir.Apply(function="tanh"):
            return low <= -1 and high >= 1
        case _:
            number = ir.number_of(value)
            return number is not None and low < number < high


def type_of(value: ir.Expression, scope: Scope) -> str:
    """The type that a derived column could be declared as."""
    if _is_binary(value, scope):
        return "binary"
    known = range_of(value, scope)
    if is_whole(value, scope):
        return "count" if known.is_nonnegative else "integer"
    if is_probability(value, scope):
        return "proportion"
    return "positive" if known.is_positive else "real"


def is_flag(value: ir.Expression, scope: Scope) -> bool:
    """Whether a value is 0 or 1 in every row."""
    return _is_binary(value, scope)


def is_probability(value: ir.Expression, scope: Scope) -> bool:
    """Whether a value is from 0 to 1, the ends included."""
    if range_of(value, scope) is Range.UNIT or _is_binary(value, scope):
        return True
    match value:
        case ir.Column(name=name) | ir.Input(name=name):
            return _type(name, scope) == "proportion"
        case ir.Multiply(factors=factors):
            return all(sign == "*" and is_probability(part, scope) for sign, part in factors)
        case ir.Power(base=base, exponent=exponent):
            chance, times = is_probability(base, scope), range_of(exponent, scope)
            return chance and times.is_nonnegative
        case ir.Add(terms=(("+", ir.Constant(value=1.0)), ("-", rest))):
            return is_probability(rest, scope)
        case _:
            return False


def _is_binary(value: ir.Expression, scope: Scope) -> bool:
    match value:
        case ir.Column(name=name) | ir.Input(name=name):
            return _type(name, scope) == "binary"
        case ir.Constant(value=number):
            return number in (0.0, 1.0)
        case ir.Gather(table=table):
            return _is_binary(table, scope)
        case ir.Add(terms=(("+", ir.Constant(value=1.0)), ("-", rest))):
            return _is_binary(rest, scope)
        case ir.Multiply(factors=factors):
            return all(sign == "*" and _is_binary(part, scope) for sign, part in factors)
        case _:
            return False


def _type(name: str, scope: Scope) -> str:
    entry = scope.entries.get(name)
    if isinstance(entry, Column):
        return entry.spec.type
    return entry.type if isinstance(entry, Derived) else "real"


def is_whole(value: ir.Expression, scope: Scope) -> bool:
    """Whether a value is a whole number in every row."""
    match value:
        case ir.Constant(value=number):
            return number.is_integer()
        case ir.Column(name=name) | ir.Input(name=name):
            argument = scope.arguments.get(name)
            if argument is not None and isinstance(argument.value, ir.Learnt):
                return is_whole(argument.value, scope)
            return _type(name, scope) in ("integer", "count", "binary")
        case ir.Learnt(statistic="min" | "max", of=operand):
            return is_whole(operand, scope)
        case ir.Apply(function="abs", operand=operand) | ir.Negative(operand=operand):
            return is_whole(operand, scope)
        case ir.Add(terms=parts):
            return all(is_whole(part, scope) for _, part in parts)
        case ir.Multiply(factors=parts):
            return all(sign == "*" and is_whole(part, scope) for sign, part in parts)
        case ir.Power(base=base, exponent=times):
            return all(is_whole(v, scope) for v in (base, times)) and (
                range_of(times, scope).is_nonnegative
            )
        case ir.Gather(table=operand) | ir.Filled(value=operand) | ir.Spread(operand=operand):
            return is_whole(operand, scope)
        case _:
            return False
