"""A golden folder -> its program and data for the evaluator, and its emitted module."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from . import Bound, Oracle

GOLDEN = Path(__file__).resolve().parents[2] / "golden"


def golden_folders() -> list[Path]:
    """Every golden program that is meant to compile."""
    return [
        folder
        for kind in ("models", "layers", "links")
        for folder in sorted((GOLDEN / kind).glob("*"))
        if folder.is_dir() and not folder.name.startswith(("_", "."))
    ]


def title(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def read_table(path: Path) -> dict[str, list[str]]:
    """The columns of a CSV file as they stand there."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines)
    return {name: [row[i] for row in rows] for i, name in enumerate(header)}


def bind(folder: Path) -> Bound:
    text = (folder / "model.bl").read_text(encoding="utf-8")
    return Oracle(text).bind(read_table(folder / "data.csv"))


def load(path: Path) -> ModuleType:
    """The emitted file as a module of its own name."""
    name = f"emitted_{path.parent.parent.name}_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
