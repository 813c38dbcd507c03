"""A predictor -> its additive terms; treatment coding needs a constant among them."""

from __future__ import annotations

from collections.abc import Iterator

from bgen.check.scope import Scope
from bgen.ir import expressions as ir
from bgen.syntax import ast


def terms_of(scope: Scope, value: ir.Expression) -> Iterator[ir.Expression]:
    """The additive terms of a predictor, through the names of other predictors."""
    definitions = scope.definitions()
    seen: set[str] = set()
    stack = [value]
    while stack:
        term = stack.pop()
        if isinstance(term, ir.Negative):
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
        constant, coded = carried, ""
        for term in terms_of(scope, stack.pop()):
            if isinstance(term, ir.MatMul) and isinstance(term.design, ir.Input | ir.Local):
                coded = coded or _coded(scope, term.design.name)
            elif _is_constant(term):
                constant = True
            else:  # what a function is applied to is a predictor by itself
                applied = (part for part in ir.walk(term) if isinstance(part, ir.Apply))
                stack.extend(part.operand for part in applied)
        if coded and not constant:
            scope.reject(
                "BL437",
                node.span,
                f"`{coded}` is coded against its first level, and nothing in this predictor "
                "carries that level",
                help="add `intercept()`, or give every level a coefficient with "
                f"`linear({coded}, coding = full)`",
            )


def _is_constant(term: ir.Expression) -> bool:
    """A parameter, a number, or one value a level, with the coefficient 1."""
    if isinstance(term, ir.Gather):
        return isinstance(term.table, ir.Unknown | ir.Local)
    return isinstance(term, ir.Unknown | ir.Constant)


def _coded(scope: Scope, design: str) -> str:
    known = scope.arguments.get(design) or scope.patched.get(design)
    features = known.features if known else ()
    return next(
        (
            f.coded[0].name
            for f in features
            if f.coded and f.value is None and not any(c.full for c in f.coded)
        ),
        "",
    )
