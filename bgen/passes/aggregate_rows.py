"""``aggregate_rows``: rows that are equal in all that the density reads become one.

Such a cell has one predictor, and the response enters by what is sufficient for its density there
(``bgen.kernels``). For other densities the rows of a cell have the response in common as well, and
the cell counts as often as it has rows:

    sum_i log p(y_i | x_i) = sum_c n_c log p(y_c | x_c)

``prepare`` finds the cells; where they are more than half of the rows, each row is one.
"""

from __future__ import annotations

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dims
from bgen.ir.fast import Fast, Step
from bgen.kernels import kernels
from bgen.kernels.base import Kernel, Statistic
from bgen.passes.base import (
    Pass,
    StandsAside,
    fresh,
    inputs_by_row,
    number_of_rows,
    only_response,
    reads,
)
from bgen.passes.row_cells import CELL, RowCells, on_cells, with_factor


def _apply(fast: Fast) -> tuple[Fast, str]:
    observe = only_response(fast)
    name = observe.name
    kernel = kernels().get(observe.density.name)
    if kernel is not None:
        found = _by_kernel(fast, observe, kernel)
        if found is not None:
            number = _number(fast, kernel.by_response)
            text = f"a cell of rows that are equal in all inputs enters by {kernel.enters}{number}"
            return found.with_(hoisted=kernel.hoists), text
    if observe.density.support.kind not in ("natural", "classes", "boolean"):
        raise StandsAside(f"{name} is continuous: few rows are equal")
    number = _number(fast, by_response=True)
    text = f"rows that are equal in all inputs and {name} enter once, times their number{number}"
    return _by_response(fast, observe), text


def _number(fast: Fast, by_response: bool) -> str:
    """How many cells there are of how many rows, for the plan, where that is known.

    Raises ``StandsAside`` where they are not fewer than half, as ``prepare`` would see.
    """
    facts = fast.facts
    if facts is None:
        return ""
    cells = facts.answers if by_response else facts.distinct
    if 2 * cells > facts.rows:
        raise StandsAside(f"{cells:,} of {facts.rows:,} rows are distinct")
    return f" ({cells:,} cells of {facts.rows:,} rows)"


def _by_kernel(fast: Fast, observe: m.Observe, kernel: Kernel) -> Fast | None:
    kept = [v for name, v in observe.density.parameters if name in kernel.keys]
    response = [ir.Input(observe.name, observe_dims(fast, observe))] if kernel.by_response else []
    start, cells, inputs = _cells(fast, observe, kept, response)
    call = RowCells(start, observe, cells)
    terms = kernel.apply(call)
    if terms is None:
        return None
    words = f"cells of equal rows: each enters by {kernel.enters}"
    done = on_cells(call.fast, cells.name, inputs)
    return with_factor(done, m.Factor(observe.name, terms, words))


def _by_response(fast: Fast, observe: m.Observe) -> Fast:
    response = ir.Input(observe.name, observe_dims(fast, observe))
    values = [v for s in [observe] for v in reads(s)]
    start, cells, inputs = _cells(fast, observe, values, [response])
    call = RowCells(start, observe, cells)
    number = call.statistic(Statistic("number", (CELL,), "rows"), call.count())
    done = on_cells(call.fast, cells.name, [*inputs, response])
    words = "rows that are equal in all that is read here, times their number"
    factor = m.Factor(observe.name, (), words, weighted=(observe.density, number))
    return with_factor(done, factor)


def observe_dims(fast: Fast, observe: m.Observe) -> Dims:
    return fast.model.argument(observe.name).dims


def _cells(
    fast: Fast, observe: m.Observe, values: list[ir.Expression], also: list[ir.Input]
) -> tuple[Fast, ir.Input, list[ir.Input]]:
    """The step that finds the cells, and the inputs that tell them apart."""
    others = [v for s in fast.statements() if s is not observe for v in reads(s)]
    inputs = inputs_by_row([*others, *values])
    cells = ir.Input(fresh(fast, f"{observe.name}_cells"), ())
    response = ir.Input(observe.name, observe_dims(fast, observe))
    call = ir.Helper("Cells", (number_of_rows(response), *inputs, *also), ())
    return fast.with_(steps=(*fast.steps, Step((cells.name,), call))), cells, inputs


PASS = Pass(
    name="aggregate_rows",
    order=40,
    level=1,
    summary="Rows that are equal in all that the density reads, as one.",
    exact="one response whose rows are independent given the sites, and no site by row",
    source="McCullagh and Nelder (1989), Generalized Linear Models, ch. 4: grouped data",
    apply=_apply,
)
