"""A parameter by the name of a layer's or link's site: its prior stands in the call."""

from __future__ import annotations

from dataclasses import replace

from bgen.check.scope import Scope
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def prior_after_call(scope: Scope, name: str, prior: ast.Expression) -> str:
    """The remedy for ``mu_x_coef ~ Normal(0, 5)`` after the layer that draws `mu_x_coef`."""
    if name not in scope.drawn:
        return ""
    call, part = scope.drawn[name]
    return f"{_said(call, part, prior)}; a new parameter needs a name of its own"


def prior_before_call(scope: Scope, name: str, call: ast.Call, part: str) -> str:
    """The same where the statement stands before the layer."""
    if name not in scope.written:
        return ""
    said = _said(call, part, scope.written[name])
    return f"{said} and no statement of `{name}`; a parameter beside it needs another name"


def _said(call: ast.Call, part: str, prior: ast.Expression) -> str:
    given = ast.Argument(prior, part, "~")
    if any(a.name == part for a in call.arguments):
        arguments = tuple(given if a.name == part else a for a in call.arguments)
    else:
        arguments = (*call.arguments, given)
    written = print_expression(replace(call, arguments=arguments))
    return f"to give `{part}` of `{call.function}` this prior, write `{written}`"
