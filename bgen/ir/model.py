"""The model: columns, host computations, arguments, paragraphs of typed statements, responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bgen.ir import contract
from bgen.ir.dims import Classes, Dims, Levels
from bgen.ir.expressions import Expression, Helper, walk
from bgen.ir.supports import Support

# --- the model's arguments ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of the model function.

    ``kind``: design (row, d) of ``features``, perhaps ``standardized``; index (row,) into the
    levels of ``of``; column, a value a row, a level or a scalar, ``value`` on the host side;
    computed, what the ``value``, a helper on the host side, makes of columns; response; observed,
    whether the responses that its ``value`` reads are there; history, what a prediction knows of
    the response that its ``value`` reads; row, the number of each row;
    statistic, the ``comment`` (mean or sd) of each column of the design ``of``. The counts
    ``n_<of>`` follow from the dims and are not listed.
    """

    name: str
    kind: Literal[
        "design",
        "index",
        "column",
        "computed",
        "response",
        "observed",
        "history",
        "row",
        "statistic",
    ]
    dims: Dims
    comment: str
    features: tuple[contract.Feature, ...] = ()
    of: str | None = None
    value: Expression | None = None
    standardized: bool = False


# --- distributions and statements -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Density:
    """A distribution with its parameters in NumPyro's order.

    ``name`` is a NumPyro class, ``Flat`` (improper uniform on ``support``), ``HalfStudentT`` or
    ``Truncated`` (of ``base``), or, where it is ``own``, a class of ``templates/library``.
    ``bases`` are the densities that it is made of. ``event`` counts the trailing axes that one
    draw has. ``tails`` names the class of the library that has the same density and log tail
    probabilities (``log_cdf``, ``log_survival``) too, for censoring and truncation; empty where
    there is none. ``standard`` tells a density that moves independent standard normals, so that
    the site can be sampled as those.
    """

    name: str
    parameters: tuple[tuple[str, Expression], ...]
    support: Support
    base: Density | None = None
    own: bool = False
    bases: tuple[Density, ...] = ()
    event: int = 0
    tails: str = ""
    standard: bool = False

    def parameter(self, name: str) -> Expression | None:
        return next((value for key, value in self.parameters if key == name), None)


def densities_in(density: Density) -> Iterator[Density]:
    """A density, and those that it is made of."""
    yield density
    for part in (*density.bases, *([density.base] if density.base else [])):
        yield from densities_in(part)


def values_of(density: Density) -> list[Expression]:
    """The expressions of a density, and of those that it is made of."""
    found: list[Expression] = []
    for part in densities_in(density):
        bounds = (part.support.low, part.support.high)
        found += [value for _, value in part.parameters]
        found += [bound for bound in bounds if bound is not None]
    return found


def functions_called(densities: Iterable[Density], values: Iterable[Expression]) -> set[str]:
    """The functions and classes of the library that densities and other values call."""
    densities = list(densities)
    every = [*values, *(value for density in densities for value in values_of(density))]
    own = {part.name for density in densities for part in densities_in(density) if part.own}
    return own | {n.function for value in every for n in walk(value) if isinstance(n, Helper)}


@dataclass(frozen=True, slots=True)
class Sample:
    """A latent site: ``name ~ prior``, one value for each element of ``dims``.

    ``default`` tells a prior that the user did not write.
    """

    name: str
    dims: Dims
    prior: Density
    default: bool = True

    @property
    def is_row(self) -> bool:
        return any(d.is_row for d in self.dims)


@dataclass(frozen=True, slots=True)
class Let:
    """``name = value``: a predictor begins, or a layer keeps an intermediate.

    A rewrite says in a ``comment`` what it is for.
    """

    name: str
    value: Expression
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Accumulate:
    """``name = name + value`` or ``name = name - value``."""

    name: str
    sign: Literal["+", "-"]
    value: Expression


@dataclass(frozen=True, slots=True)
class Observe:
    """The response ``name`` has this density at every row.

    ``parts`` are the responses that it is made of, where they are several. Where ``mask`` is
    false, the row's response is missing and has no density. ``values`` is the column with its
    imputed values, which the name stands for from here on.
    """

    name: str
    density: Density
    parts: tuple[str, ...] = ()
    mask: Expression | None = None
    values: Expression | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """``report name``: a deterministic site."""

    name: str
    dims: Dims


@dataclass(frozen=True, slots=True)
class Factor:
    """``numpyro.factor(name, sum of terms)``: the log density of a response without its rows.

    ``comment`` says in a line or two what the terms are. ``weighted`` is the density of the
    response itself and how often each of its values counts, which is a term as well.
    """

    name: str
    terms: tuple[Expression, ...]
    comment: str
    weighted: tuple[Density, Expression] | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """``numpyro.factor``: the log density of a site's prior, where its value is computed.

    With the logarithm of a ``stretch``, which moves each of its values.
    """

    name: str
    site: Sample
    stretch: Expression | None = None


Statement = Sample | Let | Accumulate | Observe | Keep | Factor | Prior


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What one statement of the source, or one term of its sum, becomes.

    ``heading`` is the canonical source text; ``continues`` marks a later term of a sum, whose
    heading is indented under the first.
    """

    heading: str
    statements: tuple[Statement, ...]
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Reparameterisation:
    """How NUTS sees one site: ``centred`` in [0, 1], 1 as written; ``reason`` is said beside it.

    ``log`` where the logarithm of the site is the location-scale family; ``shape`` names the
    parameters of the prior beside location and scale. ``standard`` where the prior moves standard
    normals as a whole, so that it is either centred or not. ``asked`` where the source says so.
    """

    site: str
    centred: float
    reason: str
    log: bool = False
    shape: tuple[str, ...] = ()
    standard: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One response, for prediction and the unit-prior warning.

    ``link`` is the function that takes its mean to the predictor, or ``natural``. Where default
    priors are in force: ``location_sd`` is that of the intercept's, ``default_scale`` whether its
    sd has one, ``offset`` what is known of the predictor. ``above_zero``: zeros are apart.
    """

    name: str
    link: str
    location_sd: float | None = None
    default_scale: bool = False
    offset: Expression | None = None
    above_zero: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """True values of a ``column`` that was read off with an ``error``, whose text is ``text``.

    ``error`` is the name of an argument, or a number.
    """

    site: str
    column: str
    error: str | float
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """A look at the finished fit: a ``function`` of ``templates/library`` makes it.

    It takes the names of sites and arguments, and ``numbers`` by keyword.
    """

    function: str
    names: tuple[str, ...]
    numbers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Model:
    """A whole program, checked."""

    name: str
    title: str | None
    columns: tuple[contract.ColumnSpec, ...]
    derived: tuple[contract.Derived, ...]
    crossings: tuple[contract.Crossing, ...]
    grids: tuple[contract.TimeGrid, ...]
    unions: tuple[contract.Union, ...]
    arguments: tuple[Argument, ...]
    paragraphs: tuple[Paragraph, ...]
    responses: tuple[Response, ...]
    reparameterisations: tuple[Reparameterisation, ...] = ()
    settings: tuple[tuple[str, int | float | str], ...] = ()
    unidentified: tuple[str, ...] = ()
    pair_labels: tuple[contract.PairLabels, ...] = ()
    columns_needed: tuple[contract.MoreColumns, ...] = ()
    reviews: tuple[Review, ...] = ()
    measured: tuple[Measured, ...] = ()
    #: What ``encode`` checks once the columns that a rule reads are there.
    rules: tuple[Helper, ...] = ()
    finite: tuple[contract.Finite, ...] = ()
    patched: tuple[contract.Patched, ...] = ()

    def statements(self) -> Iterator[Statement]:
        for paragraph in self.paragraphs:
            yield from paragraph.statements

    def joint(self) -> dict[str, tuple[str, ...]]:
        """The sites of several responses, and their names."""
        found = (s for s in self.statements() if isinstance(s, Observe) and s.parts)
        return {s.name: s.parts for s in found}

    def imputed(self) -> tuple[str, ...]:
        """The columns whose missing values are sites."""
        return tuple(s.name for s in self.statements() if isinstance(s, Observe) and s.values)

    def is_series(self) -> bool:
        """Whether some density is of all rows together."""
        return any(a.kind == "history" for a in self.arguments)

    def level_counts(self) -> tuple[str, ...]:
        """The categories (crossings, time grids) whose number of levels the model takes."""
        found: dict[str, None] = {}
        for argument in self.arguments:
            if argument.kind == "index" and argument.of:
                found[argument.of] = None
        axes = [dim for argument in self.arguments for dim in argument.dims]
        axes += [dim for site in self.sites() for dim in site.dims]
        for dim in axes:
            if isinstance(dim.extent, Levels | Classes):
                found[dim.extent.name] = None
        return tuple(found)

    def sites(self) -> tuple[Sample, ...]:
        return tuple(s for s in self.statements() if isinstance(s, Sample))

    def site(self, name: str) -> Sample:
        return next(s for s in self.sites() if s.name == name)

    def argument(self, name: str) -> Argument:
        return next(a for a in self.arguments if a.name == name)
