"""Statistics of the training data, such as ``mean(x)``: learnt by ``encode``, told to the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from bgen.base.source import Span
from bgen.check.scope import Scope
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim, Dims

Statistic = Literal["mean", "sd", "min", "max"]


def learn(
    scope: Scope,
    statistic: Statistic,
    of: ir.Expression,
    text: str,
    dims: Dims = (),
    above_zero: ir.Column | None = None,
) -> ir.Learnt:
    """Host side: the statistic of a value that is written ``text``; of what was observed of it."""
    partial = any(isinstance(n, ir.Column) and scope.may_miss(n.name) for n in ir.walk(of))
    label = f"{statistic}({text})"
    return ir.Learnt(statistic, of, label, dims, partial=partial, above_zero=above_zero)


def constant_input(
    scope: Scope, learnt: ir.Learnt, span: Span, *, numbered: bool = False
) -> ir.Input:
    """Model side: the argument that carries it, named after its text.

    ``numbered``: with a number behind where the name is that of something else.
    """
    words = "".join(c if c.isalnum() else " " for c in learnt.label).split()
    argument = m.Argument("_".join(words), "column", learnt.dims, learnt.label, value=learnt)
    if numbered and argument.name in scope.claims:
        known = (a for a in scope.arguments.values() if a.value == learnt)
        name = next((a.name for a in known), scope.free_name(argument.name))
        argument = replace(argument, name=name)
    return scope.argument(argument, span)


def statistic_of_columns(scope: Scope, dim: Dim, statistic: str, span: Span) -> ir.Input:
    """The sd or the mean of each column of a design."""
    if dim.name in scope.patched:
        scope.reject(
            "BL548",
            span,
            "`priors scaled` needs the sd of each column here, and some are unknown before the fit",
            help="give this layer priors of its own, such as `coef ~ Normal(0, 1)` for "
            "standardised columns",
        )
    name = f"{dim.name}_{statistic}"
    argument = m.Argument(name, "statistic", (dim,), f"{statistic} of each column", of=dim.name)
    return scope.argument(argument, span)
