"""A word of the language that this version lacks -> an error that says so, instead of a guess."""

from __future__ import annotations

from bgen.base.source import Span
from bgen.check.scope import Scope

#: Every such word: all are distributions.
PLANNED = ("LKJCholesky", "MultivariateNormal", "MultivariateStudentT")


def reject_planned(scope: Scope, word: str, span: Span) -> None:
    """An error where a word is one of the language that is still to come."""
    if word in PLANNED:
        scope.reject(
            "BL450",
            span,
            f"`{word}` is part of the language, but this version does not have it yet",
            label="this distribution is still to come",
        )
