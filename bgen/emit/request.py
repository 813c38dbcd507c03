"""What the emitter is asked for, beside the model."""

from __future__ import annotations

from dataclasses import dataclass

from bgen.ir.fast import Fast


@dataclass(frozen=True, slots=True)
class Request:
    """The source's name and fingerprint, the optimisation level, and which parts (all if none).

    ``fast`` is the fast form, where there is one.
    """

    source_name: str
    digest: str
    level: str = "-O0"
    only: tuple[str, ...] = ()
    fast: Fast | None = None
