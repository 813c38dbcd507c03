"""Cases that fail, each with the reason; strict, so that whoever mends one deletes its line."""

from __future__ import annotations

# Links that the compiler does not know.
NOT_YET: dict[str, str] = {
    "categorical": "a value a row beside wide layers",
}
# Densities that lose what the tolerance asks for, by precision.
FLOAT32: dict[str, str] = {}
FLOAT64: dict[str, str] = {}
