"""The syntax tree: what the text says, before anything is known about its names.

Frozen values, each with the span that it was read from. Spans do not take part in equality, so that
a program and its canonical print are equal trees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bgen.base.source import Span

NOWHERE = Span(0, 0)


def _span() -> Span:
    return field(default=NOWHERE, compare=False, kw_only=True)


# --- expressions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric literal; ``text`` is how it was written (``20_000``, ``1e-3``)."""

    value: float
    text: str = field(compare=False)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class String:
    """A quoted text; ``value`` has its escapes resolved."""

    value: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name: a column, a parameter, a predictor or a bare word of an option."""

    id: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Sum:
    """Two or more terms with their signs, flat, so that a long sum is not a deep tree."""

    terms: tuple[tuple[Literal["+", "-"], Expression], ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Product:
    """Two or more factors, flat: ``a * b / c`` is ``(("*", a), ("*", b), ("/", c))``."""

    factors: tuple[tuple[Literal["*", "/"], Expression], ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Power:
    """``base ^ exponent``, right associative."""

    base: Expression
    exponent: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Cross:
    """``a:b``, the product of features or the crossed levels of categories, flat."""

    parts: tuple[Expression, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: ``value``, ``name = value`` or ``name ~ value``."""

    value: Expression
    name: str | None = None
    relation: Literal["", "=", "~"] = ""
    name_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments)``: a layer, a link, a distribution, a transform or a function."""

    function: str
    arguments: tuple[Argument, ...]
    function_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Index:
    """``name[i, j]``: the row's value of an indexed parameter."""

    name: str
    indices: tuple[Expression, ...]
    name_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    span: Span = _span()


Expression = Number | String | Name | Negate | Sum | Product | Power | Cross | Call | Index


# --- statements -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelStatement:
    """``model name "title"``."""

    name: str
    title: str | None = None
    name_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ColumnDeclaration:
    """``name : type(levels)[columns]? by group`` in a data block."""

    name: str
    type: str
    levels: tuple[String, ...] | None = None
    columns: tuple[Name | String, ...] | None = None
    missing: bool = False
    by: Name | None = None
    name_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    type_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class DataBlock:
    """``data { ... }``."""

    columns: tuple[ColumnDeclaration, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class LayerDefinition:
    """``layer name(parameters) = body``."""

    name: str
    parameters: tuple[Name, ...]
    body: Expression
    name_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Target:
    """The left side of ``~`` or ``=``: a name, with indices where it is an indexed parameter."""

    name: str
    indices: tuple[Expression, ...] = ()
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name = expression``."""

    target: Target
    value: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Distributed:
    """``name ~ Distribution(...)``, ``y1, y2 ~ link(...)``."""

    targets: tuple[Target, ...]
    value: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Setting:
    """``key = value`` in a ``fit`` or ``reparam`` block."""

    key: str
    value: Expression
    key_span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class FitBlock:
    """``fit { ... }``."""

    settings: tuple[Setting, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ReparamBlock:
    """``reparam { site = centered | noncentered | number }``."""

    settings: tuple[Setting, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Report:
    """``report a, b``."""

    names: tuple[Name, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Priors:
    """``priors unit`` or ``priors scaled``."""

    policy: Name
    span: Span = _span()


Statement = (
    ModelStatement
    | DataBlock
    | LayerDefinition
    | Assignment
    | Distributed
    | FitBlock
    | ReparamBlock
    | Report
    | Priors
)


@dataclass(frozen=True, slots=True)
class Comment:
    """``# text``; ``own_line`` when nothing but space stands before it."""

    text: str
    own_line: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Program:
    """One ``.bl`` file; ``blank_lines`` are offsets of the white space that holds any."""

    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    blank_lines: tuple[int, ...] = field(default=(), compare=False)
