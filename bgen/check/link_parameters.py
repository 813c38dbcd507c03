"""Parameters of links that are not one free number: vectors, data, priors about the response."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from bgen.check.entries import Column
from bgen.check.host import reject_non_numeric
from bgen.check.priors import prior_of, reject_flag
from bgen.check.scope import Scope
from bgen.check.unknowns import ModelTranslator
from bgen.ir import expressions as ir
from bgen.ir.dims import Dim
from bgen.ir.distributions import Parameter
from bgen.ir.model import Density
from bgen.ir.supports import Range, Support
from bgen.links.base import RESPONSE, LinkParameter
from bgen.syntax import ast


def about(prior: ast.Call, response: str) -> ast.Call:
    """A default prior with the response where it speaks of it."""

    def written(node: ast.Expression) -> ast.Expression:
        if isinstance(node, ast.Call):
            return about(node, response)
        return ast.Name(response) if node == RESPONSE else node

    return replace(
        prior, arguments=tuple(replace(a, value=written(a.value)) for a in prior.arguments)
    )


def increasing(scope: Scope, argument: ast.Argument, axis: Dim) -> Density:
    """Independent draws of the prior that was given, restricted to their order."""
    if argument.relation == "=":
        reject_fixed(scope, argument)
    prior = prior_of(argument.value, ModelTranslator(scope, ()))
    if prior.support.kind != "real":
        scope.reject(
            "BL465",
            argument.value.span,
            f"`{argument.name}` are any increasing numbers, and `{prior.name}` is on "
            f"{prior.support.describe()}",
            help=f"use a prior on all real numbers, such as `{argument.name} ~ Normal(0, 5)`",
        )
    size = (("size", ir.Length(axis)),)
    return Density("Ordered", size, Support("ordered"), own=True, bases=(prior,), event=1)


def check_support(
    scope: Scope,
    keyword: str,
    parameter: LinkParameter | Parameter,
    prior: Density,
    node: ast.Expression,
) -> None:
    """An error where a prior is on numbers that the parameter of a response cannot be."""
    if parameter.range == "flag":
        reject_flag(scope, parameter.name, node)
    known, narrow = prior.support.range, parameter.range in ("unit", "probability")
    fits = known is Range.UNIT if narrow else known.is_nonnegative
    if fits or (not narrow and parameter.range not in ("positive", "nonnegative")):
        return
    scope.reject(
        "BL423",
        node.span,
        f"`{parameter.name}` of `{keyword}` must be "
        f"{'between 0 and 1' if narrow else 'positive'}, "
        f"and `{prior.name}` is on {prior.support.describe()}",
        help=(
            "use a prior on that interval, such as `Beta(1, 1)`"
            if narrow
            else "use a prior on the positive numbers, such as `Exponential(1)`"
        ),
    )


def reject_category_flag(scope: Scope, name: str, node: ast.Expression) -> None:
    """A flag is a column of 0 and 1; levels with names, such as dead and alive, are none."""
    inner = node.terms if isinstance(node, ast.Sum) else (("+", node),)
    for _, part in inner:
        entry = scope.entries.get(part.id) if isinstance(part, ast.Name) else None
        if isinstance(entry, Column):
            column = entry.declaration.name
            remedy = (
                f"`{name}` is 1 in the rows that it flags and 0 in the others: declare the column "
                f"as `{column}: binary`"
            )
            reject_non_numeric(scope, entry, part.span, remedy)


def reject_fixed(scope: Scope, argument: ast.Argument) -> NoReturn:
    scope.reject(
        "BL464",
        argument.span,
        f"`{argument.name}` are several numbers, which the model has to learn",
        help=f"give them a prior: `{argument.name} ~ Normal(0, 5)`",
    )
