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
Where the scale is s times a known c_i, a row is one of scale s that weighs w_i / c_i^2: n_c is the
sum of these, and log s is counted as often as there are rows, still.

Where the scale differs between levels, these tell cells apart as well, and there is an R factor of
the rows of each scale.
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
    number_of_rows,
    only_response,
    row_inputs,
    taken_names,
    unlike,
)
from bgen.passes.columns import Hoisted, hoist, read_hoisted
from bgen.passes.linear import Term, linear_terms, one_predictor
from bgen.passes.row_cells import CELL, add, with_factor
from bgen.passes.row_scales import Known, is_known, row_scale

#: Of cells in the plan, unless another pass counts on one for each level.
BY_ITSELF = "; where these save less than half of the rows, each row is by itself"
WITHIN = Dim("within", Rows())
ALONG = Dim("along", Rows())


def _apply(fast: Fast) -> tuple[Fast, str]:
    observe = only_response(fast)
    density, name = observe.density, observe.name
    weights: list[ir.Expression] = []
    if density.name == "Weighted":
        weights, (density,) = [v for _, v in density.parameters], density.bases
    if not all(is_known(fast, w) for w in weights):
        raise StandsAside("a weight is unknown")
    if density.name not in ("Normal", "LogNormal") or density.bases:
        raise StandsAside(f"{name} is not Gaussian")
    location, scale = location_and_scale(density)
    fast, own = row_scale(fast, name, scale)
    if fast.level > 1:
        fast, location = one_predictor(fast, observe, location)
    terms = linear_terms(fast, location)
    keys = dict.fromkeys(x for t in terms if (told := _told(t)) for x in row_inputs(told).values())
    by_row = [t.data for t in terms if t.data is not None]
    if own.known and not by_row:
        _refuse_few(fast, [key.name for key in keys])
    keys |= dict.fromkeys(own.keys)
    fast, hoisted = hoist(fast, [*by_row, *(w for w in (*weights, *own.known) if has_rows(w))])
    known = Known(*(tuple(hoisted.get(w, w) for w in part) for part in (weights, own.known)))
    read = {**hoisted, **_products(terms, hoisted)}
    location = rewrite(location, read.get) if read else location
    response = ir.Input(name, (ROW,))
    if density.name == "LogNormal":
        logs = ir.Input(fresh(fast, f"log_{name}"), (ROW,))
        step = Step((logs.name,), ir.Apply("log", response))
        fast, response = fast.with_(steps=(*fast.steps, step)), logs
    fast, counted = known.counted(fast, name)
    cells = ir.Input(fresh(fast, f"{name}_cells"), ())
    found = ir.Helper(
        "Cells", (number_of_rows(response), *keys), (), tuple(("weights", w) for w in counted)
    )
    fast = fast.with_(steps=(*fast.steps, Step((cells.name,), found)))
    columns = dict.fromkeys(_column(t, hoisted) for t in terms if t.data is not None)
    for key in own.keys:
        columns.pop(key, None)  # all rows of a cell have it in common
    sloped = [_column(t, hoisted) for t in terms if t.kind == "slope"]
    if sloped and own.keys:
        raise StandsAside(f"the scale of {name} differs between levels, as slopes do")
    fast, slopes = _turned(fast, name, cells, sloped)
    split = [response, *(x for x in columns if x not in sloped)]
    fast, within, of_scale = _split(fast, cells, split, slopes, own.keys)

    for x in columns:
        fast, _ = add(fast, x.name, "cell_means", (cells, x), _by_cell(x), "means")
    for key in keys:
        fast, _ = add(fast, key.name, "cell_values", (cells, key), _by_cell(key))
    dims = (CELL,)
    fast, means = add(fast, fresh(fast, f"{name}_mean"), "cell_means", (cells, response), dims)
    count = fresh(fast, f"{name}_count")
    fast, counts = add(fast, count, "cell_counts", (cells,), dims, known.words)
    jacobian = () if response.name == name else (response,)
    residual = _residual(within, terms, response, hoisted)
    of = " and ".join(key.name for key in keys)
    comment = f"the mean of {f'each {of}' if of else 'all rows'}, then what its rows differ from it"
    what = f"a mean for each {of}" if of else "their mean"
    rows = f"{'weighted ' if weights else ''}rows of {name}"
    ending = BY_ITSELF if of else ""
    if of_scale is not None:
        fast, constant = known.constant(fast, name, cells, jacobian)
        fast, number = known.number(fast, name, cells, counts)
        ends = ir.Gather(own.told, (of_scale,))
        by_scale = (
            ir.Helper(
                "means_log_density_by_scale", (means, location, own.told, counts, number), ()
            ),
            ir.Helper("within_log_density_by_scale", (residual, ends, constant), ()),
        )
        factor = m.Factor(name, by_scale, comment)
        text = f"{rows} enter by {what} and, for each scale, the R factor of what differs from it"
        done = with_factor(read_hoisted(fast, read), factor)
        without = f"the scale of {name} differs between levels"
        return done.with_(without_cells=without), f"{text}{ending}"
    fast, freedom = known.freedom(fast, name, cells)
    fast, constant = known.constant(fast, name, cells, jacobian)
    densities = [
        ir.Helper("means_log_density", (means, location, own.told, counts), ()),
        ir.Helper("within_log_density", (residual, own.told, freedom, constant), ()),
    ]
    if slopes is not None:
        fast, alongside = _along(fast, slopes, [response, *columns], keys)
        turned = _residual(alongside, terms, response, hoisted)
        densities.append(ir.Helper("along_log_density", (turned, own.told), ()))
        comment += ", apart from its slopes and along them"
        what += ", a row for each of its slopes"
    done = with_factor(read_hoisted(fast, read), m.Factor(name, tuple(densities), comment))
    parts = [(x.name, within[x].name) for x in columns if x in within]
    parts.append((means.name, within[response].name))
    merged = Merged(
        counts.name, freedom.name, constant.name, tuple(key.name for key in keys), tuple(parts)
    )
    made = Cells(name, means, counts, location, own.told, cells, counted, slopes)
    done = done.with_(cells=made, merged=merged)
    return done, f"{rows} enter by {what} and the R factor of what differs from it{ending}"


def _refuse_few(fast: Fast, keys: list[str]) -> None:
    """Rows with an error each, and no columns beside levels: estimates, often one for each level.

    As cells they are no fewer, unless the data were shown, or levels are integrated out.
    """
    facts = fast.facts
    few = facts is not None and len(keys) == 1 and 2 * facts.levels_of(keys[0]) <= facts.rows
    if fast.level < 2 and keys and not few:
        raise StandsAside("rows have an error each, and may be as many as levels (see --data)")


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
        fast, found[x] = add(fast, name, "along_slopes", (slopes, x), dims, "along slopes")
    known = {a.name: a for a in fast.model.arguments}
    for key in keys:
        name = fresh(fast, f"{key.name}_along")
        made = m.Argument(name, "index", (ALONG,), f"of {name}", of=known[key.name].of)
        value = ir.Helper("levels_along", (slopes, key), (ALONG,))
        fast = fast.with_(prepared=(*fast.prepared, Prepared(made, value)))
        found[key] = ir.Input(name, (ALONG,))
    return fast, found


def _split(
    fast: Fast,
    cells: ir.Input,
    parts: list[ir.Input],
    slopes: ir.Input | None,
    scales: tuple[ir.Input, ...],
) -> tuple[Fast, dict[ir.Expression, ir.Input], ir.Input | None]:
    """The step that makes the R factor, and each part's columns of it.

    Where ``scales`` tell those of rows, there is one of each, and last the cell of each row of it.
    """
    within: dict[ir.Expression, ir.Input] = {}
    made, taken = [], taken_names(fast)
    for x in parts:
        name, dims = unlike(taken, f"{x.name}_within"), (WITHIN, *x.dims[1:])
        taken.add(name)
        within[x] = ir.Input(name, dims)
        made.append(Prepared(m.Argument(name, "column", dims, name), within[x]))
    found, of_scale = list(within.values()), None
    if scales:
        of_scale = ir.Input(unlike(taken, f"{parts[0].name}_within_cell"), (WITHIN,))
        argument = m.Argument(of_scale.name, "column", (WITHIN,), "a cell of its scale")
        made.append(Prepared(argument, of_scale))
        found.append(of_scale)
    fast = fast.with_(prepared=(*fast.prepared, *made))
    also = (("slopes", slopes),) if slopes is not None else ()
    call = ir.Helper("cells_within", (cells, *parts), (), also)
    if scales:
        kinds = ir.Helper("Cells", (number_of_rows(parts[0]), *scales), (), (("merge", 1),))
        call = ir.Helper("cells_within_scales", (cells, kinds, *parts), ())
    step = Step(tuple(x.name for x in found), call, unpacked=True)
    return fast.with_(steps=(*fast.steps, step)), within, of_scale


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
    exact="one Gaussian or lognormal response, weighted or not, a scale that no row changes but by "
    "its levels or by a known factor, and a predictor that is linear in its columns, with "
    "coefficients that no row changes but by its levels",
    source="Golub and Van Loan (2013), Matrix Computations, ch. 5; the split into means and "
    "deviations is that of the analysis of variance",
    apply=_apply,
)
