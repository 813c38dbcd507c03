"""The arguments of a link that have no name -> its predictors, each as wide as the link asks."""

from __future__ import annotations

from typing import NoReturn

from bgen.check.coding import check_coding
from bgen.check.layers import TermTranslator
from bgen.check.ranges import range_of
from bgen.check.scope import Scope
from bgen.check.targets import link_function
from bgen.ir import expressions as ir
from bgen.ir.dims import Dims
from bgen.ir.distributions import NAMES
from bgen.links import Link
from bgen.links.base import LOG
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def predictors_of(
    scope: Scope,
    link: Link,
    node: ast.Call,
    positional: list[ast.Argument],
    responses: tuple[str, ...],
    prefix: str,
    out: Dims,
) -> tuple[ir.Expression, ...]:
    """The arguments by place: one, or one a response; ``out`` are the axes that each must have."""
    wanted = len(responses) if link.joint and not out else 1
    if not positional:
        scope.reject(
            "BL420",
            node.span,
            f"`{node.function}` needs a predictor",
            help=f"for example `{link.example}`",
        )
    if len(positional) > wanted:
        scope.reject(
            "BL421",
            positional[wanted].span,
            f"`{node.function}` takes no more arguments by position",
            label="one too many",
            help=_prior_by_name(link, positional[wanted]) or f"for example `{link.example}`",
        )
    if len(positional) < wanted:
        scope.reject(
            "BL420",
            node.span,
            f"`{node.function}` of {wanted} responses needs {wanted} predictors",
            label=f"{len(positional)} given",
            help=f"for example `{link.example}`",
        )
    found: list[ir.Expression] = []
    # Layers written inside the call are named after the response that they are for.
    prefixes = responses if wanted > 1 else (prefix,)
    for argument, stem in zip(positional, prefixes, strict=True):
        scope.linear_terms = ()
        value = TermTranslator(scope, stem).translate(argument.value)
        _check_width(scope, link, value, argument.value, out)
        check_coding(scope, value, argument.value, constant=link.has_constants)
        found.append(value)
    return tuple(found)


def warn_sign(scope: Scope, link: Link, node: ast.Call, value: ir.Expression) -> None:
    """A warning where a mean that must be positive is taken from what may be negative."""
    function = link_function(link, node)
    if link.functions != LOG or function not in ("identity", "inverse"):
        return
    broken = any(isinstance(n, ir.Local) and n.name in scope.broken for n in ir.walk(value))
    if broken or range_of(value, scope).is_nonnegative:
        return
    words = [a.value.span for a in node.arguments if a.name == "link"]
    scope.sink.warning(
        "BL609",
        words[0] if words else node.function_span,
        f"the mean of `{node.function}` must be positive, and with `link = {function}` it is "
        "negative wherever this predictor is",
        help="write `link = log` or `link = softplus`, or make it of what is positive by its type "
        "or prior",
    )


def _prior_by_name(link: Link, argument: ast.Argument) -> str:
    """The remedy for a prior that has no name."""
    node = argument.value
    named = [p.name for p in link.parameters if p.prior is not None]
    if not named or not isinstance(node, ast.Call) or node.function not in NAMES:
        return ""
    return f"a prior has the name of what it is for: `{named[0]} ~ {print_expression(node)}`"


def _check_width(
    scope: Scope, link: Link, value: ir.Expression, node: ast.Expression, out: Dims
) -> None:
    if any(isinstance(n, ir.Local) and n.name in scope.broken for n in ir.walk(value)):
        return
    wide = tuple(d for d in value.dims if not d.is_row)
    if wide == out:
        return
    if not out:
        reject_several(scope, node)
    scope.reject(
        "BL461",
        node.span,
        f"`{print_expression(node)}` is one number a row, and `{link.keyword}` needs one for "
        "each class",
        help="a sum of layers is as wide as the link asks; single parameters are not",
    )


def reject_several(scope: Scope, node: ast.Expression) -> NoReturn:
    scope.reject(
        "BL435",
        node.span,
        f"`{print_expression(node)}` is several numbers a row, and one is needed",
        help="combine what is several numbers wide with `sum(a)` or `dot(a, b)`",
    )
