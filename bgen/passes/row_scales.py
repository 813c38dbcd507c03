"""The scale of a Gaussian response: what is unknown of it, and what is known of each row.

A row of scale s c, c known, is one of scale s that weighs 1 / c^2. What is left may differ between
levels, which then tell cells apart as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW
from bgen.ir.fast import Fast, Step
from bgen.passes.base import StandsAside, definitions, fresh, has_rows, inputs_by_row, uses
from bgen.passes.linear import product
from bgen.passes.row_cells import CELL, add

#: Types of columns of which many rows have the same value.
DISCRETE = ("category", "ordinal", "binary")

_Factors = tuple[tuple[Literal["*", "/"], ir.Expression], ...]


@dataclass(frozen=True, slots=True)
class RowScale:
    """``told``, by no row or by the ``keys`` of its levels, times what is ``known`` of each row.

    That is one value, or none.
    """

    told: ir.Expression
    known: tuple[ir.Expression, ...]
    keys: tuple[ir.Input, ...]


def row_scale(fast: Fast, name: str, scale: ir.Expression) -> tuple[Fast, RowScale]:
    """That of the response ``name``. Raises ``StandsAside`` where rows tell more of it."""
    fast, factors = _factors(fast, scale)
    known = tuple((s, f) for s, f in factors if has_rows(f) and is_known(fast, f))
    rest = tuple(part for part in factors if part not in known)
    told = _product(rest)
    keys = tuple(inputs_by_row(_spelt_out(fast, told))) if has_rows(told) else ()
    if not all(_is_discrete(fast, key) for key in keys):
        raise StandsAside(f"the scale of {name} differs between rows")
    return fast, RowScale(told, (_product(known),) if known else (), keys)


def _factors(fast: Fast, scale: ir.Expression) -> tuple[Fast, _Factors]:
    """A scale as a product; where it has a name, and is a product with columns, without that."""
    named = isinstance(scale, ir.Local) and has_rows(scale)
    if isinstance(scale, ir.Local) and named and not is_known(fast, scale):
        values = definitions(fast, scale.name)
        alone = len(values) == 1 and values[0][0] == "+" and uses(fast, scale.name) == 1
        own = values[0][1] if alone else None
        if isinstance(own, ir.Multiply) and any(
            has_rows(f) and is_known(fast, f) for _, f in own.factors
        ):
            return _without(fast, scale.name), own.factors
    return fast, scale.factors if isinstance(scale, ir.Multiply) else (("*", scale),)


def _product(factors: _Factors) -> ir.Expression:
    if not factors:
        return ir.ONE
    return product(factors if factors[0][0] == "*" else (("*", ir.ONE), *factors))


def _without(fast: Fast, name: str) -> Fast:
    kept = []
    for p in fast.paragraphs:
        own = tuple(s for s in p.statements if not (isinstance(s, m.Let) and s.name == name))
        kept += [replace(p, statements=own)] if own else []
    return fast.with_(paragraphs=tuple(kept))


def is_known(fast: Fast, value: ir.Expression) -> bool:
    """Whether no unknown is in a value, nor in what the names in it stand for."""
    return not any(isinstance(n, ir.Unknown) for v in _spelt_out(fast, value) for n in ir.walk(v))


def _spelt_out(fast: Fast, value: ir.Expression) -> Iterator[ir.Expression]:
    """A value, and all that the names in it stand for."""
    yield value
    for node in ir.walk(value):
        if isinstance(node, ir.Local):
            for _, term in definitions(fast, node.name):
                yield from _spelt_out(fast, term)


def _is_discrete(fast: Fast, key: ir.Input) -> bool:
    """Whether its rows have few values: levels, or what is computed of categories alone."""
    argument = fast.model.argument(key.name)
    if argument.kind == "index":
        return len(argument.dims) == 1
    if argument.kind not in ("design", "column"):
        return False
    own = [f.value for f in argument.features] if argument.features else [argument.value]
    types = {c.name: c.type for c in fast.model.columns}
    read = [n.name for v in own if v is not None for n in ir.walk(v) if isinstance(n, ir.Column)]
    return all(types.get(name) in DISCRETE for name in read)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of each row: its weight, and the scale that its own is a multiple of; or not.

    What ``prepare`` makes of it: what a row counts in a sum of squares, how often it counts at
    all, and what the densities of cells lack to be that of the rows.
    """

    weights: tuple[ir.Expression, ...]
    scales: tuple[ir.Expression, ...]

    @property
    def words(self) -> str:
        return "1 / scale^2 of the rows" if self.scales else "rows"

    @property
    def _weighed(self) -> tuple[tuple[str, ir.Expression], ...]:
        return tuple(("weights", w) for w in self.weights if self.scales)

    def counted(self, fast: Fast, name: str) -> tuple[Fast, tuple[ir.Expression, ...]]:
        if not self.scales:
            return fast, self.weights
        precision = ir.Input(fresh(fast, f"{name}_weight"), (ROW,))
        value = ir.Helper("scaled_weights", (*self.scales, *self.weights), (ROW,))
        return fast.with_(steps=(*fast.steps, Step((precision.name,), value))), (precision,)

    def freedom(self, fast: Fast, name: str, cells: ir.Input) -> tuple[Fast, ir.Input]:
        function = "scaled_freedom" if self.scales else "cell_freedom"
        words = "rows less cells"
        own = (cells,), (), words, self._weighed
        return add(fast, fresh(fast, f"{name}_freedom"), function, *own)

    def constant(
        self, fast: Fast, name: str, cells: ir.Input, jacobian: tuple[ir.Input, ...]
    ) -> tuple[Fast, ir.Input]:
        function = "scaled_constant" if self.scales else "cell_constant"
        words = "what these densities lack"
        own = (cells, *self.scales, *jacobian), (), words, self._weighed
        return add(fast, fresh(fast, f"{name}_constant"), function, *own)

    def number(
        self, fast: Fast, name: str, cells: ir.Input, counts: ir.Input
    ) -> tuple[Fast, ir.Input]:
        """How often the rows of each cell count."""
        if not self.scales:
            return fast, counts
        own = (cells, *(self.weights or (ir.ONE,))), (CELL,), "rows"
        return add(fast, fresh(fast, f"{name}_rows"), "cell_sums", *own)
