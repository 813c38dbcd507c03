"""What a layer is: its arguments, sites and priors declared, and how it lowers to the IR."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bgen.ir.dims import Dim
from bgen.ir.expressions import Expression, Input, Local
from bgen.syntax import ast


@dataclass(frozen=True, slots=True)
class Slot:
    """One positional argument of a layer.

    ``features``: columns and their transforms, made into one design; with ``many`` all the
    positional arguments together. ``category``: a grouping. ``time``: an integer or date column.
    ``expression``: arithmetic of data and unknowns.
    """

    name: str
    kind: Literal["features", "category", "time", "expression"]
    many: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A keyword with ``=``: a whole number, a word of a list, or (``category``) a grouping."""

    name: str
    kind: Literal["integer", "word", "category"] = "integer"
    default: int | str | None = None
    minimum: int = 1
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteSpec:
    """One site and its default prior.

    ``role`` says how ``priors scaled`` reads it: an intercept, a coefficient of a column, an
    effect of a level, a scale of either, or none of these (``free``: the default stays). ``suffix``
    is what the site's name adds to the layer's; empty for ``intercept``. ``identified`` is false
    where rotations or signs leave the density unchanged.
    """

    part: str
    prior: ast.Call
    role: Literal["intercept", "coefficient", "effect", "scale", "free"]
    suffix: str | None = None
    identified: bool = True


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
    #: How many columns one of its products takes, where they all come from one argument.
    columns: int = 1

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
    def design(self, slot: str = "x") -> Input:
        """The design of a features slot: axes (row, features)."""

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


def features(dim_of: Input) -> Dim:
    """The feature axis of a design."""
    return dim_of.dims[1]


def prior(name: str, *arguments: float | str) -> ast.Call:
    """A default prior: ``prior("Normal", 0, "scale")`` is ``Normal(0, scale)``."""
    return ast.Call(
        name,
        tuple(
            ast.Argument(ast.Name(a) if isinstance(a, str) else ast.Number(float(a), f"{a:g}"))
            for a in arguments
        ),
    )
