"""``compress_gaussian``: Gaussian rows become the means of cells and one triangular factor.

A cell is what the rows of equal levels share (all rows, where the predictor reads no levels). With
the predictor linear in its columns, a row's residual is that of its cell's mean plus what the row
differs from it, and the two are orthogonal:

    sum_i (y_i - mu_i)^2 = sum_c n_c (ybar_c - mu_c)^2 + |within_y - within_X b|^2

where mu_c is the same predictor at the mean columns of the cell, and ``within`` the R factor of the
deviations from the cell means, which has one row more than columns.

Where columns have slopes that differ between levels, the deviations of each cell are turned so that
those columns have entries in as many rows as there are slopes: these stay, with their levels, and
all that is left goes into the R factor, free of the slopes.

Known weights w_i are the numbers of equal rows that each stands for: n_c is their sum in the cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Dims, Rows
from bgen.ir.fast import Cells, Fast, Merged, Prepared, Step
from bgen.ir.rewrite import rewrite
from bgen.passes.base import (
    Pass,
    StandsAside,
    fresh,
    has_rows,
    location_and_scale,
    only_response,
    row_inputs,
    taken_names,
    unlike,
)
from bgen.passes.columns import Hoisted, hoist, read_hoisted
from bgen.passes.linear import Term, is_data, linear_terms
from bgen.passes.row_cells import CELL, with_factor

WITHIN = Dim("within", Rows())
ALONG = Dim("along", Rows())


def _apply(fast: Fast) -> tuple[Fast, str]:
    observe = only_response(fast)
    density, name = observe.density, observe.name
    weights: list[ir.Expression] = []
    if density.name == "Weighted":
        weights, (density,) = [v for _, v in density.parameters], density.bases
    if any(not is_data(w) for w in weights):
        raise StandsAside("a weight is unknown")
    if density.name not in ("Normal", "LogNormal") or density.bases:
        raise StandsAside(f"{name} is not Gaussian")
    location, scale = location_and_scale(density)
    if has_rows(scale):
        raise StandsAside(f"the scale of {name} differs between rows")
    terms = linear_terms(fast, location)
    keys = dict.fromkeys(x for t in terms if (told := _told(t)) for x in row_inputs(told).values())
    by_row = [t.data for t in terms if t.data is not None]
    fast, hoisted = hoist(fast, [*by_row, *(w for w in weights if has_rows(w))])
    known = tuple(hoisted.get(w, w) for w in weights)
    read = {**hoisted, **_products(terms, hoisted)}
    location = rewrite(location, read.get) if read else location
    response = ir.Input(name, (ROW,))
    if density.name == "LogNormal":
        logs = ir.Input(fresh(fast, f"log_{name}"), (ROW,))
        step = Step((logs.name,), ir.Apply("log", response))
        fast, response = fast.with_(steps=(*fast.steps, step)), logs
    cells = ir.Input(fresh(fast, f"{name}_cells"), ())
    found = ir.Helper("Cells", (response, *keys), (), tuple(("weights", w) for w in known))
    step = Step((cells.name,), found)
    fast = fast.with_(steps=(*fast.steps, step))
    columns = dict.fromkeys(_column(t, hoisted) for t in terms if t.data is not None)
    sloped = [_column(t, hoisted) for t in terms if t.kind == "slope"]
    fast, slopes = _turned(fast, name, cells, sloped)
    split = [response, *(x for x in columns if x not in sloped)]
    fast, within = _split(fast, cells, split, slopes)

    for x in columns:
        fast, _ = _add(fast, x.name, "cell_means", (cells, x), _by_cell(x), "means")
    for key in keys:
        fast, _ = _add(fast, key.name, "cell_values", (cells, key), (CELL,))
    dims = (CELL,)
    fast, means = _add(fast, fresh(fast, f"{name}_mean"), "cell_means", (cells, response), dims)
    fast, counts = _add(fast, fresh(fast, f"{name}_count"), "cell_counts", (cells,), dims, "rows")
    words = "rows less cells"
    fast, freedom = _add(fast, fresh(fast, f"{name}_freedom"), "cell_freedom", (cells,), (), words)
    jacobian = () if response.name == name else (response,)
    words = "what these densities lack"
    fast, constant = _add(
        fast, fresh(fast, f"{name}_constant"), "cell_constant", (cells, *jacobian), (), words
    )
    residual = _residual(within, terms, response, hoisted)
    densities = [
        ir.Helper("means_log_density", (means, location, scale, counts), ()),
        ir.Helper("within_log_density", (residual, scale, freedom, constant), ()),
    ]
    if slopes is not None:
        fast, alongside = _along(fast, slopes, [response, *columns], keys)
        turned = _residual(alongside, terms, response, hoisted)
        densities.append(ir.Helper("along_log_density", (turned, scale), ()))
    of = " and ".join(key.name for key in keys)
    factor = m.Factor(
        name,
        tuple(densities),
        f"the mean of {f'each {of}' if of else 'all rows'}, then what its rows differ from it"
        f"{', apart from its slopes and along them' if slopes else ''}",
    )
    done = with_factor(read_hoisted(fast, read), factor)
    parts = [(x.name, within[x].name) for x in columns if x in within]
    parts.append((means.name, within[response].name))
    merged = Merged(
        counts.name, freedom.name, constant.name, tuple(key.name for key in keys), tuple(parts)
    )
    own = Cells(name, means, counts, location, scale, cells, known, slopes)
    done = done.with_(cells=own, merged=merged)
    what = f"a mean for each {of}" if of else "their mean"
    also_by = ", a row for each of its slopes" if slopes else ""
    rows = f"{'weighted ' if weights else ''}rows of {name}"
    return done, f"{rows} enter by {what}{also_by} and the R factor of what differs from it"


def _told(term: Term) -> ir.Expression | None:
    """What the levels of a row tell of a term."""
    if term.kind == "level":
        return term.value
    return term.coefficient if term.kind == "slope" else None


def _column(term: Term, hoisted: Hoisted) -> ir.Input:
    assert term.data is not None
    found = hoisted.get(term.data, term.data)
    assert isinstance(found, ir.Input)
    return found


def _products(terms: list[Term], hoisted: Hoisted) -> dict[ir.Expression, ir.Expression]:
    """Terms in which several columns are factors, with the one that was made of them."""
    return {
        t.value: t.of(hoisted[t.data])
        for t in terms
        if t.kind in ("column", "slope") and isinstance(t.data, ir.Multiply)
    }


def _by_cell(x: ir.Input) -> Dims:
    return (CELL, *x.dims[1:])


def _add(
    fast: Fast,
    name: str,
    function: str,
    operands: tuple[ir.Input, ...],
    dims: Dims,
    words: str = "",
) -> tuple[Fast, ir.Input]:
    """One more argument of ``model_fast``, which a function of the library makes."""
    known = {a.name: a for a in fast.model.arguments}
    same = known.get(name)
    argument = m.Argument(
        name, same.kind if same else "column", dims, words or name, of=same.of if same else None
    )
    made = Prepared(argument, ir.Helper(function, operands, dims))
    return fast.with_(prepared=(*fast.prepared, made)), ir.Input(name, dims)


def _turned(
    fast: Fast, name: str, cells: ir.Input, columns: list[ir.Input]
) -> tuple[Fast, ir.Input | None]:
    """The step that finds the directions of slopes in each cell, where there are any."""
    if not columns:
        return fast, None
    slopes = ir.Input(fresh(fast, f"{name}_slopes"), ())
    step = Step((slopes.name,), ir.Helper("CellSlopes", (cells, *dict.fromkeys(columns)), ()))
    return fast.with_(steps=(*fast.steps, step)), slopes


def _along(
    fast: Fast, slopes: ir.Input, parts: list[ir.Input], keys: Iterable[ir.Input]
) -> tuple[Fast, dict[ir.Expression, ir.Input]]:
    """Each part in the directions of slopes, and the levels there."""
    found: dict[ir.Expression, ir.Input] = {}
    for x in parts:
        dims = (ALONG, *x.dims[1:])
        name = fresh(fast, f"{x.name}_along")
        fast, found[x] = _add(fast, name, "along_slopes", (slopes, x), dims, "along slopes")
    known = {a.name: a for a in fast.model.arguments}
    for key in keys:
        name = fresh(fast, f"{key.name}_along")
        made = m.Argument(name, "index", (ALONG,), f"of {name}", of=known[key.name].of)
        value = ir.Helper("levels_along", (slopes, key), (ALONG,))
        fast = fast.with_(prepared=(*fast.prepared, Prepared(made, value)))
        found[key] = ir.Input(name, (ALONG,))
    return fast, found


def _split(
    fast: Fast, cells: ir.Input, parts: list[ir.Input], slopes: ir.Input | None
) -> tuple[Fast, dict[ir.Expression, ir.Input]]:
    """The step that makes the R factor, and each part's columns of it."""
    within: dict[ir.Expression, ir.Input] = {}
    made, taken = [], taken_names(fast)
    for x in parts:
        name, dims = unlike(taken, f"{x.name}_within"), (WITHIN, *x.dims[1:])
        taken.add(name)
        within[x] = ir.Input(name, dims)
        made.append(Prepared(m.Argument(name, "column", dims, name), within[x]))
    fast = fast.with_(prepared=(*fast.prepared, *made))
    also = (("slopes", slopes),) if slopes is not None else ()
    call = ir.Helper("cells_within", (cells, *parts), (), also)
    step = Step(tuple(x.name for x in within.values()), call, unpacked=True)
    return fast.with_(steps=(*fast.steps, step)), within


def _residual(
    within: dict[ir.Expression, ir.Input],
    terms: list[Term],
    response: ir.Input,
    hoisted: Hoisted,
) -> ir.Expression:
    """``within_y - within_X @ b``: the terms that differ between the rows of a cell."""
    parts: list[tuple[ir.Sign, ir.Expression]] = [("+", within[response])]
    for term in terms:
        if term.data is None or _column(term, hoisted) not in within:
            continue
        told = _told(term)
        told = rewrite(told, within.get) if told is not None else None
        x = term.of(within[_column(term, hoisted)], told)
        parts.append(("-" if term.sign == "+" else "+", x))
    return parts[0][1] if len(parts) == 1 else ir.Add(tuple(parts))


PASS = Pass(
    name="compress_gaussian",
    order=20,
    level=1,
    summary="Gaussian rows as the means of cells and a triangular factor.",
    exact="one Gaussian or lognormal response, weighted or not, a scale that no row changes, and a "
    "predictor that is linear in its columns, with coefficients that no row changes but by its "
    "levels",
    source="Golub and Van Loan (2013), Matrix Computations, ch. 5; the split into means and "
    "deviations is that of the analysis of variance",
    apply=_apply,
)
