"""What a compilation was told of the data, where it was told: counts, and never a value.

Whatever they say, the posterior of other data is theirs too: facts decide which of several exact
forms is written, and so how fast it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts of one table.

    ``rows``; ``distinct`` of them, by what the model reads beside responses; ``answers``, those
    that are distinct with the responses; ``levels`` of each index, those that occur; ``within``
    and ``crossed``, pairs of indices (inner, outer) of which every level of the inner lies in one
    of the outer, and of which none does.
    """

    rows: int
    distinct: int
    answers: int
    levels: tuple[tuple[str, int], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    crossed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Facts:
        """From what counted them."""
        return cls(
            found["rows"],
            found["distinct"],
            found["answers"],
            tuple(found["levels"].items()),
            tuple((inner, outer) for inner, outer in found["within"]),
            tuple((inner, outer) for inner, outer in found["crossed"]),
        )

    @classmethod
    def parse(cls, text: str) -> Facts:
        """From ``str`` of others. Raises ``ValueError`` with what is wrong."""
        counts: dict[str, int] = {}
        levels: list[tuple[str, int]] = []
        pairs: dict[str, list[tuple[str, str]]] = {"within": [], "crossed": []}
        for part in text.split(","):
            key, _, value = part.partition("=")
            kind, _, name = key.partition(".")
            if kind in pairs and name.isidentifier() and value.isidentifier():
                pairs[kind].append((name, value))
            elif not _NUMBER.fullmatch(value):
                raise ValueError(f"`{part}` is not a count of the data")
            elif kind == "levels" and name.isidentifier():
                levels.append((name, int(value)))
            elif key in ("rows", "distinct", "answers"):
                counts[key] = int(value)
            else:
                raise ValueError(f"`{part}` is not a count of the data")
        if len(counts) < 3:
            raise ValueError("rows, distinct and answers are counted at least")
        return cls(
            counts["rows"],
            counts["distinct"],
            counts["answers"],
            tuple(levels),
            tuple(pairs["within"]),
            tuple(pairs["crossed"]),
        )

    def __str__(self) -> str:
        """One word, as the last line of an emitted file has it."""
        parts = [f"rows={self.rows}", f"distinct={self.distinct}", f"answers={self.answers}"]
        parts += [f"levels.{name}={number}" for name, number in self.levels]
        parts += [f"within.{inner}={outer}" for inner, outer in self.within]
        parts += [f"crossed.{inner}={outer}" for inner, outer in self.crossed]
        return ",".join(parts)

    def describe(self) -> str:
        """For the plan."""
        parts = [f"{self.rows:,} rows, {self.distinct:,} of them distinct"]
        parts += [f"{number:,} levels of {name}" for name, number in self.levels]
        parts += [f"{inner} within {outer}" for inner, outer in self.within]
        both = {(inner, outer) for inner, outer in self.crossed if (outer, inner) in self.crossed}
        once = [pair for pair in self.crossed if pair not in both or pair[0] < pair[1]]
        parts += [f"{inner} across {outer}" for inner, outer in once]
        return ", ".join(parts)

    def levels_of(self, index: str) -> int:
        return dict(self.levels).get(index, 0)

    def are_crossed(self, inner: str, outer: str) -> bool:
        return (inner, outer) in self.crossed
