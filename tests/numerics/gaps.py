"""Cases that fail, each with the reason; strict, so that whoever mends one deletes its line."""

from __future__ import annotations

TAILS = "a log density and a log tail of thousands each, and their difference"

# Links that the compiler does not know.
NOT_YET: dict[str, str] = {
    "categorical": "a value a row beside wide layers",
}
# Densities that lose what the tolerance asks for, by precision.
FLOAT32: dict[str, str] = {
    "truncated gaussian": TAILS,
    "truncated gaussian between": TAILS,
}
FLOAT64: dict[str, str] = {}
