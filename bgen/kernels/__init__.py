"""Log densities of a response without its rows; a module that holds ``KERNEL`` is registered."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bgen.kernels.base import Kernel, KernelCall

__all__ = ["Kernel", "KernelCall", "kernels"]


@cache
def kernels() -> dict[str, Kernel]:
    """Every kernel, by the density that it is another form of."""
    found = (
        getattr(import_module(f"{__name__}.{module.name}"), "KERNEL", None)
        for module in iter_modules(__path__)
    )
    return {kernel.density: kernel for kernel in found if kernel is not None}
