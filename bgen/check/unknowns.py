"""Syntax-tree expressions -> typed expressions of data and unknowns, as the model computes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bgen.check.constants import constant_input
from bgen.check.entries import Column, Derived, Entry, Parameter, Predictor, UserLayer
from bgen.check.host import (
    TRANSFORMS,
    Translator,
    learnt,
    reject_elsewhere,
    reject_non_numeric,
)
from bgen.check.missing import complete
from bgen.check.order import names_in
from bgen.check.scope import Scope
from bgen.check.words import reject_distribution
from bgen.ir import expressions as ir
from bgen.ir.dims import ROW, Dims, Levels, Rows
from bgen.ir.distributions import Parameter as Bounds
from bgen.ir.expressions import Sign
from bgen.layers import layers
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class ModelTranslator(Translator):
    """Expressions in a frame: what the result has one value of.

    ``frame`` is (row,) in a predictor, the levels in an indexed parameter's prior, () for a scalar
    one. ``inner`` holds names that hide all others (a layer's own sites, in its priors).
    """

    #: Whether the parameters of a distribution may be given priors in their places.
    samples = False

    def __init__(
        self,
        scope: Scope,
        frame: Dims = (ROW,),
        inner: dict[str, ir.Expression] | None = None,
    ) -> None:
        super().__init__(scope)
        self.frame = frame
        self.inner = inner or {}
        self._depth = 0
        #: How many products, powers and functions stand around what is read.
        self.curved = 0
        #: With which sign what is read enters the predictor, through sums in sums.
        self.sign: Sign = "+"

    @contextmanager
    def bent(self) -> Iterator[None]:
        """What is read here is not an additive part of the whole."""
        self.curved += 1
        try:
            yield
        finally:
            self.curved -= 1

    def negated(self, node: ast.Expression) -> ir.Expression:
        return self._within(node)

    def nested(self, node: ast.Expression) -> ir.Expression:
        with self.bent():
            return self._within(node)

    def _within(self, node: ast.Expression) -> ir.Expression:
        self._depth += 1
        try:
            return self.translate(node)
        finally:
            self._depth -= 1

    def sum(self, node: ast.Sum) -> ir.Expression:
        return self.checked_sum(node, [self.translate(term) for _, term in node.terms])

    def checked_sum(self, node: ast.Sum, values: list[ir.Expression]) -> ir.Expression:
        """The sum of the terms' values; at the top of a predictor none may be a bare column."""
        if self._depth == 0 and any(self.has_unknowns(value) for value in values):
            for value, (_, term) in zip(values, node.terms, strict=True):
                self.reject_bare(term, value)
        return ir.Add(
            tuple((sign, value) for (sign, _), value in zip(node.terms, values, strict=True))
        )

    def has_unknowns(self, value: ir.Expression) -> bool:
        """Whether anything that is estimated stands in it; an imputed column is a column still."""
        return any(
            isinstance(node, ir.Unknown | ir.Local) and node.name not in self.scope.imputed
            for node in ir.walk(value)
        )

    def reject_bare(self, term: ast.Expression, value: ir.Expression) -> None:
        """A term of data alone beside unknowns: most likely a forgotten coefficient."""
        if value.dims and not self.has_unknowns(value) and not self._is_layer(term):
            text = print_expression(term)
            self.scope.reject(
                "BL307",
                term.span,
                f"`{text}` has no coefficient",
                label="this would be added as it stands",
                help=f"write `linear({text})` to give it a coefficient, or `offset({text})` "
                "to add it as it is",
            )

    def _is_layer(self, term: ast.Expression) -> bool:
        """A layer whose coefficients are all known is data too, but nothing is forgotten there."""
        return isinstance(term, ast.Call) and (
            term.function in layers()
            or isinstance(self.scope.entries.get(term.function), UserLayer)
        )

    # --- names ------------------------------------------------------------------------------------

    def name(self, node: ast.Name) -> ir.Expression:
        if node.id in self.inner:
            return self._own(node, self.inner[node.id])
        if node.id not in self.scope.entries and node.id in layers():
            self.scope.reject(
                "BL313",
                node.span,
                f"`{node.id}` is a layer and needs its arguments",
                help=f"for example `{layers()[node.id].example}`",
            )
        entry = self.scope.lookup(node.id, node.span)
        match entry:
            case Column():
                reject_non_numeric(self.scope, entry, node.span)
                return self.data(node, entry)
            case Derived():
                return self.data(node, entry)
            case Predictor() if node.id in self.scope.broken:
                return ir.Local(node.id, ())
            case Parameter(indices=indices) | Predictor(indices=indices) if indices:
                self.scope.reject(
                    "BL312",
                    node.span,
                    f"`{node.id}` has one value for each {' and '.join(indices)}",
                    label="which one?",
                    help=self._own_value(node.id, entry, indices),
                )
            case Parameter(sample=sample):
                return self.fitting(node, ir.Unknown(sample.name, sample.dims))
            case Predictor(value=value):
                return self.fitting(node, value)
            case _:
                self.scope.reject(
                    "BL313",
                    node.span,
                    f"`{node.id}` is a layer and needs its arguments",
                    help=f"write `{node.id}(...)`",
                )

    def _own_value(self, name: str, entry: Entry, indices: tuple[str, ...]) -> str:
        """How to write the one of several values that is meant here, if there is one."""
        written = f"{name}[{', '.join(indices)}]"
        if ROW in self.frame:
            return f"write `{written}` for the row's own"
        if all(axis in self.frame for axis in table_of(entry).dims[: len(indices)]):
            return f"write `{written}` for the level's own"
        return (
            f"none belongs to {self.frame_name()}: use a parameter of one value, or add "
            f"`{written}` in a predictor"
        )

    def warn_outer(self, part: str, node: ast.Expression, sites: set[str]) -> None:
        """A name outside that is also one of the layer's ``sites``, drawn after this part."""
        for name in dict.fromkeys(names_in(node)):
            if name in sites - self.inner.keys() - {part} and name in self.scope.entries:
                self.scope.sink.warning(
                    "BL603",
                    node.span,
                    f"`{name}` is the one defined outside here: the layer's own `{name}` is not "
                    f"known where `{part}` is drawn",
                    help=f"rename the outer `{name}`, so that nobody takes it for the layer's",
                )

    def _own(self, node: ast.Name, value: ir.Expression) -> ir.Expression:
        """A site of the same layer, in the prior of another."""
        if node.id in self.scope.entries and node.span.end:  # the layer's defaults have no place
            self.scope.sink.warning(
                "BL603",
                node.span,
                f"`{node.id}` is the layer's own `{node.id}` here, not the one defined outside",
                help=f"rename the outer `{node.id}` if it is meant",
            )
        if any(d not in self.frame for d in value.dims):
            self.scope.reject(
                "BL322",
                node.span,
                f"`{node.id}` has more values than what is given a prior here",
                help="use something that is one number, or has the same axes",
            )
        return value

    def fitting(self, node: ast.Name | ast.Index, value: ir.Expression) -> ir.Expression:
        """An error where the value has an axis that the frame lacks."""
        if any(d.is_row for d in value.dims) and ROW not in self.frame:
            text = print_expression(node)
            self.scope.reject(
                "BL309",
                node.span,
                f"`{text}` has one value a row, and here one for {self.frame_name()} is needed",
                help="what varies by row belongs into a predictor, not into this prior",
            )
        return value

    def frame_name(self) -> str:
        if any(not isinstance(d.extent, Levels | Rows) for d in self.frame):
            return "each coefficient"
        return " and ".join(d.name for d in self.frame) or "the whole model"

    def data(self, node: ast.Name, entry: Column | Derived) -> ir.Expression:
        """A column in this frame: as it is, or a level's value spread over the rows."""
        if len(entry.dims) > 1:
            self.scope.reject(
                "BL308",
                node.span,
                f"`{node.id}` is a block of columns, and here one column is needed",
                help=f"give its columns coefficients with `linear({node.id})`",
            )
        if self.scope.may_miss(node.id) and ROW in self.frame:
            return complete(self.scope, node.id, node.span)
        if not entry.dims or entry.dims[0] in self.frame:
            return self.scope.column_input(node.id, node.span)
        if ROW in self.frame:
            table = self.scope.column_input(node.id, node.span)
            group = self.scope.index_input(entry.dims[0].name, node.span)
            return ir.Gather(table, (group,))
        where = self.frame_name()
        self.scope.reject(
            "BL309",
            node.span,
            f"`{node.id}` has one value a {entry.dims[0].name}, and here one for {where} is needed",
            help=(
                f"declare it as `{node.id}: real by {where}` if it is constant within {where}"
                if len(self.frame) == 1 and isinstance(self.frame[0].extent, Levels)
                else f"take a constant of it, such as `mean({node.id})`"
            ),
        )

    # --- indexed parameters -----------------------------------------------------------------------

    def index(self, node: ast.Index) -> ir.Expression:
        entry = self.scope.lookup(node.name, node.name_span)
        if node.name in self.scope.broken:
            return ir.Local(node.name, ())
        if not isinstance(entry, Parameter | Predictor) or not entry.indices:
            self.scope.reject(
                "BL314",
                node.span,
                f"`{node.name}` is not an indexed parameter",
                help=f"define it as `{node.name}[{print_expression(node.indices[0])}] ~ ...`, or "
                "leave the index out",
            )
        given = tuple(index_name(i) for i in node.indices)
        if given != entry.indices:
            self.scope.reject(
                "BL315",
                node.span,
                f"`{node.name}` is indexed by {', '.join(entry.indices)}, "
                f"not by {', '.join(print_expression(i) for i in node.indices)}",
                help=f"write `{node.name}[{', '.join(entry.indices)}]`",
                notes=((entry.span, "defined here"),),
            )
        table = table_of(entry)
        axes = table.dims[: len(entry.indices)]
        if all(axis in self.frame for axis in axes):
            return table  # in a prior over the same levels, or one value a row
        if ROW not in self.frame:
            return self.fitting(node, ir.Gather(table, (ir.Input("row", (ROW,)),)))
        return ir.Gather(
            table, tuple(self.scope.index_input(axis.name, node.span) for axis in axes)
        )

    # --- the rest ---------------------------------------------------------------------------------

    def cross(self, node: ast.Cross) -> ir.Expression:
        self.scope.reject(
            "BL310",
            node.span,
            "`:` stands inside layers and indices only",
            help=f"write `linear({print_expression(node)})`, or multiply with `*`",
        )

    def statistic(self, node: ast.Call) -> ir.Expression:
        value = learnt(self.scope, node, self.single_argument(node))
        return constant_input(self.scope, value, node.span)

    def other_call(self, node: ast.Call) -> ir.Expression:
        if node.function in TRANSFORMS:
            self.scope.reject(
                "BL311",
                node.span,
                f"`{node.function}` stands inside layers and derived columns only",
                help=f"make it a column first: `z = {print_expression(node)}`, and use `z` here",
            )
        reject_elsewhere(self.scope, node)
        return self.layer_or_unknown(node)

    def for_parameter(self, parameter: Bounds, first: bool) -> ModelTranslator:
        """The translator of one argument of a distribution; responses name sites by it."""
        return self

    def sample_parameter(self, parameter: Bounds, argument: ast.Argument) -> ir.Expression:
        """``name ~ prior`` as an argument of a distribution: only a response may have it."""
        text = print_expression(argument.value)
        self.scope.reject(
            "BL404",
            argument.span,
            "a prior cannot stand inside a prior",
            help=f"give `{argument.name}` a statement of its own above, `{argument.name} ~ "
            f"{text}`, and write `{argument.name} = {argument.name}` here",
        )

    def layer_or_unknown(self, node: ast.Call) -> ir.Expression:
        """In a prior or an index no layer may stand; predictors override this."""
        reject_distribution(self.scope, node)
        self.scope.reject(
            "BL316",
            node.function_span,
            f"`{node.function}` cannot stand here, only numbers, parameters and arithmetic can",
            help="define what you need as a parameter above, and use its name here",
        )


def index_name(node: ast.Expression) -> str:
    """The canonical text of one index: ``person``, or ``a:b`` for a crossing."""
    return print_expression(node)


def table_of(entry: Entry) -> ir.Expression:
    """The full table of an indexed parameter or of a derived one."""
    if isinstance(entry, Parameter):
        return ir.Unknown(entry.sample.name, entry.sample.dims)
    assert isinstance(entry, Predictor)
    return entry.value
