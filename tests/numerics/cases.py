"""A table: a link with its parameters and extreme data -> its exact log density in mpmath.

Every number is a short binary fraction, so that float32 reads it as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Reference = Callable[[Any, Any], Any]  # of the response and the predictor
GRID = (
    *(5.0 * i for i in range(-10, 0)),
    *(-2.5, -1.5, -0.5, -0.125, 0.0, 0.125, 0.5, 1.5, 2.5),
    *(5.0 * i for i in range(1, 11)),
)


@dataclass(frozen=True)
class Case:
    """``y ~ link`` with `eta` for the predictor.

    ``cells`` are the responses, a row each for each point of the grid; ``values`` of the sites
    beside the predictor; ``columns`` have one value for all rows; ``keep`` says which predictors
    have a meaning; ``eta`` is the predictor, of which `e[row]` runs over the grid.
    """

    link: str
    type: str
    cells: Sequence[float | str]
    reference: Reference
    values: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    keep: Callable[[float], bool] = lambda eta: True
    eta: str = "e[row]"

    @property
    def grid(self) -> list[float]:
        return [eta for eta in GRID if self.keep(eta)]

    @property
    def text(self) -> str:
        columns = " ".join(f"{name}: {type_}" for name, (type_, _) in self.columns.items())
        return (
            f"data {{ y: {self.type} {columns} }} e[row] ~ Normal(0, 1) eta = {self.eta} "
            f"y ~ {self.link}"
        )


def positive(eta: float) -> bool:
    return eta > 0.0


def not_zero(eta: float) -> bool:
    return eta != 0.0


CASES: dict[str, Case] = {}


def case(name: str, *args: Any, **kwargs: Any) -> None:
    """Enter a case; the name says which link, and what is special about it."""
    assert name not in CASES, name
    CASES[name] = Case(*args, **kwargs)
