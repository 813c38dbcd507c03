"""A program as it grows: its columns, its statements, what later statements may use."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .columns import Columns

T = TypeVar("T")


@dataclass
class Draft:
    """What has been written so far, and the dice."""

    rng: random.Random
    columns: Columns
    layers: list[str] = field(default_factory=list)  # user layers, above all else
    lines: list[str] = field(default_factory=list)
    #: Expressions of unknowns by what they may be: real, positive or unit.
    unknowns: dict[str, list[str]] = field(
        default_factory=lambda: {"real": [], "positive": [], "unit": []}
    )
    derived: list[str] = field(default_factory=list)
    predictors: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)  # numbers that a program of parts has
    user_layers: dict[str, int] = field(default_factory=dict)  # their numbers of arguments
    imputed: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def chance(self, p: float) -> bool:
        """True with probability p; False is the simpler outcome."""
        return self.rng.random() > 1 - p

    def one(self, choices: Sequence[T]) -> T:
        return self.rng.choice(list(choices))

    def several(self, choices: Sequence[T], most: int) -> list[T]:
        count = self.rng.randint(1, min(most, len(choices)))
        rest, found = list(choices), []
        for _ in range(count):
            found.append(rest.pop(self.rng.randrange(len(rest))))
        return found

    def fresh(self, stem: str) -> str:
        """A name of its own: `a`, then `a2`, ..."""
        self._numbers[stem] = self._numbers.get(stem, 0) + 1
        number = self._numbers[stem]
        return stem if number == 1 else f"{stem}{number}"

    def write(self, line: str) -> None:
        self.lines.append(line)

    def text(self) -> str:
        body = "".join(f"{line}\n" for line in (*self.layers, *self.lines))
        return self.columns.block(body) + body
