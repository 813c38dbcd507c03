"""Syntax-tree expressions -> typed expressions of data, evaluated once on the host."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import cast, get_args

from bgen.base.source import Span
from bgen.check.constants import Statistic, learn
from bgen.check.dialects import function_of
from bgen.check.entries import Column, Derived, UserLayer
from bgen.check.missing import reject_gaps
from bgen.check.planned import reject_planned
from bgen.check.scope import Rejected, Scope
from bgen.ir import expressions as ir
from bgen.ir.dims import ROW, Levels
from bgen.layers import layers
from bgen.syntax import ast
from bgen.syntax.printer import print_expression

FUNCTIONS: tuple[str, ...] = get_args(ir.Function)
STATISTICS = ("mean", "sd", "min", "max")
TRANSFORMS = ("standardize", "center")
#: Those that stand in the columns of a layer alone (see ``transforms.py``).
OF_LAYERS = ("bspline", "measured")
#: Words of R that make a category of a column.
_FACTORS = ("factor", "as_factor")


class Translator(ABC):
    """What the two sides share: numbers, arithmetic and elementwise functions."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def translate(self, node: ast.Expression) -> ir.Expression:
        """The typed expression. Raises ``Rejected`` after an error has been reported."""
        match node:
            case ast.Number(value=value):
                return ir.Constant(value)
            case ast.String():
                self.scope.reject(
                    "BL301",
                    node.span,
                    "a text cannot stand in an expression",
                    help="names of columns are written without quotes",
                )
            case ast.Name():
                return self.name(node)
            case ast.Negate(operand=operand):
                return ir.Negative(self.negated(operand))
            case ast.Sum():
                return self.sum(node)
            case ast.Product(factors=factors):
                return ir.Multiply(tuple((sign, self.nested(f)) for sign, f in factors))
            case ast.Power(base=base, exponent=exponent):
                return ir.Power(self.nested(base), self.nested(exponent))
            case ast.Cross():
                return self.cross(node)
            case ast.Index():
                return self.index(node)
            case ast.Call():
                return self.call(node)

    def negated(self, node: ast.Expression) -> ir.Expression:
        return self.nested(node)

    def nested(self, node: ast.Expression) -> ir.Expression:
        """A part of a product, power or function, where a bare column is arithmetic."""
        return self.translate(node)

    def sum(self, node: ast.Sum) -> ir.Expression:
        return ir.Add(tuple((sign, self.translate(term)) for sign, term in node.terms))

    def call(self, node: ast.Call) -> ir.Expression:
        if node.function in FUNCTIONS:
            operand = self.single_argument(node)
            return ir.Apply(cast(ir.Function, node.function), self.nested(operand))
        if node.function in STATISTICS:
            return self.statistic(node)
        return self.other_call(node)

    def single_argument(self, node: ast.Call) -> ast.Expression:
        if len(node.arguments) != 1 or node.arguments[0].relation:
            self.scope.reject(
                "BL302",
                node.span,
                f"`{node.function}` takes exactly one argument, without a name",
                label=f"{len(node.arguments)} given" if len(node.arguments) != 1 else "",
                help=f"for example `{node.function}(x)`",
            )
        return node.arguments[0].value

    # --- what the two sides see differently -------------------------------------------------------

    @abstractmethod
    def name(self, node: ast.Name) -> ir.Expression: ...

    @abstractmethod
    def cross(self, node: ast.Cross) -> ir.Expression: ...

    @abstractmethod
    def index(self, node: ast.Index) -> ir.Expression: ...

    @abstractmethod
    def statistic(self, node: ast.Call) -> ir.Expression: ...

    @abstractmethod
    def other_call(self, node: ast.Call) -> ir.Expression: ...


class HostTranslator(Translator):
    """Derived columns and the features of a design: data only, evaluated by ``encode``.

    ``by_row`` says that a value a level is to be spread over the rows; ``gaps`` that columns may
    stand in it whose values may be missing.
    """

    def __init__(self, scope: Scope, *, by_row: bool, gaps: bool = False) -> None:
        super().__init__(scope)
        self.by_row, self.gaps = by_row, gaps

    def name(self, node: ast.Name) -> ir.Expression:
        entry = self.scope.lookup(node.id, node.span)
        if not isinstance(entry, Column | Derived) and node.id in self.scope.broken:
            raise Rejected
        if not isinstance(entry, Column | Derived):
            self.scope.reject(
                "BL303",
                node.span,
                f"`{node.id}` is not data: only columns and constants can stand here",
                help="what a layer reads must be known; multiply unknowns outside of the layer",
            )
        if isinstance(entry, Column):
            reject_non_numeric(self.scope, entry, node.span)
        if not self.gaps and self.scope.may_miss(node.id):
            reject_gaps(self.scope, node.id, node.span)
        column = ir.Column(node.id, entry.dims)
        if self.by_row and entry.dims and not entry.dims[0].is_row:
            group = entry.dims[0].name
            return ir.Gather(column, (ir.Column(group, (ROW,)),))
        return column

    def cross(self, node: ast.Cross) -> ir.Expression:
        return ir.multiply(*(self.translate(part) for part in node.parts))

    def index(self, node: ast.Index) -> ir.Expression:
        self.scope.reject(
            "BL303",
            node.span,
            f"`{node.name}[...]` is not data: only columns and constants can stand here",
            help="what a layer reads must be known; multiply unknowns outside of the layer",
        )

    def statistic(self, node: ast.Call) -> ir.Expression:
        return learnt(self.scope, node, self.single_argument(node))

    def other_call(self, node: ast.Call) -> ir.Expression:
        if node.function in TRANSFORMS:
            inner = self.single_argument(node)
            value = self.translate(inner)
            block = tuple(d for d in value.dims if not d.is_row)
            text = print_expression(inner)
            host = at_home(self.scope, inner, gaps=self.gaps)
            mean = learn(self.scope, "mean", host, text, block)
            centred = ir.subtract(value, mean)
            if node.function == "center":
                return centred
            return ir.divide(centred, learn(self.scope, "sd", host, text, block))
        if node.function in layers() or isinstance(
            self.scope.entries.get(node.function), UserLayer
        ):
            self.scope.reject(
                "BL323",
                node.function_span,
                f"`{node.function}` is a layer and cannot stand inside another",
                help=f"add `{print_expression(node)}` to the sum by itself",
            )
        reject_elsewhere(self.scope, node)
        reject_planned(self.scope, node.function, node.function_span)
        reject_factor(self.scope, "BL304", node)
        self.scope.reject(
            "BL304",
            node.function_span,
            f"`{node.function}` is not a function of data",
            help=function_of(node)
            or self.scope.suggest(node.function, (*FUNCTIONS, *STATISTICS, *TRANSFORMS))
            or f"functions are {', '.join(FUNCTIONS)}; transforms are {', '.join(TRANSFORMS)}",
        )


def reject_factor(scope: Scope, code: str, node: ast.Call) -> None:
    """An error for ``factor(x)``: a category is what the declaration of a column makes of it."""
    if node.function not in _FACTORS:
        return
    value = node.arguments[0].value if node.arguments else None
    name = value.id if isinstance(value, ast.Name) else "x"
    entry = scope.entries.get(name)
    kind = entry.spec.type if isinstance(entry, Column) else ""
    scope.reject(
        code,
        node.function_span,
        f"`{node.function}` is not a function here: what a column is, its declaration says",
        help=(
            f"`{name}` is a category already: `linear({name})` codes its levels"
            if kind == "category"
            else f"declare it as `{name}: category`; `linear({name})` then codes its levels"
        ),
        notes=((entry.declaration.span, "declared here"),) if isinstance(entry, Column) else (),
    )


def reject_elsewhere(scope: Scope, node: ast.Call) -> None:
    """An error where a transform stands that makes columns of a layer."""
    if node.function in OF_LAYERS:
        example = "linear(bspline(x))" if node.function == "bspline" else "linear(measured(x, se))"
        scope.reject(
            "BL483",
            node.span,
            f"`{node.function}` stands by itself among the columns of a layer only",
            help=f"for example `{example}`",
        )


def at_home(scope: Scope, node: ast.Expression, *, gaps: bool = True) -> ir.Expression:
    """A value a level where all of it is one a level of one category, else a value a row."""
    value = HostTranslator(scope, by_row=False, gaps=gaps).translate(node)
    if len({d for d in value.dims if d.is_row or isinstance(d.extent, Levels)}) > 1:
        return HostTranslator(scope, by_row=True, gaps=gaps).translate(node)
    return value


def learnt(scope: Scope, node: ast.Call, inner: ast.Expression) -> ir.Learnt:
    """``mean(x)``: a constant of the training data. Of a value a level: over the levels."""
    value = at_home(scope, inner)
    if len(value.dims) != 1:
        what = "is a number already" if not value.dims else "is a block of columns"
        scope.reject(
            "BL305",
            node.span,
            f"`{node.function}` needs one column, and `{print_expression(inner)}` {what}",
            help=(
                "write the number itself"
                if not value.dims
                else f"take one of its columns, or `{node.function}` of a column declared by itself"
            ),
        )
    return learn(scope, cast(Statistic, node.function), value, print_expression(inner))


def reject_non_numeric(scope: Scope, column: Column, span: Span, remedy: str = "") -> None:
    """An error where a category or date would be used as a number.

    ``remedy`` is that of a category at a place that has another than effects of its levels.
    """
    name, kind = column.declaration.name, column.spec.type
    if column.is_category:
        scope.reject(
            "BL306",
            span,
            f"`{name}` is a {kind} and cannot be used as a number",
            help=remedy
            or f"give its levels effects with `random_effects({name})`, or index a parameter: "
            f"`theta[{name}]`",
            notes=((column.declaration.span, "declared here"),),
        )
    if kind == "date":
        scope.reject(
            "BL306",
            span,
            f"`{name}` is a date and cannot be used as a number",
            help=f"dates feed time layers such as `random_walk({name})`",
        )
