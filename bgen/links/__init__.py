"""The links: one file each; a module of this package that holds ``LINK`` is registered."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bgen.links.base import Link

__all__ = ["Link", "links"]


@cache
def links() -> dict[str, Link]:
    """Every link by its keyword and its aliases."""
    found = (
        getattr(import_module(f"{__name__}.{module.name}"), "LINK", None)
        for module in iter_modules(__path__)
    )
    return {
        word: link for link in found if link is not None for word in (link.keyword, *link.aliases)
    }
