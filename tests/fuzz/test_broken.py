"""A few hundred broken programs; ``python -m tests.fuzz.broken`` runs as many as one likes."""

from __future__ import annotations

from .broken import main


def test_broken_programs_cause_diagnostics_only() -> None:
    assert main(["--count", "300"]) == 0
