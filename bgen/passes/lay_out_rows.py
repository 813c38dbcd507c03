"""``lay_out_rows``: designs are held by column, and ``coef @ x`` takes the place of ``x @ coef``.

A few long columns are read in a row, and so they are for the gradient of the coefficients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Width
from bgen.ir.fast import Fast, Prepared
from bgen.ir.rewrite import rewrite
from bgen.passes.base import Pass, StandsAside, has_rows, reads


def _apply(fast: Fast) -> tuple[Fast, str]:
    if any(note.applied and note.name == "compress_gaussian" for note in fast.notes):
        raise StandsAside("the rows are gone already")
    designs = _designs(fast)
    if not designs:
        raise StandsAside("no design of several columns is read as a whole")

    def turn(node: ir.Expression) -> ir.Expression | None:
        if isinstance(node, ir.MatMul) and node.design in designs:
            assert isinstance(node.design, ir.Input)
            row, column = node.design.dims
            return ir.MatMul(node.table, ir.Input(node.design.name, (column, row)))
        return None

    paragraphs = tuple(
        replace(p, statements=tuple(_turned(s, turn) for s in p.statements))
        for p in fast.paragraphs
    )
    made = {p.argument.name: p for p in fast.prepared}
    for x in designs:
        old = made.get(x.name) or Prepared(fast.model.argument(x.name), x)
        row, column = old.argument.dims
        argument = replace(old.argument, dims=(column, row))
        made[x.name] = Prepared(argument, ir.Helper("by_column", (old.value,), argument.dims))
    done = fast.with_(paragraphs=paragraphs, prepared=tuple(made.values()))
    return done, f"{' and '.join(x.name for x in designs)} held by column"


def _designs(fast: Fast) -> list[ir.Input]:
    """Those that are read by a product with a vector alone, and tell no length."""
    values = [v for s in fast.statements() for v in reads(s)]
    nodes = [node for value in values for node in ir.walk(value)]
    products = [
        node.design
        for node in nodes
        if isinstance(node, ir.MatMul) and isinstance(node.design, ir.Input)
        if has_rows(node.design) and len(node.design.dims) == 2 and len(node.table.dims) == 1
    ]
    dims = [d for s in fast.statements() if isinstance(s, m.Sample) for d in s.dims]
    dims += [d for node in nodes for d in node.dims]
    lengths = {d.extent.input for d in dims if isinstance(d.extent, Width)}
    reading = [node for node in nodes if isinstance(node, ir.Input)]
    return [
        x
        for x in dict.fromkeys(products)
        if reading.count(x) == products.count(x) and x.name not in lengths
    ]


def _turned(
    statement: m.Statement, turn: Callable[[ir.Expression], ir.Expression | None]
) -> m.Statement:
    match statement:
        case m.Let(value=value) | m.Accumulate(value=value):
            return replace(statement, value=rewrite(value, turn))
        case m.Factor(terms=terms):
            return replace(statement, terms=tuple(rewrite(t, turn) for t in terms))
        case _:
            return statement


PASS = Pass(
    name="lay_out_rows",
    order=60,
    level=1,
    summary="Designs by column.",
    exact="always: the same numbers in another order",
    source="Golub and Van Loan (2013), Matrix Computations, ch. 1.1",
    apply=_apply,
)
