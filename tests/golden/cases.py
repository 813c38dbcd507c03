"""The golden cases: folders that hold a program, its data, and what is emitted for it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]

GOLDEN = ROOT / "golden"
CASES = sorted(
    path.parent
    for kind in ("layers", "links", "models")
    for path in GOLDEN.glob(f"{kind}/*/model.bl")
)


def label(case: Path) -> str:
    return f"{case.parent.name}-{case.name}"


def load(path: Path, name: str) -> ModuleType:
    """Import one emitted file under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
