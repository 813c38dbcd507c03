"""A known word in a place where it cannot stand -> an error that says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from bgen.check.dialects import function_of
from bgen.check.elsewhere import lacking, link_of
from bgen.check.entries import UserLayer
from bgen.check.expansion import user_layers
from bgen.check.host import FUNCTIONS, reject_factor
from bgen.check.planned import reject_planned
from bgen.check.scope import Scope
from bgen.ir.distributions import NAMES
from bgen.layers import layers
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def reject_distribution(scope: Scope, node: ast.Expression, given: str = "") -> None:
    """An error where a distribution stands in an expression, or right of the ``=`` of ``given``."""
    if isinstance(node, ast.Call) and node.function in NAMES:
        text = print_expression(node)
        scope.reject(
            "BL451",
            node.function_span,
            f"`{node.function}` is a distribution, and a value is needed here",
            help=(
                f"write `{given} ~ {text}`: `~` gives a prior, `=` a value"
                if given
                else "give the unknown a statement of its own, such as "
                f"`theta ~ {text}`, and use its name here"
            ),
        )


def reject_lacking(scope: Scope, code: str, node: ast.Call) -> None:
    """An error where a distribution is one of NumPyro's, but not one of the language."""
    if instead := lacking(node.function, prior=code == "BL402"):
        scope.reject(
            code,
            node.function_span,
            f"NumPyro has `{node.function}`, and the language has not",
            help=instead,
        )


def without_quotes(name: str, node: ast.Expression, words: Sequence[str]) -> str:
    """The remedy for ``link = "log"``, where the word is one of those that can stand there."""
    if isinstance(node, ast.String) and node.value in words:
        return f"words stand without quotes: `{name} = {node.value}`"
    return ""


def reject_as_term(scope: Scope, node: ast.Call) -> NoReturn:
    """What a call in a predictor that is no layer may have been meant to be."""
    word, span = node.function, node.function_span
    reject_distribution(scope, node)
    if word in links():
        scope.reject(
            "BL452",
            span,
            f"`{word}` is a link, and a value is needed here",
            help=f"a link stands after `~`, such as `y ~ {word}(mu)`",
        )
    reject_planned(scope, word, span)
    reject_factor(scope, "BL413", node)
    known = [*layers(), *FUNCTIONS, "dot", "sum", *user_layers(scope)]
    scope.reject(
        "BL413",
        span,
        f"`{word}` is not a layer or a function",
        help=function_of(node, term=True)
        or scope.suggest(word, known)
        or f"layers are {', '.join(layers())}",
    )


def reject_as_link(scope: Scope, node: ast.Call) -> None:
    """An error where what stands after ``~`` is neither a link nor a distribution."""
    word, span = node.function, node.function_span
    if word in links() or word in NAMES:
        return
    if word in layers() or isinstance(scope.entries.get(word), UserLayer):
        scope.reject(
            "BL446",
            span,
            f"`{word}` is a layer, and a link or a distribution is needed here",
            help=f"a layer is a part of a predictor, such as `gaussian({print_expression(node)})`",
        )
    reject_planned(scope, word, span)
    reject_lacking(scope, "BL433", node)
    scope.reject(
        "BL433",
        span,
        f"`{word}` is not a link",
        help=link_of(node)
        or scope.suggest(word, [*links(), *NAMES])
        or f"links are {', '.join(sorted(links()))}; distributions carry NumPyro's names",
    )
