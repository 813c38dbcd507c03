"""Supports: where the values of a site or a column live, and what follows for an expression."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bgen.ir import expressions as ir


class Range(StrEnum):
    """What can be proved of a number's place on the line."""

    REAL = "real"
    NONNEGATIVE = "nonnegative"
    POSITIVE = "positive"
    UNIT = "unit interval"  # strictly between 0 and 1 where it comes from a sigmoid or a Beta

    @property
    def is_positive(self) -> bool:
        return self in (Range.POSITIVE, Range.UNIT)

    @property
    def is_nonnegative(self) -> bool:
        return self is not Range.REAL


@dataclass(frozen=True, slots=True)
class Support:
    """The support of a distribution.

    ``kind`` is real, positive, unit, interval (``low``, ``high``), above (``low``), below
    (``high``), circle, simplex, ordered, corr_cholesky, nonnegative, boolean, natural (0, 1, 2,
    ...), integer, classes. Bounds are expressions, since they may depend on other unknowns.
    """

    kind: str
    low: ir.Expression | None = None
    high: ir.Expression | None = None
    #: Of classes: whether the order of the levels has a meaning.
    ordered: bool = False

    @property
    def is_discrete(self) -> bool:
        return self.kind in ("boolean", "natural", "integer", "classes")

    @property
    def range(self) -> Range:
        match self.kind:
            case "positive":
                return Range.POSITIVE
            case "unit" | "simplex":
                return Range.UNIT
            case "natural" | "boolean" | "nonnegative" | "classes":
                return Range.NONNEGATIVE
            case "interval" | "above" if isinstance(self.low, ir.Constant):
                # "interval" and "above" are open where they are sampled from.
                if self.low.value < 0:
                    return Range.REAL
                high = self.high
                within = isinstance(high, ir.Constant) and high.value <= 1
                return Range.UNIT if within else Range.POSITIVE
            case _:
                return Range.REAL

    def describe(self) -> str:
        """In a reader's words."""
        words = {
            "real": "all real numbers",
            "positive": "positive numbers",
            "unit": "numbers between 0 and 1",
            "interval": "an interval",
            "above": "numbers above a bound",
            "below": "numbers below a bound",
            "circle": "angles in [-pi, pi)",
            "simplex": "vectors that sum to 1",
            "ordered": "increasing vectors",
            "corr_cholesky": "factors of correlation matrices",
            "nonnegative": "numbers of 0 and above",
            "classes": "levels of a category",
            "boolean": "0 and 1",
            "natural": "counts",
            "integer": "whole numbers",
        }
        return "ordered levels" if self.ordered else words[self.kind]


REAL, POSITIVE, UNIT = Support("real"), Support("positive"), Support("unit")
