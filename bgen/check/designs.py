"""The columns of one layer -> an error or a warning where they cannot serve it."""

from __future__ import annotations

from bgen.check.scope import Scope
from bgen.ir import contract
from bgen.layers import Layer
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def check_design(
    scope: Scope, layer: Layer, node: ast.Call, features: tuple[contract.Feature, ...]
) -> None:
    """What relates columns to each other needs several: a product of one is always zero."""
    widths = [feature.width for feature in features]
    total = sum(width or 0 for width in widths)
    if None not in widths and total < layer.columns:
        scope.reject(
            "BL448",
            node.span,
            f"`{layer.keyword}` needs {layer.columns} different columns, "
            f"and here {'is' if total == 1 else 'are'} {total}",
            help=f"for example `{layer.example}`",
        )


def warn_twice(scope: Scope, nodes: tuple[ast.Expression, ...]) -> None:
    """The same column twice in one layer."""
    texts: set[str] = set()
    for node in nodes:
        text = print_expression(node)
        if text in texts:
            scope.sink.warning(
                "BL606",
                node.span,
                f"`{text}` stands twice in this layer",
                help="the data cannot tell its two coefficients apart; delete one",
            )
        texts.add(text)
