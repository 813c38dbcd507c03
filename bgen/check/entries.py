"""What a name of a program can be."""

from __future__ import annotations

from dataclasses import dataclass

from bgen.base.source import Span
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dims
from bgen.ir.supports import Range
from bgen.syntax import ast


@dataclass(slots=True)
class Column:
    """A declared column."""

    declaration: ast.ColumnDeclaration
    spec: contract.ColumnSpec
    dims: Dims
    used: bool = False

    @property
    def is_category(self) -> bool:
        return self.spec.type in ("category", "ordinal")

    @property
    def range(self) -> Range:
        match self.spec.type:
            case "positive":
                return Range.POSITIVE
            case "proportion" | "count" | "binary":
                return Range.NONNEGATIVE
            case _:
                return Range.REAL


@dataclass(slots=True)
class Derived:
    """A derived column or a derived constant."""

    derived: contract.Derived
    range: Range
    type: str
    span: Span
    used: bool = False
    missing: bool = False

    @property
    def dims(self) -> Dims:
        return self.derived.value.dims


@dataclass(slots=True)
class Parameter:
    """A parameter of its own statement, perhaps indexed."""

    sample: m.Sample
    indices: tuple[str, ...]
    span: Span
    used: bool = False


@dataclass(slots=True)
class Predictor:
    """A name given to an expression of unknowns, perhaps indexed."""

    value: ir.Expression
    indices: tuple[str, ...]
    range: Range
    span: Span
    used: bool = False


@dataclass(slots=True)
class UserLayer:
    """A ``layer`` statement."""

    definition: ast.LayerDefinition
    used: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a layer: what it became, and what treatment coding asks of it.

    ``coded`` is a category that it measures against the first level; ``constant`` says that it
    has a value for every row, with the coefficient 1.
    """

    value: ir.Expression
    node: ast.Call
    coded: str
    constant: bool


Entry = Column | Derived | Parameter | Predictor | UserLayer


def place_of(entry: Entry) -> Span:
    """Where a name is defined."""
    match entry:
        case Column(declaration=declaration):
            return declaration.name_span
        case UserLayer(definition=definition):
            return definition.name_span
        case _:
            return entry.span
