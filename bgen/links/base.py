"""What a link is: a declaration of its parameters and of the density it gives the response.

A link takes predictors and gives a density. A combinator (``combines``) takes links and gives a
density: it is declared the same way, and its ``lower`` sees the densities of what it combines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn, Protocol

from bgen.ir.dims import Dim, Dims
from bgen.ir.expressions import Expression, Helper
from bgen.ir.model import Density
from bgen.syntax import ast


@dataclass(frozen=True, slots=True)
class LinkParameter:
    """A parameter beside the predictor: a number, column, parameter, prior or predictor.

    ``range`` is what its value must provably be; ``prior`` is in force where nothing is said, or
    the number ``default``; with neither the parameter must be given unless it is ``optional``.
    A ``flag`` is 0 or 1, a ``probability`` from 0 to 1.
    ``role`` tells ``priors scaled`` which priors are on the scale of the response.
    ``density_only`` says that a prediction does not need it (flags, weights). A combinator takes
    one that is ``by_place`` after its links: ``weighted(gaussian(mu), w)``. ``prior_only`` is never
    fixed, ``data_only`` never unknown.
    """

    name: str
    range: Literal["real", "positive", "nonnegative", "unit", "count", "flag", "probability"]
    prior: ast.Call | None = None
    role: Literal["scale", "free"] = "free"
    default: float | None = None
    density_only: bool = False
    optional: bool = False
    by_place: bool = False
    prior_only: bool = False
    data_only: bool = False

    @property
    def is_required(self) -> bool:
        return self.prior is None and self.default is None and not self.optional


@dataclass(frozen=True, slots=True)
class LinkOption:
    """A word (``reference = none``), a whole number (``words`` empty), or the name of data.

    ``kind`` ``column`` takes a column (``time = t``), ``category`` a grouping (``by = g``),
    ``name`` any name that the link itself resolves (``order = mu``).
    """

    name: str
    kind: Literal["word", "integer", "column", "category", "name"] = "word"
    words: tuple[str, ...] = ()
    default: str | int | None = None
    minimum: int = 0
    required: bool = False


class LinkCall(Protocol):
    """One use of a link or combinator, as its ``lower`` sees it. The checker implements it."""

    #: The names of the responses, as the statement has them; one for most links.
    responses: tuple[str, ...]
    #: What stands before the names of the link's own sites.
    prefix: str

    @property
    def predictor(self) -> Expression:
        """The first argument, on the link scale."""
        ...

    @property
    def predictors(self) -> tuple[Expression, ...]:
        """All arguments without a name."""
        ...

    @property
    def function(self) -> str:
        """The function from the mean to the predictor: the link's own, or ``link = ...``."""
        ...

    @property
    def densities(self) -> tuple[Density, ...]:
        """What a combinator combines."""
        ...

    def has(self, name: str) -> bool:
        """Whether a parameter or an option was given."""
        ...

    def parameter(self, name: str, *axes: Dim) -> Expression:
        """The value of a parameter, provably in its range.

        With ``axes`` it is a vector, such as cutpoints; its prior is then that of each element.
        """
        ...

    def ordered(self, name: str, axis: Dim) -> Expression:
        """A vector with the prior that was given for its elements, restricted to increase."""
        ...

    def site(self, suffix: str, prior: Density, *axes: Dim, default: bool = True) -> Expression:
        """Sample ``<prefix>_<suffix>``."""
        ...

    def correlation(self, name: str, rows: Dim, columns: Dim) -> Expression:
        """Sample ``<prefix>_<name>_cholesky``, the Cholesky factor of a matrix of correlations.

        The matrix itself is reported; its prior is that of the parameter.
        """
        ...

    def require(self, rule: Helper) -> None:
        """Host side: what the training data must fulfil beyond the types of their columns.

        The helper raises ``DataError``; it is called where all columns that it reads are there.
        """
        ...

    def data(self, name: str) -> Expression | None:
        """Host side: the values of a parameter by row, or None where it is not data."""
        ...

    def column(self, option: str) -> Expression:
        """Host side: the values by row of an option that is a column; of a date, its day."""
        ...

    def groups(self, option: str) -> Expression:
        """Host side: the level of each row of an option that is a grouping."""
        ...

    def computed(self, part: str, value: Helper, comment: str) -> Expression:
        """The argument ``<prefix>_<part>``, which a helper of ``encode`` computes."""
        ...

    def history(self) -> Expression:
        """The argument ``<prefix>_before``: NaN, but in a prediction what is known of the response.

        A density that takes it is of all rows together: they are never cut into batches.
        """
        ...

    def prior(self, name: str) -> ast.Call:
        """The distribution that a parameter was given with ``~``, or its default."""
        ...

    def report(self, suffix: str, value: Expression) -> Expression:
        """Name ``<prefix>_<suffix>`` and keep it as a deterministic site."""
        ...

    def word(self, option: str) -> str:
        """The value of an option: a word, or the name of a column or grouping."""
        ...

    def number(self, option: str) -> int:
        """The value of a whole-number option."""
        ...

    def classes(self, fewer: int) -> Dim:
        """The axis of the response's levels, without the first ``fewer``."""
        ...

    def reject(self, message: str, help: str, code: str = "BL460") -> NoReturn:
        """An error about the whole call: a combination without sense."""
        ...

    def simplex(self, name: str, over: Dim) -> Expression:
        """A parameter that is a probability for each part; of two parts perhaps the first's."""
        ...

    def bound(
        self,
        low: Expression | None = None,
        high: Expression | None = None,
        below: Expression | None = None,
        unless: Expression | None = None,
    ) -> None:
        """Demand of the response's data that they are within bounds, where those are data.

        Rows whose flag ``unless`` is not 0 are free.
        """
        ...

    def except_zero(self) -> None:
        """Free rows of 0 of the bounds that the combined links demand."""
        ...

    def exclude(self, left: Expression, right: Expression) -> None:
        """Demand of the data that no row has both flags."""
        ...

    def restrict_order(self) -> None:
        """Restrict the first arguments of the combined links to increase."""
        ...


#: The response, in a default prior that is about it.
RESPONSE = ast.Name("<response>")


def one_output(names: tuple[str, ...], words: Mapping[str, str]) -> Dims:
    return ()


#: The scale of the predictor for the messages about default priors.
IDENTITY = ("identity", "log", "softplus", "inverse", "sqrt")
LOG = ("log", "identity", "sqrt", "softplus", "inverse")
LOGIT = ("logit", "probit", "cloglog")


@dataclass(frozen=True, slots=True)
class Link:
    """The declaration of one link: all that the compiler and the reference know of it.

    ``functions`` are the values of ``link = ...``, the default first: the function that takes the
    mean (or the location) to the predictor. ``responses`` are the column types that it takes;
    empty for a combinator that takes what the combined links do. ``outputs`` are the axes of a
    predictor of several classes, from the names of the responses and the options that are words.
    """

    keyword: str
    summary: str
    formula: str
    source: str
    functions: tuple[str, ...]
    responses: tuple[str, ...]
    parameters: tuple[LinkParameter, ...]
    lower: Callable[[LinkCall], Density]
    example: str
    aliases: tuple[str, ...] = ()
    options: tuple[LinkOption, ...] = ()
    #: A response type that fits, to be proposed where the declared one does not.
    remedy: str = ""
    outputs: Callable[[tuple[str, ...], Mapping[str, str]], Dims] = one_output
    #: How many densities a combinator takes; 0 for a link.
    combines: Literal[0, 1, 2] = 0  # 2: two or more
    #: Whether the statement names several responses, one predictor each.
    joint: bool = False
    #: Whether sigma and the predictor are about the log of the response.
    on_logs: bool = False
    #: The parameter that the response is a count out of.
    trials: str = ""
    #: Whether the link that a combinator takes is about what is above 0 alone.
    above_zero: bool = False
    #: Whether ``intercept()`` beside the link's own constants would say the same twice.
    has_constants: bool = False

    def parameter(self, name: str) -> LinkParameter | None:
        return next((p for p in self.parameters if p.name == name), None)

    def option(self, name: str) -> LinkOption | None:
        return next((o for o in self.options if o.name == name), None)
