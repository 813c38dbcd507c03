"""What a link is: a declaration of its parameters and of the density it gives the response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from bgen.ir.expressions import Expression
from bgen.ir.model import Density
from bgen.syntax import ast


@dataclass(frozen=True, slots=True)
class LinkParameter:
    """A parameter beside the predictor: a number, column, parameter, prior or predictor.

    ``range`` is what its value must provably be; ``prior`` is in force where nothing is said.
    ``role`` tells ``priors scaled`` which priors are on the scale of the response.
    """

    name: str
    range: Literal["real", "positive", "unit"]
    prior: ast.Call
    role: Literal["scale", "free"] = "free"


class LinkCall(Protocol):
    """One use of a link, as its ``lower`` sees it."""

    @property
    def predictor(self) -> Expression:
        """The first argument, on the link scale."""
        ...

    def parameter(self, name: str) -> Expression:
        """The value of a parameter, positive where the link says so."""
        ...


@dataclass(frozen=True, slots=True)
class Link:
    """The declaration of one link: all that the compiler and the reference know of it.

    ``location`` is the scale of the predictor: ``identity``, ``log`` (its exp is the mean) or
    ``logit``. ``responses`` are the column types that it takes.
    """

    keyword: str
    summary: str
    formula: str
    source: str
    location: Literal["identity", "log", "logit"]
    responses: tuple[str, ...]
    parameters: tuple[LinkParameter, ...]
    lower: Callable[[LinkCall], Density]
    example: str
    aliases: tuple[str, ...] = ()
    #: A response type that fits, to be proposed where the declared one does not.
    remedy: str = ""

    def parameter(self, name: str) -> LinkParameter | None:
        return next((p for p in self.parameters if p.name == name), None)
