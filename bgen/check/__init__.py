"""Syntax tree -> model: names, types, dimensions, priors, and the lowering of layers and links."""

from bgen.check.program import check

__all__ = ["check"]
