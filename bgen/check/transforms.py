"""Transforms that stand in the columns of a layer alone: ``bspline(x)`` and ``measured(x, se)``.

Neither is arithmetic. A spline is several columns, learnt from one; it is computed once, however
many layers take it. A measured column is unknown: its true values are sites, and what was read off
is observed (Fuller 1987, Measurement Error Models; Carroll et al. 2006, ch. 4).
"""

from __future__ import annotations

from bgen.check.constants import constant_input, learn
from bgen.check.entries import Column, Derived
from bgen.check.host import HostTranslator
from bgen.check.missing import has_gaps
from bgen.check.priors import reject_repeated
from bgen.check.ranges import range_of
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Width
from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE, REAL
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class FeatureTranslator(HostTranslator):
    """The columns of a layer, where these transforms may stand."""

    def other_call(self, node: ast.Call) -> ir.Expression:
        match node.function:
            case "bspline":
                return self._bspline(node)
            case "measured":
                return self._measured(node)
            case _:
                return super().other_call(node)

    def _bspline(self, node: ast.Call) -> ir.Column:
        inner, knots = self._with_knots(node)
        text = print_expression(inner)
        x = HostTranslator(self.scope, by_row=True).translate(inner)
        if len(x.dims) != 1:
            self.scope.reject(
                "BL308",
                inner.span,
                f"`bspline` takes one column, and `{text}` is "
                + ("several" if x.dims else "a number"),
                help="give each column a spline of its own",
            )
        name = f"bspline({text}, knots = {knots})"
        column = ir.Column(name, (ROW, Dim(name, Width(name))))
        if name not in self.scope.splines:
            given = (("knots", knots), ("of", text))
            value = ir.Helper("spline_columns", (x,), column.dims, given, name)
            self.scope.splines.add(name)
            self.scope.derived.append(contract.Derived(name, value, name))
        return column

    def _with_knots(self, node: ast.Call) -> tuple[ast.Expression, int]:
        """The column, and how many knots there are inside of its range."""
        plain = [a.value for a in node.arguments if not a.relation]
        named = [a for a in node.arguments if a.relation]
        if len(plain) != 1 or any((a.name, a.relation) != ("knots", "=") for a in named):
            self.scope.reject(
                "BL302",
                node.span,
                "`bspline` takes one column, and a number of `knots`",
                help="for example `bspline(x, knots = 10)`",
            )
        if len(named) > 1:
            reject_repeated(self.scope, named[1])
        knots = named[0].value if named else ast.Number(10.0, "10")
        number = knots.value if isinstance(knots, ast.Number) else 0.0
        if not (1 <= number <= 1000 and number.is_integer()):
            self.scope.reject(
                "BL424",
                knots.span,
                "`knots` must be a whole number of at least 1, and at most 1,000",
                help="for example `knots = 10`",
            )
        return plain[0], int(number)

    # --- measurement error ------------------------------------------------------------------------

    def _measured(self, node: ast.Call) -> ir.Column:
        if len(node.arguments) != 2 or any(a.relation for a in node.arguments):
            self.scope.reject(
                "BL302",
                node.span,
                "`measured` takes a column and the standard error of its values, without names",
                help="for example `measured(x, se)`",
            )
        x, error = (a.value for a in node.arguments)
        entry = self.scope.lookup(x.id, x.span) if isinstance(x, ast.Name) else None
        if not isinstance(x, ast.Name) or not isinstance(entry, Column | Derived):
            self.scope.reject(
                "BL484",
                x.span,
                f"`measured` takes a column, and `{print_expression(x)}` is none",
                help="what was measured is a column; transform its true values: "
                "`log(measured(x, se))`",
            )
        value = HostTranslator(self.scope, by_row=False).translate(x)  # a number, and not missing
        if value.dims != (ROW,):
            self.scope.reject(
                "BL484",
                x.span,
                f"`measured` takes a column with one value a row, and `{x.id}` has not",
                help="declare it as `real`, and by itself",
            )
        name, key = x.id, print_expression(error)
        known = self.scope.measured.get(name)
        if known is None:
            known = self._true_values(node, name, error)
            self.scope.measured[name] = known
        elif known.text != key:
            self.scope.reject(
                "BL485",
                error.span,
                f"the standard error of `{name}` is `{known.text}` above, and `{key}` here",
                help="one column has one measurement error; write the same in both places",
            )
        return ir.Column(known.site, (ROW,))

    def _true_values(self, node: ast.Call, name: str, error: ast.Expression) -> m.Measured:
        """Sites of the true values, and the likelihood of what was read off."""
        scope, span = self.scope, node.span
        if name in scope.observed:
            scope.reject(
                "BL432",
                span,
                f"`{name}` has a likelihood already, and `measured` is another",
                help="delete one of the two",
                notes=((scope.observed[name], "the first is here"),),
            )
        se, width = self._error(name, error)
        column = ir.Column(name, (ROW,))
        centre = constant_input(scope, learn(scope, "mean", column, name), span)
        spread = constant_input(scope, learn(scope, "sd", column, name), span)
        stem = f"{name}_true"
        normal = (("loc", centre), ("scale", spread))
        mean = scope.sample(m.Sample(f"{stem}_mean", (), Density("Normal", normal, REAL)), span)
        half = Density("HalfNormal", (("scale", spread),), POSITIVE)
        sd = scope.sample(m.Sample(f"{stem}_sd", (), half), span)
        prior = Density("Normal", (("loc", mean), ("scale", sd)), REAL)
        true = scope.sample(m.Sample(stem, (ROW,), prior), span, "true values")
        scope.row_input(span)
        scope.observed[name] = span
        scope.column_input(name, span)
        likelihood = Density("Normal", (("loc", true), ("scale", width)), REAL)
        scope.statements.append(m.Observe(name, likelihood))
        scope.imputed[stem] = true
        return m.Measured(stem, name, se, print_expression(error))

    def _error(self, name: str, node: ast.Expression) -> tuple[float | str, ir.Expression]:
        """The standard error: a number or the name of an argument, and as the model sees it."""
        scope, text = self.scope, print_expression(node)
        value = HostTranslator(scope, by_row=True).translate(node)
        if not range_of(value, scope).is_positive or len(value.dims) > 1:
            scope.reject(
                "BL409" if isinstance(value, ir.Constant | ir.Negative) else "BL410",
                node.span,
                f"the standard error of `measured` must be positive, and `{text}` may not be",
                help="declare the column as `positive`, or write a positive number",
            )
        if isinstance(value, ir.Constant):
            return value.value, value
        if isinstance(value, ir.Column):
            column = scope.column_input(value.name, node.span)
            return column.name, column
        argument = m.Argument(f"{name}_se", "column", value.dims, text, value=value)
        return argument.name, scope.argument(argument, node.span)


def reject_spline_of_unknowns(
    translator: FeatureTranslator, value: ir.Expression, node: ast.Expression
) -> None:
    """A spline is computed before the fit, and so are the columns that it is multiplied by."""
    scope = translator.scope
    used = {n.name for n in ir.walk(value) if isinstance(n, ir.Column)} & scope.splines
    if used and has_gaps(scope, value):
        scope.reject(
            "BL483",
            node.span,
            "a spline cannot be multiplied by values that are unknown before the fit",
            help="`interaction(...)` has the products of two sets of columns",
        )
