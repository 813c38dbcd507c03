"""``hoist_constants``: what a density computes from data alone is computed once, by ``prepare``.

Log factorials leave the gradient, log gammas of a count and an unknown are computed once for each
distinct count, and a level looks at its own two cutpoints. The forms are in ``bgen.kernels``; where
``aggregate_rows`` has made cells by a kernel, its constants are out already.
"""

from __future__ import annotations

from bgen.ir import model as m
from bgen.ir.fast import Fast
from bgen.kernels import kernels
from bgen.passes.base import Pass, StandsAside
from bgen.passes.row_cells import RowCells, with_factor


def _apply(fast: Fast) -> tuple[Fast, str]:
    if fast.hoisted:
        return fast, fast.hoisted
    observed = [s for s in fast.statements() if isinstance(s, m.Observe)]
    done: dict[str, None] = {}
    for observe in observed:
        kernel = kernels().get(observe.density.name)
        plain = observe.values is None and observe.mask is None and not observe.parts
        if kernel is None or not kernel.hoists or not plain:
            continue
        call = RowCells(fast, observe, None)
        terms = kernel.apply(call)
        if terms is not None:
            factor = m.Factor(observe.name, terms, kernel.hoists)
            fast = with_factor(call.fast, factor, rows=True)
            done[kernel.hoists] = None
    if not done:
        if weighted := _weighted(fast):
            raise StandsAside(f"constants of a weighted density stay in it: {', '.join(weighted)}")
        raise StandsAside("no density has constants to take out")
    return fast, "; ".join(done)


def _weighted(fast: Fast) -> list[str]:
    """The responses whose densities are weighted, of rows or of equal rows at once."""
    found = []
    for statement in fast.statements():
        match statement:
            case m.Observe(name=name, density=density) | m.Factor(
                name=name, weighted=(density, _)
            ) if (density.name == "Weighted"):
                found.append(name)
            case _:
                pass
    return found


PASS = Pass(
    name="hoist_constants",
    order=50,
    level=1,
    summary="What a density computes from data alone, computed once.",
    exact="always: the same density in another order of operations",
    source="McCullagh and Nelder (1989), Generalized Linear Models",
    apply=_apply,
)
