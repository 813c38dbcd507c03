"""What a layer is: its arguments, sites and priors declared, and how it lowers to the IR."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn

from bgen.ir.dims import Dim, Dims
from bgen.ir.distributions import DISTRIBUTIONS
from bgen.ir.expressions import Expression, Helper, Input, Local
from bgen.ir.model import Density
from bgen.ir.supports import Range, Support
from bgen.syntax import ast


@dataclass(frozen=True, slots=True)
class Slot:
    """One positional argument of a layer.

    ``features``: columns and their transforms, made into one design; with ``many`` all the
    positional arguments together. ``category``: a grouping. ``time``: an integer or date column.
    ``ordinal``: a category whose levels have an order. ``expression``: arithmetic of data and
    unknowns. Where the layer takes a ``constant``, the number 1 among its features is a column.
    ``single``: its one feature is a column of numbers.
    """

    name: str
    kind: Literal["features", "category", "ordinal", "time", "expression"]
    many: bool = False
    optional: bool = False
    constant: bool = False
    single: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A keyword with ``=``.

    A whole number of at least ``minimum``, a positive number (``real``), a word of a list, a
    grouping (``category``), or columns (``features``). Without a ``default`` it must be given,
    unless it is ``optional``. ``when`` says when its default is in force, if not always.
    """

    name: str
    kind: Literal["integer", "real", "word", "category", "features"] = "integer"
    default: int | float | str | None = None
    minimum: int = 1
    words: tuple[str, ...] = ()
    optional: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class SiteSpec:
    """One site and its default prior.

    ``role`` says how ``priors scaled`` reads it: an intercept, a coefficient of a column, an
    effect of a level, a scale of either, or none of these (``free``: the default stays). ``suffix``
    is what the site's name adds to the layer's; empty for ``intercept``. Without a ``prior`` the
    density follows from the other parts, and cannot be replaced. ``single`` says that it is one
    number whatever the data, so that a number can stand for it. ``identified`` is false
    where rotations or signs leave the density unchanged. A ``wide`` site has a value for each
    class where the response has several classes. ``unit``: its default has a size in the units of
    the data which ``priors scaled`` leaves as it is, unless one of these options or parts is given.
    ``when`` says when the site is there, if not always.
    """

    part: str
    prior: ast.Call | None
    role: Literal["intercept", "coefficient", "effect", "scale", "free"]
    suffix: str | None = None
    identified: bool = True
    wide: bool = True
    single: bool = False
    unit: tuple[str, ...] | None = None
    when: str = ""

    def named(self, base: str) -> str:
        """The site's name in a layer of the name ``base``."""
        return base + (f"_{self.part}" if self.suffix is None else self.suffix)

    @property
    def range(self) -> Range:
        """Where its values must be: where its default prior is."""
        known = None if self.prior is None else DISTRIBUTIONS.get(self.prior.function)
        return Range.REAL if known is None else Support(known.support.partition("(")[0]).range

    @property
    def takes_a_number(self) -> bool:
        """Whether ``part = 0.5`` can fix it: a scale may be the same for all columns."""
        return self.prior is not None and (self.single or self.range is Range.POSITIVE)


@dataclass(frozen=True, slots=True)
class Layer:
    """The declaration of one layer: all that the compiler and the reference know of it."""

    keyword: str
    summary: str
    formula: str
    source: str
    slots: tuple[Slot, ...]
    sites: tuple[SiteSpec, ...]
    lower: Callable[[LayerCall], Expression]
    example: str
    options: tuple[Option, ...] = ()
    is_constant: bool = False
    #: Whether rows of zeros contribute too.
    biased: bool = False
    #: How many different columns it needs, where they all come from one argument.
    columns: int = 1
    #: Whether the names of all arguments make its name, also where they are several.
    joins: bool = False

    def site(self, part: str) -> SiteSpec | None:
        return next((s for s in self.sites if s.part == part), None)

    def option(self, name: str) -> Option | None:
        return next((o for o in self.options if o.name == name), None)


class LayerCall(ABC):
    """One use of a layer, as its ``lower`` sees it. The checker supplies the implementation."""

    @abstractmethod
    def site(self, part: str, *dims: Dim) -> Expression:
        """Sample the site ``part`` with these axes; its prior is the user's or the default.

        Where the user fixed the part (``scale = 0.5``), the value that was given.
        """

    @abstractmethod
    def sample(self, part: str, prior: Density, *dims: Dim) -> Expression:
        """Sample ``<base>_<part>`` from a density that the layer has made of its declared parts.

        ``part`` must be declared too; the axes are taken as they are.
        """

    @abstractmethod
    def simplex(self, part: str, dim: Dim) -> Expression:
        """Sample shares that sum to 1, one for each element of ``dim``, shared by all classes."""

    @abstractmethod
    def correlation(self, part: str, dim: Dim) -> Expression:
        """Sample the Cholesky factor of a correlation matrix, for each class one.

        Unlike in other sites the axes of the classes come first: a draw is a matrix.
        """

    @abstractmethod
    def density(self, part: str) -> Density:
        """The density that the user gave a part with ``~``, or its default; nothing is sampled."""

    @abstractmethod
    def in_own_units(self, part: str, design: Expression) -> Expression:
        """The scales ``part`` of coefficients, which has been made, in the units of these.

        Under ``priors scaled`` default ones are divided by the sds of the columns; those that the
        user gave are in these units.
        """

    @abstractmethod
    def define(self, name: str, value: Expression) -> None:
        """Let the default priors of later sites use ``name`` for a value."""

    @abstractmethod
    def prior(self, part: str) -> ast.Call:
        """The distribution that the user gave a part with ``~``, or its default, as written."""

    @property
    @abstractmethod
    def out(self) -> Dims:
        """The axes of the classes that the predictor has a value for; () for one output."""

    @abstractmethod
    def design(self, slot: str = "x", *, standardized: bool = False) -> Expression:
        """The design of a features slot: axes (row, features).

        ``standardized``: each column less its mean, by its sd, both of the training data.
        """

    @abstractmethod
    def weights(self, option: str, member: Dim) -> Expression | None:
        """The block of an option, axes (row, ``member``), as it is; None where it is not given."""

    @abstractmethod
    def members(self, slot: str) -> tuple[Input, Dim]:
        """The indices (row, columns) of a slot of several categories, and what they point into:

        the levels of all of them together.
        """

    @abstractmethod
    def steps(self, slot: str) -> Dim:
        """The axis of the steps between the levels of an ordinal slot."""

    @abstractmethod
    def column(self, slot: str = "x") -> Expression:
        """Host side: the values of a slot of one feature by row, for ``computed``."""

    @abstractmethod
    def computed(self, part: str, value: Helper, comment: str, *, learns: bool = True) -> Input:
        """The argument ``<base>_<part>``, which a helper of ``encode`` computes from columns.

        Where it ``learns``, the helper keeps constants of the training data under its label.
        """

    @abstractmethod
    def counted(self, part: str, axis: int = 1) -> Dim:
        """The axis of the computed argument ``part`` whose length the data decide."""

    @abstractmethod
    def written(self, slot: str = "x") -> str:
        """The argument of a slot of one feature as the program has it, for messages about data."""

    @abstractmethod
    def review(self, function: str, *names: str, **numbers: float) -> None:
        """Let a function of the library look at the fit: ``names`` are sites and arguments."""

    @abstractmethod
    def residual_scale(self, instead: str) -> Expression:
        """The scale of the errors on the scale of the predictor.

        The link's own scale parameter where it has one (sampled before the layer then); 2 for a
        logit (Piironen and Vehtari 2017, Sparsity information and regularization), else 1.
        Where it differs by row that is an error, which offers to write something ``instead``.
        """

    @abstractmethod
    def training_rows(self) -> Input:
        """The number of rows that the model was fitted to."""

    @abstractmethod
    def index(self, name: str) -> Input:
        """The index of a category or time argument: axes (row,)."""

    @abstractmethod
    def levels(self, name: str) -> Dim:
        """The axis that ``index`` points into."""

    @abstractmethod
    def given(self, slot: str) -> bool:
        """Whether an optional slot was filled."""

    @abstractmethod
    def number(self, option: str) -> int:
        """The value of a whole-number option."""

    @abstractmethod
    def real(self, option: str) -> float:
        """The value of a positive-number option."""

    @abstractmethod
    def word(self, option: str) -> str:
        """The value of an option that is a word."""

    @abstractmethod
    def check_within(self, part: str, low: float, high: float) -> None:
        """An error where the part, which has been made, may lie outside of an interval."""

    @abstractmethod
    def check_least(self, option: str, least: float, why: str) -> None:
        """An error where an option is below a number."""

    @abstractmethod
    def check_fewer(self, option: str, axis: Dim) -> None:
        """An error where an option, if given, is not below the known length of an axis."""

    @abstractmethod
    def reject_option(self, option: str, reason: str, help: str) -> NoReturn:
        """An error about an option that is given and would not be read."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether an option or a prior was given."""

    @abstractmethod
    def expression(self, slot: str) -> Expression:
        """The value of an expression slot."""

    @abstractmethod
    def latent(self, part: str, length: int) -> Dim:
        """An axis of the layer's own, such as the factors of a factorisation machine."""

    @abstractmethod
    def pairs(self, left: str, right: str | None) -> Dim:
        """The axis of the products of two designs' columns, or of one's pairs."""

    @abstractmethod
    def keep(self, part: str, value: Expression) -> Local:
        """Name an intermediate, so that the emitted code computes and shows it once."""

    @abstractmethod
    def report(self, part: str, value: Expression) -> Local:
        """The same, kept as a deterministic site."""

    @abstractmethod
    def reject(self, message: str, help: str) -> NoReturn:
        """An error about the whole call."""


def features(dim_of: Expression) -> Dim:
    """The feature axis of a design."""
    return dim_of.dims[1]


def prior(name: str, *arguments: float | str | ast.Expression) -> ast.Call:
    """A default prior: ``prior("Normal", 0, "scale")`` is ``Normal(0, scale)``."""
    return ast.Call(name, tuple(ast.Argument(_written(value)) for value in arguments))


def _written(value: float | str | ast.Expression) -> ast.Expression:
    if isinstance(value, str):
        return ast.Name(value)
    return ast.Number(float(value), f"{value:g}") if isinstance(value, int | float) else value
