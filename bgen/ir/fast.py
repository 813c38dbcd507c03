"""The fast form of a model: the same posterior, written for the sampler.

It starts as the textbook model and is rewritten by ``bgen.passes``. What ``prepare`` makes of the
data takes the place of the rows; what ``recover`` draws was integrated out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bgen.ir.expressions import Expression, Input, Unknown
from bgen.ir.facts import Facts
from bgen.ir.model import Argument, Density, Model, Paragraph, Sample, Statement


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of ``prepare``: host-side names and the call that makes them.

    What it gives is ``unpacked`` where it is a list, also of one.
    """

    targets: tuple[str, ...]
    value: Expression
    unpacked: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """An argument of ``model_fast`` that ``prepare`` makes, and how."""

    argument: Argument
    value: Expression


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sites that were integrated out, and their joint distribution given the others."""

    sites: tuple[str, ...]
    given: Density
    comment: str


@dataclass(frozen=True, slots=True)
class Cells:
    """A Gaussian response as the means of cells of rows, for passes that go on from there.

    ``means`` and ``counts`` are inputs, ``location`` and ``scale`` the response's. The density of
    the means is the first term of the ``Factor``. ``prepare`` knows ``weights`` of the rows, where
    they differ, and has made ``cells`` and, where columns have slopes by level, ``slopes``.
    """

    response: str
    means: Input
    counts: Input
    location: Expression
    scale: Expression
    cells: Input
    weights: tuple[Expression, ...] = ()
    slopes: Input | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The names of what ``prepare`` makes of cells: what it makes of blocks of rows merges by them.

    ``parts`` pairs the means of a column with what the rows of a cell differ from them; ``sums``
    are of the rows of each level.
    """

    counts: str
    freedom: str
    constant: str
    keys: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    sums: tuple[str, ...] = ()

    def names(self) -> set[str]:
        pairs = {name for pair in self.parts for name in pair}
        return {self.counts, self.freedom, self.constant, *self.keys, *pairs, *self.sums}


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Coefficients that a vector ``z`` moves together, and what the map is computed from.

    ``response`` and ``known`` columns are pairs of names, of means and of what rows differ from
    them; so are the ``columns`` of each site, of which an intercept has none. ``priors`` are about
    the location and 1 / scale of sites, where these are not 0 and 1. ``scale`` is the site
    of that of the errors, where it is moved too.
    ``arguments`` of ``model_fast`` are made of what ``prepare`` makes, once all rows are in it.
    """

    z: str
    counts: str
    response: tuple[str, str]
    known: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    priors: tuple[tuple[str, tuple[float, float]], ...]
    scale: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Centred:
    """Effects of a grouping that were moved, and what ``prepare`` knows of their levels.

    ``by_level`` is what the rows say of each level, ``pilot`` about their scale. ``apart`` is 1
    where no others carry what these do, in whole or in part, and 0 where they do.
    """

    site: str
    index: Input
    by_level: Input
    pilot: Input
    apart: Expression


@dataclass(frozen=True, slots=True)
class Grouped:
    """The moved effects of a predictor, and its intercept."""

    intercept: Unknown
    effects: tuple[Centred, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the plan: what a pass did, or why it stood aside."""

    name: str
    applied: bool
    text: str


@dataclass(frozen=True)
class Fast:
    """``model`` as the reader knows it, and its fast form so far.

    ``auxiliary`` pairs a site that only the fast form has with the site of the model that it moves,
    value by value, others as they are.
    """

    model: Model
    paragraphs: tuple[Paragraph, ...]
    steps: tuple[Step, ...] = ()
    prepared: tuple[Prepared, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    cells: Cells | None = None
    #: Why there are none.
    without_cells: str = "the response is not the Gaussian means of cells"
    merged: Merged | None = None
    #: What the kernel of the cells computes once, for the plan.
    hoisted: str = ""
    auxiliary: tuple[tuple[str, str], ...] = ()
    coordinates: Coordinates | None = None
    grouped: tuple[Grouped, ...] = ()
    #: Sites that are computed from others by a map whose determinant never changes.
    shifted: tuple[str, ...] = ()
    #: What ``recover`` computes predictors by, where that is not ``paragraphs``.
    textbook: tuple[Paragraph, ...] = ()
    notes: tuple[Note, ...] = ()
    #: Of the data, where they were shown.
    facts: Facts | None = None
    #: Up to which rewrites are made, and those that are not.
    level: int = 1
    without: frozenset[str] = frozenset()

    @property
    def changed(self) -> bool:
        return any(note.applied for note in self.notes)

    def statements(self) -> list[Statement]:
        return [s for p in self.paragraphs for s in p.statements]

    def sampled(self) -> set[str]:
        """The names of the sites that are sampled, its own and those of the model."""
        return {s.name for s in self.statements() if isinstance(s, Sample)}

    def with_(self, **fields: Any) -> Fast:
        return replace(self, **fields)
