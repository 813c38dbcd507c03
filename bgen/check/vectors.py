"""Priors of vectors and matrices: ``Dirichlet(1, 1, 1)`` and ``LKJ(2)``, which infer their size."""

from __future__ import annotations

from typing import NoReturn

from bgen.check.ranges import range_of
from bgen.check.scope import Scope
from bgen.check.unknowns import ModelTranslator
from bgen.ir import expressions as ir
from bgen.ir.dims import Dim, Fixed
from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def dirichlet(node: ast.Call, translator: ModelTranslator, over: Dim | None = None) -> Density:
    """``Dirichlet(a, ...)``: a number for each part, or one for all parts of ``over``."""
    values = [_positive(node, argument, translator) for argument in node.arguments]
    if len(values) < 2 and over is None:
        translator.scope.reject(
            "BL457",
            node.span,
            "`Dirichlet` needs a number for each part, two at least",
            help="for example `Dirichlet(1, 1, 1)` for three parts",
        )
    if over is not None and len(values) == 1:
        concentration: ir.Expression = ir.Filled(values[0], over)
    else:
        axis = over or Dim("part", Fixed(len(values)))
        if isinstance(axis.extent, Fixed) and axis.extent.length != len(values):
            translator.scope.reject(
                "BL457",
                node.span,
                f"`Dirichlet` has {len(values)} numbers here, and there are "
                f"{axis.extent.length} parts",
                help="give one number for each part, or a single one for all",
            )
        concentration = ir.Listed(tuple(values), axis)
    return Density("Dirichlet", (("concentration", concentration),), Support("simplex"), event=1)


def lkj(node: ast.Call, translator: ModelTranslator, over: Dim) -> Density:
    """``LKJ(eta)``: a correlation matrix by its Cholesky factor (Lewandowski et al. 2009)."""
    if node.function != "LKJ" or len(node.arguments) != 1:
        translator.scope.reject(
            "BL458",
            node.span,
            f"`{print_expression(node)}` is not a distribution of correlations",
            help="correlations take `LKJ(eta)`, such as `corr ~ LKJ(2)`",
        )
    eta = _positive(node, node.arguments[0], translator)
    parameters = (("dimension", ir.Length(over)), ("concentration", eta))
    return Density("LKJCholesky", parameters, Support("corr_cholesky"), event=2)


def correlations(scope: Scope, given: ast.Argument | None, prior: ast.Call) -> ast.Call:
    """The prior of correlations, which cannot be fixed."""
    if given is not None and given.relation == "=":
        scope.reject(
            "BL401",
            given.span,
            f"`{given.name}` takes a distribution",
            help=f"write `{given.name} ~ LKJ(2)`",
        )
    return prior


def reject_lkj(node: ast.Call, translator: ModelTranslator) -> NoReturn:
    translator.scope.reject(
        "BL458",
        node.span,
        "`LKJ` is for correlations, and this is a number",
        help="it stands in a layer or link that has correlations: `corr ~ LKJ(2)`",
    )


def _positive(node: ast.Call, argument: ast.Argument, translator: ModelTranslator) -> ir.Expression:
    if argument.relation:
        translator.scope.reject(
            "BL406",
            argument.name_span,
            f"the numbers of `{node.function}` have no names",
            help=f"for example `{node.function}({'1, 1, 1' if node.function != 'LKJ' else '2'})`",
        )
    value = translator.translate(argument.value)
    if not range_of(value, translator.scope).is_positive:
        translator.scope.reject(
            "BL410",
            argument.value.span,
            f"the numbers of `{node.function}` must be positive, and "
            f"`{print_expression(argument.value)}` may not be",
            help="write a positive number, or a parameter that is positive by its prior",
        )
    return value
