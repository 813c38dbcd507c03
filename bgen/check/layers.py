"""Layer calls -> sites, arguments and a contribution; terms of a predictor in general."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bgen.check.entries import UserLayer
from bgen.check.expansion import count_layers, expand_body, expand_call, nested
from bgen.check.layer_calls import CheckedCall
from bgen.check.places import constants_last, linear_terms, signed
from bgen.check.scope import Rejected, Scope
from bgen.check.unknowns import ModelTranslator
from bgen.check.words import reject_as_term
from bgen.ir import expressions as ir
from bgen.ir.dims import Dim, Dims, Fixed
from bgen.ir.expressions import Sign
from bgen.layers import layers
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class TermTranslator(ModelTranslator):
    """Expressions in which layers may stand: predictors and the arguments of a link.

    ``prefix`` is what unnamed layers put before their names: the predictor or the response.
    """

    def __init__(self, scope: Scope, prefix: str, frame: Dims | None = None) -> None:
        if frame is None:
            super().__init__(scope)
        else:
            super().__init__(scope, frame)
        self.prefix = prefix
        #: The name of a statement whose one layer stands inside the body of a user layer.
        self.named: str | None = None

    def sum(self, node: ast.Sum) -> ir.Expression:
        ordered = constants_last(self.scope, node.terms)
        values: dict[int, ir.Expression] = {}
        for sign, term in ordered:
            values[id(term)] = self.term(sign, term)
        return self.checked_sum(node, [values[id(term)] for _, term in node.terms])

    def term(self, sign: Sign, node: ast.Expression, name: str | None = None) -> ir.Expression:
        """One term of a sum, noted where it is columns times coefficients; ``name`` is that of its
        statement, if it is one layer and has one to itself."""
        with self._signed(sign):
            if name is not None and isinstance(node, ast.Call):
                value = self.layer(node, name)
            else:
                value = self.translate(node)
            if not self.curved:
                found = linear_terms(self.scope, [(self.sign, value)])
                self.scope.linear_terms = (*self.scope.linear_terms, *found)
        return value

    def negated(self, node: ast.Expression) -> ir.Expression:
        with self._signed("-"):
            return super().negated(node)

    @contextmanager
    def _signed(self, sign: Sign) -> Iterator[None]:
        before, self.sign = self.sign, signed(self.sign, sign)
        try:
            yield
        finally:
            self.sign = before

    def layer_or_unknown(self, node: ast.Call) -> ir.Expression:
        if node.function == "dot":
            return self._dot(node)
        if node.function == "sum":
            return self._total(node)
        return self.layer(node, self.named)

    def layer(self, node: ast.Call, name: str | None) -> ir.Expression:
        """Lower one layer call; ``name`` is that of its statement, if it has one to itself."""
        node = expand_call(self.scope, node)
        layer = layers().get(node.function)
        if layer is not None:
            call = CheckedCall(self, self.prefix, layer, node, name)
            value = layer.lower(call)
            self.scope.called[id(value)] = call.became(value)
            return value
        user = self.scope.entries.get(node.function)
        if isinstance(user, UserLayer):
            body = expand_body(self.scope, user, node)
            if count_layers(self.scope, body) == 1:  # is that layer
                inner = TermTranslator(self.scope, self.prefix)
                inner.named = name
            else:  # is a predictor of that name
                inner = TermTranslator(self.scope, name or f"{self.prefix}_{node.function}")
            inner.curved, inner.sign = self.curved, self.sign
            # Its layers are like these.
            if (target := self.scope.targets.get(self.prefix)) is not None:
                self.scope.targets[inner.prefix] = target
            if (natural := self.scope.natural.get(self.prefix)) is not None:
                self.scope.natural[inner.prefix] = natural
            self.scope.widths.setdefault(inner.prefix, self.scope.widths.get(self.prefix, ()))
            with nested(self.scope, node, body):
                return inner.translate(body)
        reject_as_term(self.scope, node)

    def _wide(self, node: ast.Expression) -> tuple[ir.Expression, Dim]:
        with self.bent():
            value = self.translate(node)
        classes = self.scope.widths.get(self.prefix, ())
        wide = [d for d in value.dims if not d.is_row and d not in classes]
        if any(isinstance(n, ir.Local) and n.name in self.scope.broken for n in ir.walk(value)):
            raise Rejected
        if len(wide) != 1:
            self.scope.reject(
                "BL414",
                node.span,
                f"`{print_expression(node)}` is not a vector a row",
                help="`dot` and `sum` combine what is several numbers wide: "
                "`embedding(g, dim = 2)`",
            )
        return value, wide[0]

    def _dot(self, node: ast.Call) -> ir.Expression:
        if len(node.arguments) != 2 or any(a.relation for a in node.arguments):
            self.scope.reject(
                "BL302",
                node.span,
                "`dot` takes exactly two arguments, without names",
                help="for example `dot(embedding(g, dim = 2), embedding(h, dim = 2))`",
            )
        left, left_axis = self._wide(node.arguments[0].value)
        right, right_axis = self._wide(node.arguments[1].value)
        if left_axis.extent != right_axis.extent:
            self.scope.reject(
                "BL415",
                node.span,
                f"the two sides of `dot` are {_length(left_axis)} and {_length(right_axis)} wide",
                help="give both the same `dim`",
            )
        return ir.Total(ir.multiply(left, ir.Aligned(right, right_axis, left_axis)), left_axis)

    def _total(self, node: ast.Call) -> ir.Expression:
        value, axis = self._wide(self.single_argument(node))
        return ir.Total(value, axis)


def _length(axis: Dim) -> str:
    return str(axis.extent.length) if isinstance(axis.extent, Fixed) else axis.name
