"""``name ~ distribution``: a parameter with its prior."""

from __future__ import annotations

from bgen.check.entries import Column, Derived, Parameter
from bgen.check.likelihood import observe
from bgen.check.names import frame_of, reject_known
from bgen.check.priors import prior_of
from bgen.check.scope import Scope
from bgen.check.site_priors import prior_after_call
from bgen.check.unknowns import ModelTranslator
from bgen.ir import model as m
from bgen.ir.dims import Dim, Dims
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_statement


def distribute(scope: Scope, statement: ast.Distributed) -> None:
    target = statement.targets[0]
    entry = scope.entries.get(target.name)
    if isinstance(entry, Column | Derived):
        observe(scope, statement)
        return
    scope.current = target.name
    value = statement.value
    if isinstance(value, ast.Call) and entry is None and value.function in links():
        columns = [n for n, e in scope.entries.items() if isinstance(e, Column | Derived)]
        scope.reject(
            "BL438",
            target.span,
            f"`{target.name}` is not a column, so it cannot be a response",
            help=scope.suggest(target.name, columns)
            or f"declare it in `data {{ ... }}`, such as `{target.name}: real`; "
            "a parameter takes a distribution, such as `Normal(0, 1)`",
        )
    reject_known(scope, target, value)
    if len(statement.targets) > 1:
        scope.reject(
            "BL439",
            statement.span,
            "a prior is for one parameter",
            help="write a statement for each parameter",
        )
    indices, frame = frame_of(scope, target)
    prior = prior_of(value, ModelTranslator(scope, frame))
    # A vector for each index: the axes of one draw come last.
    own = tuple(Dim(f"{target.name}_part", d.extent) for d in _axes_of(prior))
    sample = m.Sample(target.name, (*frame, *own), prior, default=False)
    remedy = prior_after_call(scope, target.name, value)
    scope.sample(sample, target.span, "parameter", remedy)
    scope.written[target.name] = value
    if sample.is_row:
        scope.row_input(target.span)
    scope.paragraph(print_statement(statement))
    scope.entries[target.name] = Parameter(sample, indices, target.span)


def _axes_of(prior: m.Density) -> Dims:
    return prior.parameters[0][1].dims[-prior.event :] if prior.event else ()
