"""Texts -> files: all of them or none, never over what a person wrote."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bgen.emit import stamp


class Refused(Exception):
    """The files cannot be written; the message says why and what to do."""


def write_all(files: Mapping[Path, str], *, force: bool = False) -> list[Path]:
    """Write every file whose bytes differ, atomically each, and all or none together.

    Returns the paths that changed. Raises ``Refused`` where a file that bgen did not write, or that
    was edited since, would be lost (``force`` overwrites it), or where the system refuses.
    """
    changed = {p: t for p, t in files.items() if not _is_same(p, t)}
    if not force:
        for path in changed:
            _refuse_loss(path)
    staged: dict[Path, Path] = {}
    created: list[Path] = []
    try:
        for path, text in changed.items():
            created += _make_folders(path.parent)
            staged[path] = _stage(path, text)
        _swap(staged)
    except OSError as error:
        for temporary in staged.values():
            with suppress(OSError):
                temporary.unlink()
        for folder in reversed(created):
            with suppress(OSError):
                folder.rmdir()
        reason = error.strerror or str(error)
        raise Refused(f"cannot write {error.filename or next(iter(files))}: {reason}") from None
    return list(changed)


def _is_same(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def _refuse_loss(path: Path) -> None:
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file in it, or end it with a slash")
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    if not old.strip():
        return
    found = stamp.read(old.decode("utf-8", "replace"))
    if found is None:
        raise Refused(f"{path} was not written by bgen; --force overwrites it")
    if not found.intact:
        raise Refused(f"{path} was edited by hand since bgen wrote it; --force overwrites it")


def _make_folders(folder: Path) -> list[Path]:
    """Create a folder and its parents; returns the new ones, outermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir()
    return list(reversed(missing))


def _stage(path: Path, text: str) -> Path:
    """The text in a new file beside the target, on disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; emitted code is as readable as any other new file.
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _swap(staged: Mapping[Path, Path]) -> None:
    """Rename all into place; when one fails, put the old ones back."""
    kept: dict[Path, bytes | None] = {}
    try:
        for path, temporary in staged.items():
            kept[path] = path.read_bytes() if path.exists() else None
            # A link is followed, so that it stays a link.
            os.replace(temporary, path.resolve() if path.is_symlink() else path)
    except OSError:
        for path, old in kept.items():
            with suppress(OSError):
                if old is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(old)
        raise
