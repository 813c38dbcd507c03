"""The response by its kernel: what the kernel asks for becomes arguments that ``prepare`` makes."""

from __future__ import annotations

from dataclasses import replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Dims, Rows
from bgen.ir.fast import Fast, Prepared, Step
from bgen.kernels import KernelCall
from bgen.kernels.base import Statistic
from bgen.passes.base import fresh

CELL = Dim("cell", Rows())


class RowCells(KernelCall):
    """A response on cells of equal rows, or, without ``cells``, on its rows as they are."""

    def __init__(self, fast: Fast, observe: m.Observe, cells: ir.Input | None) -> None:
        self.fast, self.cells = fast, cells
        self.name, self.density = observe.name, observe.density
        self.response = ir.Input(observe.name, (ROW,))
        self.cell = ROW if cells is None else CELL

    def parameter(self, name: str) -> ir.Expression:
        value = self.density.parameter(name)
        assert value is not None, f"{self.density.name} has no {name}"
        return value

    def count(self) -> ir.Expression:
        if self.cells is None:
            return ir.ONE
        return ir.Helper("cell_counts", (self.cells,), (CELL,))

    def total(self, value: ir.Expression) -> ir.Expression:
        if self.cells is None:
            return value
        return ir.Helper("cell_sums", (self.cells, value), (CELL,))

    def common(self, value: ir.Expression) -> ir.Expression:
        if self.cells is None:
            return value
        return ir.Helper("cell_values", (self.cells, value), (CELL,))

    def statistic(self, made: Statistic, value: ir.Expression) -> ir.Expression:
        if isinstance(value, ir.Constant | ir.Input):
            return value
        return self._argument(made, value)

    def statistics(
        self, made: tuple[Statistic, ...], value: ir.Expression
    ) -> tuple[ir.Expression, ...]:
        names: list[str] = []
        for each in made:
            known = self.fast.with_(steps=(*self.fast.steps, Step(tuple(names), value)))
            names.append(fresh(known, f"{self.name}_{each.part}"))
        self.fast = self.fast.with_(steps=(*self.fast.steps, Step(tuple(names), value)))
        found = []
        for each, name in zip(made, names, strict=True):
            source = ir.Input(name, each.dims)
            self._prepare(m.Argument(name, "column", each.dims, each.words), source)
            found.append(source)
        return tuple(found)

    def _argument(self, made: Statistic, value: ir.Expression) -> ir.Expression:
        name = fresh(self.fast, f"{self.name}_{made.part}")
        self._prepare(m.Argument(name, "column", made.dims, made.words), value)
        return ir.Input(name, made.dims)

    def _prepare(self, argument: m.Argument, value: ir.Expression) -> None:
        made = Prepared(argument, value)
        self.fast = self.fast.with_(prepared=(*self.fast.prepared, made))


def on_cells(fast: Fast, name: str, inputs: list[ir.Input]) -> Fast:
    """The same inputs for each cell, under their names."""
    for x in inputs:
        argument = fast.model.argument(x.name)
        argument = replace(argument, dims=(CELL, *x.dims[1:]))
        value = ir.Helper("cell_values", (ir.Input(name, ()), x), argument.dims)
        fast = fast.with_(prepared=(*fast.prepared, Prepared(argument, value)))
    return fast


def with_factor(fast: Fast, factor: m.Factor, *, rows: bool = False) -> Fast:
    """The factor in place of the response of its name.

    Unless the rows stay, what is reported of each of them is left to the model itself.
    """
    paragraphs = []
    for paragraph in fast.paragraphs:
        statements: list[m.Statement] = []
        for s in paragraph.statements:
            match s:
                case m.Observe(name=name) if name == factor.name:
                    statements.append(factor)
                case m.Keep(dims=dims) if not rows and any(d.is_row for d in dims):
                    pass
                case _:
                    statements.append(s)
        paragraphs.append(replace(paragraph, statements=tuple(statements)))
    return fast.with_(paragraphs=tuple(p for p in paragraphs if p.statements))


def add(
    fast: Fast,
    name: str,
    function: str,
    operands: tuple[ir.Expression, ...],
    dims: Dims,
    words: str = "",
    keywords: tuple[tuple[str, ir.Expression], ...] = (),
) -> tuple[Fast, ir.Input]:
    """One more argument of ``model_fast``, which a function of the library makes."""
    known = {a.name: a for a in fast.model.arguments}
    same = known.get(name)
    argument = m.Argument(
        name, same.kind if same else "column", dims, words or name, of=same.of if same else None
    )
    made = Prepared(argument, ir.Helper(function, operands, dims, keywords))
    return fast.with_(prepared=(*fast.prepared, made)), ir.Input(name, dims)
