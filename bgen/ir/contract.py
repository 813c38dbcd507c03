"""The data contract: columns, and what ``encode`` makes of them, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bgen.ir.dims import ROW, Dim, Dims
from bgen.ir.expressions import Expression


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One declared column (or block of columns) and what the data must fulfil.

    ``role`` is input, response, density (needed by the density only, so optional at prediction) or
    history (a response from whose values a prediction carries on, as far as they are given);
    ``coded`` marks a category that some design treatment codes, for which a new level is an error;
    ``members`` several categories with their levels in common; ``unread`` are the columns that are
    declared and not used, which no pattern takes.
    """

    name: str
    type: str
    role: Literal["input", "response", "density", "history"] = "input"
    levels: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    patterns: tuple[str, ...] = ()
    block: bool = False
    by: str | None = None
    open: bool = False
    coded: bool = False
    missing: bool = False
    members: bool = False
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived column: computed by ``encode`` from columns and learnt constants."""

    name: str
    value: Expression
    heading: str
    role: Literal["input", "response"] = "input"


@dataclass(frozen=True, slots=True)
class Finite:
    """A ``value`` of columns that ``encode`` checks to be finite; ``shown`` is it as written.

    ``before`` names the derived column that is made of it.
    """

    shown: Expression
    value: Expression
    before: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A category made of the combinations seen of others: ``a:b``."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """Slots of an integer or date column: ``(t - min) / step``, ``horizon`` more for forecasts."""

    name: str
    column: str
    step: int
    horizon: int


@dataclass(frozen=True, slots=True)
class Union:
    """The levels of several categories together; each row has one of each of the ``parts``."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairLabels:
    """The labels ``a:b`` of the axis ``dim``, from those of one or two designs."""

    dim: str
    left: str
    right: str | None


@dataclass(frozen=True, slots=True)
class Coded:
    """A category as indicators of its levels: all but the first, or all where it is ``full``."""

    name: str
    full: bool = False


@dataclass(frozen=True, slots=True)
class MoreColumns:
    """``dim``, whose length the data tell, must be longer ``than`` that; ``told`` says why."""

    told: str
    than: float
    dim: Dim


@dataclass(frozen=True, slots=True)
class Feature:
    """Some columns of a design, and their labels.

    ``value`` is a host expression over the rows: one column, or a block of them. ``coded`` are
    categories whose indicators are multiplied with each other, the last running fastest, and with
    ``value`` where there is one. ``label`` is the label of a single column; for a block, ``{}`` in
    it stands for the label of each column of the block ``block``, of a spline for its number; for
    coded categories each ``{}`` stands for ``sex=female``. A spline's columns run after those of
    the first ``place`` categories. ``width`` is the number of columns, where known.
    """

    label: str
    value: Expression | None
    width: int | None = 1
    block: str | None = None
    coded: tuple[Coded, ...] = ()
    place: int = 0


@dataclass(frozen=True, slots=True)
class Patched:
    """A design that the model puts together, and the features whose labels its axis has."""

    axis: Dim
    features: tuple[Feature, ...]

    @property
    def dims(self) -> Dims:
        return (ROW, self.axis)
