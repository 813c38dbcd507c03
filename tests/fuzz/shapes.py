"""Named dimensions of the model against the arrays that the emitted module makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from bgen.ir import model as m
from bgen.ir.dims import Classes, Dim, Extent, Fixed, Joined, Levels, Named, Pairs, Rows, Width

Arguments = dict[str, Any]


def unlike_shapes(
    model: m.Model,
    module: ModuleType,
    found: Mapping[str, tuple[int, ...]],
    arguments: Arguments,
    encoding: Mapping[str, Any],
    rows: int,
) -> Iterator[str]:
    """Sites ``found`` and arguments whose shapes are not those of the model; labels too few."""
    known = arguments | {"rows": rows}
    expected = {s.name: s.dims for s in model.sites()}
    if found.keys() != expected.keys():
        yield f"sites {sorted(found)}, and the model has {sorted(expected)}"
        return
    for name, dims in expected.items():
        yield from _unlike(name, found[name], dims, known)
        axes = module.SITES[name]
        if axes != tuple(d.name for d in dims):
            yield f"SITES has {name} as {axes}, and the model has {dims}"
    for argument in model.arguments:
        value = arguments.get(argument.name)
        if value is not None:
            yield from _unlike(argument.name, np.shape(value), argument.dims, known)
    for dims in expected.values():
        for dim in dims:
            labels = encoding["labels"].get(dim.name)
            if labels is not None and len(labels) != _length(dim.extent, known):
                yield f"{dim.name} has the labels {labels}"


def _unlike(
    name: str, shape: tuple[int, ...], dims: tuple[Dim, ...], arguments: Arguments
) -> Iterator[str]:
    wanted = tuple(_length(d.extent, arguments) for d in dims)
    if tuple(shape) != wanted:
        yield f"{name} has the shape {shape}, and {[d.name for d in dims]} is {wanted}"


def _length(extent: Extent, arguments: Arguments) -> int:
    match extent:
        case Fixed(length=n):
            return n
        case Named(names=names):
            return len(names)
        case Joined(parts=parts):
            return sum(_length(part, arguments) for part in parts)
        case Levels(name=name):
            return int(arguments[f"n_{name}"])
        case Classes(name=name, fewer=k):
            return int(arguments[f"n_{name}"]) - k
        case Width(input=name, axis=axis):
            return int(np.shape(arguments[name])[axis])
        case Rows():
            return int(arguments["rows"])
        case Pairs(left=left, right=None):
            d = _length(left, arguments)
            return d * (d - 1) // 2
        case Pairs(left=left, right=right):
            assert right is not None
            return _length(left, arguments) * _length(right, arguments)
