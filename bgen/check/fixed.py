"""A value in place of a part of a layer: ``scale = 0.5`` -> a number, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgen.check.ranges import range_of
from bgen.check.unknowns import ModelTranslator
from bgen.check.words import reject_distribution
from bgen.ir import expressions as ir
from bgen.ir.dims import Dim, Levels
from bgen.ir.supports import Range
from bgen.syntax import ast
from bgen.syntax.printer import print_expression

if TYPE_CHECKING:
    from bgen.check.layer_sites import LayerSites


def fixed_value(
    call: LayerSites, given: ast.Argument, inner: ModelTranslator, needed: Range
) -> ir.Expression:
    """A value in place of a site. One number may stand for a scale of each column, but not for
    coefficients: those that are known and all alike are more likely a slip."""
    reject_distribution(call.scope, given.value, given.name or "")
    value, text = inner.translate(given.value), print_expression(given.value)
    each = [_axis(dim) for dim in inner.frame if dim not in call.out]
    if not set(value.dims) <= set(inner.frame):
        call.scope.reject(
            "BL454",
            given.value.span,
            f"`{given.name}` of `{call.layer.keyword}` is one number"
            + (f" for each {' and '.join(each)}" if each else "")
            + f", and `{text}` is several",
            help="write a single number, or leave it to its prior",
        )
    if needed is not Range.POSITIVE and not set(inner.frame) - set(call.out) <= set(value.dims):
        call.scope.reject(
            "BL454",
            given.value.span,
            f"`{given.name}` of `{call.layer.keyword}` is one number for each "
            f"{' and '.join(each)}, and `{text}` is a single one",
            help="known coefficients need no layer: write the sum of products in `offset(...)`",
        )
    known = range_of(value, call.scope)
    if needed is Range.POSITIVE and not known.is_positive:
        call.scope.reject(
            "BL410",
            given.value.span,
            f"`{given.name}` of `{call.layer.keyword}` must be positive, and `{text}` may "
            "not be",
            help=f"write `exp({text})`, or use something that is positive by its type or prior",
        )
    if needed is Range.UNIT and known is not Range.UNIT:
        call.scope.reject(
            "BL410",
            given.value.span,
            f"`{given.name}` of `{call.layer.keyword}` must be between 0 and 1, and `{text}` "
            "may not be",
            help=f"write `sigmoid({text})`, or use something that is so by its prior",
        )
    return value


def _axis(dim: Dim) -> str:
    return f"level of `{dim.name}`" if isinstance(dim.extent, Levels) else "column"
