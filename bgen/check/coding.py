"""A predictor -> its additive terms; treatment coding needs a constant among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bgen.check.entries import Called
from bgen.check.scope import Scope
from bgen.ir import expressions as ir
from bgen.layers import layers
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def terms_of(scope: Scope, value: ir.Expression) -> Iterator[ir.Expression]:
    """The additive terms of a predictor, through the names of other predictors."""
    definitions = scope.definitions()
    seen: set[str] = set()
    stack = [value]
    while stack:
        term = stack.pop()
        if id(term) in scope.called:
            yield term
        elif isinstance(term, ir.Negative):
            stack.append(term.operand)
        elif isinstance(term, ir.Add):
            stack.extend(part for _, part in term.terms)
        elif isinstance(term, ir.Local) and term.name in definitions:
            if term.name not in seen:
                seen.add(term.name)
                stack.extend(definitions[term.name])
        else:
            yield term


def check_coding(
    scope: Scope, predictor: ir.Expression, node: ast.Expression, *, constant: bool = False
) -> None:
    """Treatment coding measures from a reference level, so something must carry that level.

    ``constant`` says that the link does, by its cutpoints.
    """
    stack, carried = [predictor], constant
    while stack:
        constant, number = carried, False
        coded: Called | None = None
        for term in terms_of(scope, stack.pop()):
            called = scope.called.get(id(term))
            if called is not None and called.coded:
                coded = coded or called
            if _is_constant(term) or (called is not None and called.constant):
                constant = True
            elif isinstance(term, ir.Constant):
                number = True
            elif called is None or not called.coded:
                # what a function is applied to is a predictor by itself
                applied = (part for part in ir.walk(term) if isinstance(part, ir.Apply))
                stack.extend(part.operand for part in applied)
        if coded is not None and not constant:
            scope.reject(
                "BL437",
                node.span,
                f"`{coded.coded}` is coded against its first level, and "
                + (
                    "a number in the predictor would fix that level"
                    if number
                    else "nothing in this predictor carries that level"
                ),
                help="add `intercept()`" + _full(coded.node),
            )


def _is_constant(term: ir.Expression) -> bool:
    """A parameter, or one value a level, with the coefficient 1: something that is estimated."""
    if isinstance(term, ir.Spread):  # the same for every class
        return _is_constant(term.operand)
    if isinstance(term, ir.Gather):
        return isinstance(term.table, ir.Unknown | ir.Local)
    return isinstance(term, ir.Unknown)


def _full(node: ast.Call) -> str:
    """The layer with a coefficient for every level, if it has that coding."""
    if layers()[node.function].option("coding") is None:
        return ""
    others = tuple(a for a in node.arguments if a.name != "coding")
    full = ast.Argument(ast.Name("full"), name="coding", relation="=")
    place = sum(not a.relation for a in others)
    written = replace(node, arguments=(*others[:place], full, *others[place:]))
    return f", or give every level a coefficient with `{print_expression(written)}`"
