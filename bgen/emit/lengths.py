"""Named axes -> their lengths in the emitted functions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bgen.ir.dims import Classes, Dim, Extent, Fixed, Joined, Levels, Named, Pairs, Rows, Width


def length(dim: Dim) -> str:
    """The number of elements of an axis, in the emitted functions."""
    return _extent(dim.extent)


def host_length(dim: Dim, designs: Mapping[str, str]) -> str:
    """The same on the host, where the designs have these names."""
    return _extent(dim.extent, designs)


def _extent(extent: Extent, designs: Mapping[str, str] = MappingProxyType({})) -> str:
    match extent:
        case Fixed(length=n):
            return str(n)
        case Named(names=names):
            return str(len(names))
        case Joined(parts=parts):
            known = sum(part.length for part in parts if isinstance(part, Fixed))
            others = [_extent(part, designs) for part in parts if not isinstance(part, Fixed)]
            return f"({' + '.join([*others, str(known)] if known else others)})"
        case Levels(name=name) | Classes(name=name, fewer=0):
            return f"n_{name}"
        case Classes(name=name, fewer=k):
            return f"n_{name} - {k}"
        case Width(input=name, axis=axis):
            return f"{designs.get(name, name)}.shape[{axis}]"
        case Rows():
            return "rows"
        case Pairs(left=Fixed(length=a), right=None):
            return str(a * (a - 1) // 2)
        case Pairs(left=Fixed(length=a), right=Fixed(length=b)):
            return str(a * b)
        case Pairs(left=left, right=None):
            return f"{_extent(left, designs)} * ({_extent(left, designs)} - 1) // 2"
        case Pairs(left=left, right=right):
            assert right is not None
            return f"{_extent(left, designs)} * {_extent(right, designs)}"
