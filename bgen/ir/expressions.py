"""Typed expressions: what a predictor, a prior's parameter or a derived column is made of.

The same nodes serve the host side (derived columns and designs, evaluated once in NumPy by
``encode``) and the model side (traced by JAX). Every node knows its axes by name (``dims``), so a
pass can ask what is linear in what without naming a layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from bgen.ir.dims import Dim, Dims, broadcast

#: The functions of the language.
Function = Literal["exp", "log", "log1p", "sqrt", "abs", "sigmoid", "softplus", "tanh"]
#: What layers and links need beside them; no program can name these.
Internal = Literal["log_sigmoid", "ndtr", "ndtri", "gammaln", "expm1"]
Sign = Literal["+", "-"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the program's text."""

    value: float
    dims: Dims = ()


@dataclass(frozen=True, slots=True)
class Column:
    """Host side: a column or derived column of the table, by its ``.bl`` name."""

    name: str
    dims: Dims


@dataclass(frozen=True, slots=True)
class Learnt:
    """A constant learnt from the training data: ``statistic(of)``, kept in the encoding.

    ``label`` is its canonical text (``sd(mom_iq)``) and its key in the encoding; ``dims`` is () or,
    for a block of columns, the block's axis. On the model side it is an ``Input``.
    """

    statistic: Literal["mean", "sd", "min", "max"]
    of: Expression
    label: str
    dims: Dims = ()
    #: Whether values may be missing, so that it is of those that are there.
    partial: bool = False
    #: A column: the rows in which it is above 0 are those that count.
    above_zero: Column | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """Model side: an argument of the model (data, never an unknown)."""

    name: str
    dims: Dims


@dataclass(frozen=True, slots=True)
class Unknown:
    """Model side: a sampled site."""

    name: str
    dims: Dims


@dataclass(frozen=True, slots=True)
class Local:
    """Model side: a variable that an earlier statement computed from unknowns (a predictor)."""

    name: str
    dims: Dims


@dataclass(frozen=True, slots=True)
class Apply:
    """An elementwise function."""

    function: Function | Internal
    operand: Expression

    @property
    def dims(self) -> Dims:
        return self.operand.dims


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Expression

    @property
    def dims(self) -> Dims:
        return self.operand.dims


@dataclass(frozen=True, slots=True)
class Add:
    """A sum of signed terms."""

    terms: tuple[tuple[Sign, Expression], ...]

    @property
    def dims(self) -> Dims:
        return reduce(broadcast, (term.dims for _, term in self.terms))


@dataclass(frozen=True, slots=True)
class Multiply:
    """A product of factors and divisors, left to right."""

    factors: tuple[tuple[Literal["*", "/"], Expression], ...]

    @property
    def dims(self) -> Dims:
        return reduce(broadcast, (factor.dims for _, factor in self.factors))


@dataclass(frozen=True, slots=True)
class Power:
    """``base ** exponent``."""

    base: Expression
    exponent: Expression

    @property
    def dims(self) -> Dims:
        return broadcast(self.base.dims, self.exponent.dims)


@dataclass(frozen=True, slots=True)
class MatMul:
    """``design @ table``: contracts the last axis of ``design`` with the first of ``table``."""

    design: Expression
    table: Expression

    @property
    def dims(self) -> Dims:
        return self.design.dims[:-1] + self.table.dims[1:]


@dataclass(frozen=True, slots=True)
class Gather:
    """``table[index, ...]``: one entry a row; replaces the leading axes of ``table``."""

    table: Expression
    indices: tuple[Expression, ...]

    @property
    def dims(self) -> Dims:
        return self.indices[0].dims + self.table.dims[len(self.indices) :]


@dataclass(frozen=True, slots=True)
class CumSum:
    """The running sum along the first axis."""

    operand: Expression

    @property
    def dims(self) -> Dims:
        return self.operand.dims


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over one named axis."""

    operand: Expression
    over: Dim

    @property
    def dims(self) -> Dims:
        return tuple(d for d in self.operand.dims if d != self.over)


@dataclass(frozen=True, slots=True)
class PairProducts:
    """Row by row, the products ``x_j z_k`` as a wide design: row-major over (j, k).

    Without ``right``: the pairs j < k of ``left`` in lexicographic order, no squares.
    """

    left: Expression
    right: Expression | None
    over: Dim

    @property
    def dims(self) -> Dims:
        return (self.left.dims[0], self.over)


@dataclass(frozen=True, slots=True)
class Aligned:
    """The same values, one axis of them taken for another of the same length (for ``dot``)."""

    operand: Expression
    old: Dim
    new: Dim

    @property
    def dims(self) -> Dims:
        return tuple(self.new if d == self.old else d for d in self.operand.dims)


@dataclass(frozen=True, slots=True)
class Spread:
    """The same value at every place of trailing axes that the operand lacks."""

    operand: Expression
    over: Dims

    @property
    def dims(self) -> Dims:
        return (*self.operand.dims, *self.over)


@dataclass(frozen=True, slots=True)
class Length:
    """The number of elements of an axis."""

    of: Dim
    dims: Dims = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """The same value at each element of an axis: ``jnp.full(d, 0.5)``."""

    value: Expression
    over: Dim

    @property
    def dims(self) -> Dims:
        return (self.over,)


@dataclass(frozen=True, slots=True)
class Listed:
    """Single numbers as a vector along an axis: ``jnp.array([1.0, 2.0])``."""

    values: tuple[Expression, ...]
    over: Dim

    @property
    def dims(self) -> Dims:
        return (self.over,)


@dataclass(frozen=True, slots=True)
class Beside:
    """Model side: columns and designs side by side, as one design with the axis ``over``."""

    parts: tuple[Expression, ...]
    over: Dim

    @property
    def dims(self) -> Dims:
        return (self.parts[0].dims[0], self.over)


@dataclass(frozen=True, slots=True)
class Stacked:
    """Single numbers a row as one vector a row, along the new last axis ``over``."""

    parts: tuple[Expression, ...]
    over: Dim

    @property
    def dims(self) -> Dims:
        return (*reduce(broadcast, (part.dims for part in self.parts)), self.over)


@dataclass(frozen=True, slots=True)
class Helper:
    """A call of a function of ``templates/library``, which the emitted file then carries.

    ``dims`` are the axes of its value. On the host side it takes the encoding and ``label``, the
    key under which it keeps what it learns from the training data, before its operands.
    ``positive`` says that its value is. ``functions`` are names of library functions, handed over
    after the operands.
    """

    function: str
    operands: tuple[Expression, ...]
    dims: Dims
    keywords: tuple[tuple[str, float | int | str | Expression], ...] = ()
    label: str = ""
    positive: bool = False
    functions: tuple[str, ...] = ()


Expression = (
    Constant
    | Column
    | Learnt
    | Input
    | Unknown
    | Local
    | Apply
    | Negative
    | Add
    | Multiply
    | Power
    | MatMul
    | Gather
    | CumSum
    | Total
    | PairProducts
    | Aligned
    | Spread
    | Length
    | Filled
    | Listed
    | Beside
    | Stacked
    | Helper
)

ZERO, ONE = Constant(0.0), Constant(1.0)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct operands of a node, in reading order."""
    match expression:
        case Learnt(of=of):
            return (of,)
        case (
            Apply(operand=x)
            | Negative(operand=x)
            | CumSum(operand=x)
            | Total(operand=x)
            | Aligned(operand=x)
            | Spread(operand=x)
        ):
            return (x,)
        case Add(terms=parts) | Multiply(factors=parts):
            return tuple(part for _, part in parts)
        case Power(base=a, exponent=b) | MatMul(design=a, table=b):
            return (a, b)
        case Gather(table=table, indices=indices):
            return (table, *indices)
        case Filled(value=x):
            return (x,)
        case Beside(parts=parts) | Stacked(parts=parts) | Listed(values=parts):
            return parts
        case Helper(operands=operands, keywords=keywords):
            given = (value for _, value in keywords)
            return (*operands, *(v for v in given if not isinstance(v, int | float | str)))
        case PairProducts(left=left, right=right):
            return (left,) if right is None else (left, right)
        case _:
            return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """The node and all below it, in reading order (iterative: sums of thousands of terms)."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def has_unknowns(expression: Expression) -> bool:
    """Whether its value depends on anything that is sampled."""
    return any(isinstance(node, Unknown | Local) for node in walk(expression))


def add(*terms: Expression) -> Expression:
    return terms[0] if len(terms) == 1 else Add(tuple(("+", term) for term in terms))


def multiply(*factors: Expression) -> Expression:
    return Multiply(tuple(("*", factor) for factor in factors))


def divide(numerator: Expression, denominator: Expression) -> Expression:
    return Multiply((("*", numerator), ("/", denominator)))


def subtract(left: Expression, right: Expression) -> Expression:
    return Add((("+", left), ("-", right)))


def number_of(value: Expression | None) -> float | None:
    """The number that an expression is as it is written, if it is one."""
    if isinstance(value, Negative):
        inner = number_of(value.operand)
        return None if inner is None else -inner
    return value.value if isinstance(value, Constant) else None
