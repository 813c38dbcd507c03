"""The name of a shipped text file -> its contents, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def resource_folder(name: str) -> Path:
    """``grammar`` or ``templates``: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def read_resource(folder: str, name: str) -> str:
    return (resource_folder(folder) / name).read_text(encoding="utf-8")
