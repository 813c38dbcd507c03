"""Findings that do not stop a compilation: what is defined and never used."""

from __future__ import annotations

from bgen.check.entries import Column, Derived, Parameter, Predictor, UserLayer
from bgen.check.order import names_in
from bgen.check.places import lint_places
from bgen.check.readers import warn_read
from bgen.check.scope import Scope


def lint(scope: Scope) -> None:
    """One warning for each name without a use, and for each response that is read as an input."""
    lint_places(scope)
    warn_read(scope)
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
