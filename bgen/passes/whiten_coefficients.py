"""``whiten_coefficients``: the coefficients of a Gaussian response in units of their posterior.

The rows tell the coefficients about as well as least squares does: b is near b0 with covariance V,
where ``prepare``'s statistics give both. All coefficients are sampled together, as z in

    b = b0 + L z,    L L' = V,

so that z is nearly standard normal, whatever the units and correlations of the columns and however
many rows there are: the number of leapfrog steps does not grow with them. The scale of the errors
is sampled in units of its posterior too, sigma = sigma0 exp(w z). Priors are taken at b and sigma,
with the logarithm of the map's determinant, so that the posterior is the same for any b0, L, sigma0
and w.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim, Dims, Width
from bgen.ir.fast import Cells, Coordinates, Fast, Merged
from bgen.ir.supports import POSITIVE, REAL
from bgen.passes.base import Pass, StandsAside, taken_names
from bgen.passes.linear import Term, linear_terms


@dataclass(frozen=True, slots=True)
class _Block:
    """A site of coefficients, and the names of its columns' means and deviations; of an
    intercept there are none."""

    site: m.Sample
    columns: tuple[str, ...]


def _apply(fast: Fast) -> tuple[Fast, str]:
    if fast.cells is None or fast.merged is None:
        raise StandsAside(fast.without_cells)
    cells, merged = fast.cells, fast.merged
    if merged.keys:
        raise StandsAside(f"the rows of {cells.response} differ by levels")
    blocks, known = _blocks(fast, cells, merged)
    scale = _scale(fast, cells)
    names = _Names(fast)
    location = cells.location
    predictor = location.name if isinstance(location, ir.Local) else cells.response
    z = names.take(f"{predictor}_standard")
    made: list[m.Argument] = []
    new: dict[str, tuple[m.Statement, ...]] = {}
    first = blocks[0].site
    axis = Dim(z, Width(f"{first.name}_by", axis=len(first.dims)))
    for block in blocks:
        new[block.site.name] = _moved(names, made, block.site, ir.Unknown(z, (axis,)))
    volume = names.take(f"{z}_volume")
    made.append(m.Argument(volume, "column", (), "log determinant of all of these"))
    words = "all coefficients together: standard normal, as far as the rows tell"
    new[first.name] = (
        m.Sample(z, (axis,), m.Density("Flat", (), REAL)),
        m.Factor(volume, (ir.Input(volume, ()),), words),
        *new[first.name],
    )
    auxiliary = fast.auxiliary
    if scale is not None:
        new[scale.name] = _moved_scale(names, made, scale)
        auxiliary = (*auxiliary, (f"{scale.name}_standard", scale.name))
    coordinates = Coordinates(
        z=z,
        counts=merged.counts,
        response=merged.parts[-1],
        known=known,
        columns=tuple((b.site.name, b.columns) for b in blocks),
        priors=tuple((b.site.name, p) for b in blocks if (p := _normal(b.site)) != (0.0, 1.0)),
        scale=scale.name if scale is not None else "",
        arguments=tuple(made),
    )
    done = fast.with_(
        paragraphs=tuple(_put(p, new) for p in fast.paragraphs),
        coordinates=coordinates,
        auxiliary=auxiliary,
    )
    sites = [b.site.name for b in blocks] + ([scale.name] if scale is not None else [])
    return done, f"{', '.join(sites)} in units of their posterior, by least squares"


# --- which sites ----------------------------------------------------------------------------------


def _blocks(
    fast: Fast, cells: Cells, merged: Merged
) -> tuple[list[_Block], tuple[tuple[str, str], ...]]:
    """The sites of the coefficients in the order of the source, and columns without any."""
    within = dict(merged.parts)
    sites = {s.name: s for s in fast.statements() if isinstance(s, m.Sample)}
    moved = {r.site: r for r in fast.model.reparameterisations if r.asked or r.centred < 1.0}
    found: dict[str, _Block] = {}
    known: list[tuple[str, str]] = []
    for term in linear_terms(fast, cells.location):
        if term.sign == "-":
            raise StandsAside("a term of the predictor is subtracted")
        columns: tuple[str, ...] = ()
        if term.kind != "flat":
            if not isinstance(term.data, ir.Input):
                raise StandsAside("a term of the predictor is no column")
            columns = (term.data.name, within[term.data.name])
        if term.kind == "known":
            known.append((columns[0], columns[1]))
            continue
        site = sites.get(_coefficient(term))
        if site is None or site.name in found or not _is_movable(site):
            raise StandsAside("a coefficient is not sampled by itself, on the whole line")
        if site.name in moved:
            raise StandsAside(f"{site.name} is sampled otherwise: {moved[site.name].reason}")
        found[site.name] = _Block(site, columns)
    if not found:
        raise StandsAside("there are no coefficients")
    return [found[name] for name in sites if name in found], tuple(known)


def _coefficient(term: Term) -> str:
    value = term.value if term.kind == "flat" else term.coefficient
    return value.name if isinstance(value, ir.Unknown) else ""


def _is_movable(site: m.Sample) -> bool:
    """Whether its values are any numbers, each by itself."""
    prior = site.prior
    return prior.support == REAL and not (prior.bases or prior.event or len(site.dims) > 1)


def _normal(site: m.Sample) -> tuple[float, float]:
    """About the location and 1 / scale of a prior; 0 where it is flat or in units of the data."""
    loc, scale = site.prior.parameter("loc"), site.prior.parameter("scale")
    at = loc.value if isinstance(loc, ir.Constant) else 0.0
    if isinstance(scale, ir.Constant) and scale.value > 0.0:
        return at, 1.0 / scale.value
    known = scale is None or not ir.has_unknowns(scale)
    return at, 0.0 if known else 1.0


def _scale(fast: Fast, cells: Cells) -> m.Sample | None:
    """The scale of the errors, where it is sampled by itself among all positive numbers."""
    if not isinstance(cells.scale, ir.Unknown) or cells.scale.dims:
        return None
    sites = {s.name: s for s in fast.statements() if isinstance(s, m.Sample)}
    site = sites.get(cells.scale.name)
    if site is None or site.prior.support != POSITIVE or site.prior.bases:
        return None
    return site if not any(ir.has_unknowns(v) for _, v in site.prior.parameters) else None


# --- what becomes of them -------------------------------------------------------------------------


class _Names:
    """New names, which ``Coordinates`` of the library puts together likewise."""

    def __init__(self, fast: Fast) -> None:
        self._taken = taken_names(fast)

    def take(self, name: str) -> str:
        if name in self._taken:
            raise StandsAside(f"{name} has another meaning in the source")
        self._taken.add(name)
        return name


def _moved(
    names: _Names, made: list[m.Argument], site: m.Sample, z: ir.Unknown
) -> tuple[m.Statement, ...]:
    """A site computed from ``z``, with its prior."""

    def given(part: str, dims: Dims, words: str) -> ir.Input:
        name = names.take(f"{site.name}_{part}")
        made.append(m.Argument(name, "column", dims, words))
        return ir.Input(name, dims)

    at = given("at", site.dims, "by least squares")
    by = given("by", (*site.dims, *z.dims), "for one unit of each z")
    value: ir.Expression = ir.add(at, ir.MatMul(by, z))
    prior = m.Prior(names.take(f"{site.name}_prior"), site)
    return (m.Let(site.name, value), m.Keep(site.name, site.dims), prior)


def _moved_scale(names: _Names, made: list[m.Argument], site: m.Sample) -> tuple[m.Statement, ...]:
    at = ir.Input(names.take(f"{site.name}_at"), ())
    width = ir.Input(names.take(f"{site.name}_width"), ())
    made.append(m.Argument(at.name, "column", (), "by least squares"))
    made.append(m.Argument(width.name, "column", (), "of its logarithm"))
    z = ir.Unknown(names.take(f"{site.name}_standard"), ())
    value = ir.multiply(at, ir.Apply("exp", ir.multiply(width, z)))
    stretch = ir.multiply(width, ir.Unknown(site.name, ()))
    return (
        m.Sample(z.name, (), m.Density("Flat", (), REAL)),
        m.Let(site.name, value),
        m.Keep(site.name, ()),
        m.Prior(names.take(f"{site.name}_prior"), site, stretch),
    )


def _put(paragraph: m.Paragraph, new: dict[str, tuple[m.Statement, ...]]) -> m.Paragraph:
    """The paragraph with new statements in place of the sites."""
    statements: list[m.Statement] = []
    for s in paragraph.statements:
        statements += new.get(s.name, (s,)) if isinstance(s, m.Sample) else (s,)
    return replace(paragraph, statements=tuple(statements))


PASS = Pass(
    name="whiten_coefficients",
    order=34,
    level=1,
    summary="Coefficients of a Gaussian response in units of their posterior.",
    exact="the response is compressed, no levels tell its rows apart, and every coefficient is "
    "sampled by itself on the whole line",
    source="Carpenter et al. (2017), Stan: A Probabilistic Programming Language, on the QR "
    "parameterisation of regressions",
    apply=_apply,
)
