"""Imports an emitted golden as a module."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType


def load_model(folder: Path) -> ModuleType:
    """The module ``model.py`` of a golden folder, freshly executed."""
    path = folder / "model.py"
    spec = importlib.util.spec_from_file_location(f"golden_{folder.parent.name}_{folder.name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
