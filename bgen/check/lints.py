"""Findings that do not stop a compilation: what is defined and never used."""

from __future__ import annotations

from bgen.check.scope import Column, Derived, Parameter, Predictor, Scope, UserLayer


def lint(scope: Scope) -> None:
    """One warning for each name without a use."""
    responses = {r.name for r in scope.responses}
    for name, entry in scope.entries.items():
        if entry.used or name in responses:
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
