"""Findings that do not stop a compilation: what is defined and never used."""

from __future__ import annotations

from bgen.check.order import names_in
from bgen.check.scaled import lint_places
from bgen.check.scope import Column, Derived, Parameter, Predictor, Scope, UserLayer
from bgen.ir import expressions as ir


def lint(scope: Scope) -> None:
    """One warning for each name without a use, and for each response that is read as an input."""
    lint_places(scope)
    responses = {r.name for r in scope.responses} - scope.imputed.keys()
    for argument in scope.arguments.values():
        values = [f.value for f in argument.features if f.value is not None]
        values += (
            [argument.value] if argument.kind in ("column", "computed") and argument.value else []
        )
        for name in responses & {n for value in values for n in _columns(value)}:
            scope.sink.warning(
                "BL604",
                scope.observed[name],
                f"`{name}` is a response, and its model reads `{name}` as an input too",
                help="what is to be predicted cannot be known beforehand; use another column",
            )
    for entry in scope.entries.values():
        if isinstance(entry, UserLayer) and entry.used:
            _lint_parameters(scope, entry)
    for name, entry in scope.entries.items():
        if entry.used or name in scope.observed:
            continue
        match entry:
            case Column(declaration=declaration):
                what, span = "column", declaration.name_span
            case Derived(span=span):
                what = "derived column"
            case Parameter(span=span):
                what = "parameter"
            case Predictor(span=span):
                what = "predictor"
            case UserLayer(definition=definition):
                what, span = "layer", definition.name_span
        scope.sink.warning(
            "BL601",
            span,
            f"the {what} `{name}` is never used",
            help="remove it, or use it in a predictor",
        )


def _columns(value: ir.Expression) -> set[str]:
    """Columns that an expression reads by row, constants of the training data aside."""
    if isinstance(value, ir.Learnt):
        return set()
    if isinstance(value, ir.Column):
        return {value.name}
    return {name for child in ir.children(value) for name in _columns(child)}


def _lint_parameters(scope: Scope, entry: UserLayer) -> None:
    definition = entry.definition
    used = names_in(definition.body)
    for parameter in definition.parameters:
        if parameter.id not in used:
            scope.sink.warning(
                "BL605",
                parameter.span,
                f"`{definition.name}` does not use its parameter `{parameter.id}`",
                help="remove it here and where the layer is used, or use it",
            )
