"""Named dimensions: what an axis of a site or input counts, and what its length is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fixed:
    """A length known at compile time."""

    length: int


@dataclass(frozen=True, slots=True)
class Levels:
    """As many as the category (or crossing, or time grid) has levels: the argument ``n_<name>``."""

    name: str


@dataclass(frozen=True, slots=True)
class Width:
    """As many as the argument ``input`` has along an axis: columns of a design, mostly.

    For lengths that the data decide: patterns, coded categories, knots, distinct values.
    """

    input: str
    axis: int = 1


@dataclass(frozen=True, slots=True)
class Pairs:
    """``d1 * d2`` where ``right`` is given, else the ``d (d - 1) / 2`` pairs of ``left``."""

    left: Extent
    right: Extent | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """As many as several axes together, one after the other."""

    parts: tuple[Extent, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    """The levels of the category ``name`` without the first ``fewer``.

    Of a response they are the classes with a predictor of their own, of an ordinal column its
    steps.
    """

    name: str
    fewer: int


@dataclass(frozen=True, slots=True)
class Named:
    """As many as there are names, which are the labels: the responses of a joint density."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the data (or of the minibatch)."""


Extent = Fixed | Levels | Width | Pairs | Joined | Classes | Named | Rows


def fixed_length(extent: Extent) -> int | None:
    """The length of an axis, where the program tells it."""
    match extent:
        case Fixed(length=n):
            return n
        case Pairs(left=Fixed(length=a), right=None):
            return a * (a - 1) // 2
        case Pairs(left=Fixed(length=a), right=Fixed(length=b)):
            return a * b
        case Joined(parts=parts):
            lengths = [fixed_length(part) for part in parts]
            known = [n for n in lengths if n is not None]
            return sum(known) if len(known) == len(lengths) else None
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Dim:
    """One axis. Two axes are the same if and only if their names are.

    ``name`` is ``row``, a category (``county``), a crossing (``a_b``), a design (``mu_adaptive``),
    or a latent axis of a site (``mu_fm_factor``). Labels of the elements stand under this name.
    """

    name: str
    extent: Extent

    @property
    def is_row(self) -> bool:
        return isinstance(self.extent, Rows)


ROW = Dim("row", Rows())
Dims = tuple[Dim, ...]


def broadcast(left: Dims, right: Dims) -> Dims:
    """The axes of an elementwise result: those of ``left``, then those that only ``right`` has.

    Where ``right`` has all of them, their order there. The row axis always comes first. Raises
    ``ValueError`` never: unlike axes make an outer result.
    """
    if set(left) <= set(right):
        left, right = right, left
    joined = left + tuple(d for d in right if d not in left)
    return tuple(sorted(joined, key=lambda d: not d.is_row))
