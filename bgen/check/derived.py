"""``z = log(x)``: a derived column, computed by ``encode``, or by the model if x is imputed."""

from __future__ import annotations

from bgen.check.entries import Derived
from bgen.check.features import reject_outer
from bgen.check.host import at_home
from bgen.check.missing import has_gaps, lift
from bgen.check.ranges import range_of, type_of
from bgen.check.scope import Scope
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.syntax import ast
from bgen.syntax.printer import print_statement


def derive(scope: Scope, statement: ast.Assignment) -> None:
    """A right side of columns and constants alone."""
    target, heading = statement.target, print_statement(statement)
    value = at_home(scope, statement.value)
    reject_outer(scope, value, statement.value)
    scope.claim(target.name, target.span, "derived column")
    gaps = has_gaps(scope, value)
    read = gaps and target.name in scope.inputs
    imputed = lift(scope, value, target.span) if read else None
    derived = contract.Derived(target.name, value, heading)
    scope.derived.append(derived)
    scope.entries[target.name] = Derived(
        derived, range_of(value, scope), type_of(value, scope), target.span, missing=gaps
    )
    if imputed is not None:
        scope.statements.append(m.Let(target.name, imputed))
        scope.paragraph(heading)
        scope.imputed[target.name] = ir.Local(target.name, value.dims)
