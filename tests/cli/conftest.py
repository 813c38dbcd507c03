"""The folder that the command line's tests run in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BROKEN, OTHER, RADON, WARNED


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with some sources."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"radon": RADON, "other": OTHER, "broken": BROKEN, "warned": WARNED}.items():
        Path(f"{name}.bl").write_text(text, "utf-8")
    return tmp_path
