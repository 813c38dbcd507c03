"""The links of section 4: a predictor and parameters -> what they say of a response."""

from __future__ import annotations

from . import chance, counting, location, ordinal, positive
from .base import LINKS, Link
from .classes import WIDE
from .joint import JOINT
from .ordinal import CUTPOINTS

assert all(module.__doc__ for module in (chance, counting, location, ordinal, positive))
__all__ = ["CUTPOINTS", "JOINT", "LINKS", "WIDE", "Link"]
