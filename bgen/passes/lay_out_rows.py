"""``lay_out_rows``: designs are held by column, and ``coef @ x`` takes the place of ``x @ coef``.

A few long columns are read in a row, and so they are for the gradient of the coefficients: XLA's
product of rows of few columns takes two to nine times as long on a CPU. The lengths of axes that
are read off such a design are those of its other axis then. (In memory there is the design as the
model has it, too.)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Width
from bgen.ir.fast import Fast, Prepared
from bgen.ir.rewrite import rewrite_all
from bgen.passes.base import Pass, StandsAside, has_rows, only_response, reads


def _apply(fast: Fast) -> tuple[Fast, str]:
    if fast.merged is not None:
        raise StandsAside("cells are held by row, so that those of blocks of rows can be joined")
    if not fast.changed:
        only_response(fast)  # by itself this is no reason for a form of any other model
    designs = _designs(fast)
    if not designs:
        raise StandsAside("no design is read by a product with coefficients alone")
    names = {x.name for x in designs}

    def turn(part: Any) -> Any:
        match part:
            case ir.MatMul(design=ir.Input(name=name, dims=(row, column)), table=table) if (
                name in names
            ):
                return ir.MatMul(rewrite_all(table, turn), ir.Input(name, (column, row)))
            case Width(input=name, axis=axis) if name in names:
                return Width(name, 1 - axis)
            case _:
                return None

    made = {p.argument.name: p for p in fast.prepared}
    for x in designs:
        old = made.get(x.name) or Prepared(fast.model.argument(x.name), x)
        row, column = old.argument.dims
        argument = replace(old.argument, dims=(column, row))
        made[x.name] = Prepared(argument, ir.Helper("by_column", (old.value,), argument.dims))
    done = fast.with_(
        paragraphs=rewrite_all(fast.paragraphs, turn),
        drawn=rewrite_all(fast.drawn, turn),
        prepared=tuple(made.values()),
    )
    return done, f"{', '.join(x.name for x in designs)} held by column"


def _designs(fast: Fast) -> list[ir.Input]:
    """Those that a product with a vector reads, and nothing else."""
    values = [v for s in fast.statements() for v in reads(s)]
    values += [v for drawn in fast.drawn for v in m.values_of(drawn.given)]
    nodes = [node for value in values for node in ir.walk(value)]
    products = [
        node.design
        for node in nodes
        if isinstance(node, ir.MatMul) and isinstance(node.design, ir.Input)
        if has_rows(node.design) and len(node.design.dims) == 2 and len(node.table.dims) == 1
    ]
    reading = [node for node in nodes if isinstance(node, ir.Input)]
    return [x for x in dict.fromkeys(products) if reading.count(x) == products.count(x)]


PASS = Pass(
    name="lay_out_rows",
    order=60,
    level=1,
    summary="Designs by column.",
    exact="always: the same numbers in another order",
    source="Golub and Van Loan (2013), Matrix Computations, ch. 1.1",
    apply=_apply,
)
