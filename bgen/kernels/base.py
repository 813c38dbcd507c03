"""What a kernel is: the log density of a response on cells of equal rows, constants taken out.

A kernel says what is sufficient for its density. The same kernel serves rows that stay rows: each
is a cell with its own response.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bgen.ir.dims import Dim, Dims
from bgen.ir.expressions import Expression, Input
from bgen.ir.model import Density


@dataclass(frozen=True, slots=True)
class Statistic:
    """An argument of ``model_fast`` that ``prepare`` computes: ``<response>_<part>``."""

    part: str
    dims: Dims
    words: str


class KernelCall(Protocol):
    """One use of a kernel. The pass implements it."""

    density: Density
    #: The response, on the host.
    response: Input
    #: The axis of the cells.
    cell: Dim

    def parameter(self, name: str) -> Expression:
        """A parameter of the density, as the model computes it for each cell."""
        ...

    def count(self) -> Expression:
        """Host side: the rows of each cell."""
        ...

    def total(self, value: Expression) -> Expression:
        """Host side: the sum over the rows of each cell."""
        ...

    def common(self, value: Expression) -> Expression:
        """Host side: what all rows of a cell have in common."""
        ...

    def statistic(self, made: Statistic, value: Expression) -> Expression:
        """The argument that holds a value of the host; numbers and columns stand for themselves."""
        ...

    def statistics(self, made: tuple[Statistic, ...], value: Expression) -> tuple[Expression, ...]:
        """The arguments that one call on the host makes together."""
        ...


@dataclass(frozen=True, slots=True)
class Kernel:
    """Another form of one density.

    ``enters`` says by what the response of a cell enters, ``hoists`` what is computed once instead
    of at each gradient (empty where a row by itself gains nothing). ``keys`` are the parameters
    that all rows of a cell share; with ``by_response`` they share the response as well. ``apply``
    gives the terms of the log density, or None where the form does not cover the call.
    """

    density: str
    enters: str
    hoists: str
    keys: tuple[str, ...]
    source: str
    apply: Callable[[KernelCall], tuple[Expression, ...] | None]
    by_response: bool = False
