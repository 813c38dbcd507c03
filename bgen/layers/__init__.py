"""The layers: one file each; a module of this package that holds ``LAYER`` is registered."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bgen.layers.base import Layer

__all__ = ["Layer", "layers"]


@cache
def layers() -> dict[str, Layer]:
    """Every layer by its keyword, in alphabetical order."""
    found = (
        getattr(import_module(f"{__name__}.{module.name}"), "LAYER", None)
        for module in iter_modules(__path__)
    )
    return {layer.keyword: layer for layer in found if layer is not None}
