"""Extreme responses of each kind, every one a short binary fraction."""

from __future__ import annotations

REALS = (-1024.0, -0.5, 0.0, 3.0)
POSITIVES = (2.0**-20, 0.5, 3.0, 1024.0)
COUNTS = (0, 1, 3, 1024)
BINARY = (0, 1)
SHARES = (2.0**-20, 0.25, 1.0 - 2.0**-12)
LEVELS = (0, 1, 2, 3)
CUTS = [-1.5, 0.25, 0.5]
