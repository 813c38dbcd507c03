"""Texts -> files: all of them or none, never over what a person wrote."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bgen.emit import stamp

#: Windows takes these for devices, with any ending and in any case: a repository that holds one
#: cannot be checked out there.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(1, 10))]
)

#: What an emitted script imports in the end; a script's own folder comes first. (Nothing imports
#: the module `test`, a name that people give.)
_MODULES = (sys.stdlib_module_names - {"test"}) | {"jax", "jaxlib", "numpy", "numpyro", "optax"}
_MODULES |= {"arviz", "h5netcdf", "ml_dtypes", "opt_einsum", "pyarrow", "scipy", "tqdm"}


class Refused(Exception):
    """The files cannot be written; the message says why and what to do."""


def write_all(files: Mapping[Path, str], *, force: bool = False) -> list[Path]:
    """Write every file whose bytes differ, atomically each, and all or none together.

    Returns the paths that changed. Raises ``Refused`` where a file that bgen did not write, or that
    was edited since, would be lost (``force`` overwrites it), or where the system refuses.
    """
    for path in files:
        _refuse_device(path)
        _refuse_hiding(path, files)
    changed = {p: t.encode() for p, t in files.items()}
    changed = {p: data for p, data in changed.items() if not _is_same(p, data)}
    if not force:
        for path in changed:
            _refuse_loss(path)
    with _interrupts_later():
        _write(changed)
    return list(changed)


def _write(changed: Mapping[Path, bytes]) -> None:
    change = _Change()
    path = Path()
    try:
        for path, data in changed.items():
            change.stage(path, data)
        if len(changed) > 1:
            # What may fail for lack of space is done before the first file is replaced.
            for path in changed:
                change.keep(path)
        for path in changed:
            change.swap(path)
    except BaseException as error:
        change.undo()
        # A circle of links is a RuntimeError up to Python 3.12.
        if isinstance(error, OSError | RuntimeError):
            reason = getattr(error, "strerror", None) or str(error)
            told = "nothing was changed; mend that, or name another place"
            raise Refused(f"cannot write {path}: {reason}; {told}") from None
        raise
    change.finish()


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """A Ctrl-C between two files would leave one of them new and one old: it waits a moment."""
    told: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT)
    if not main or before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda number, _: told.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if told:
        raise KeyboardInterrupt


def _refuse_hiding(path: Path, files: Collection[Path]) -> None:
    """Of a script, or a package, by whose name Python or JAX would import something else."""
    init = path.with_name("__init__.py")
    inside = init in files and path != init
    name = path.parent.name if path == init else path.stem
    if path.suffix == ".py" and not inside and name in _MODULES:
        raise Refused(
            f"cannot write {path}: Python finds it in place of its own module {name}, which then "
            "breaks every script in that folder; name it otherwise"
        )


def _refuse_device(path: Path) -> None:
    """Of the file, and of the folders that would be made for it."""
    for made in (path, *(folder for folder in path.parents if not os.path.lexists(folder))):
        if made.name.split(".")[0].strip().lower() in _DEVICES:
            raise Refused(f"cannot write {made}: on Windows this is the name of a device")


def _is_same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _refuse_loss(path: Path) -> None:
    if os.path.isdir(path):
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


@dataclass(slots=True)
class _Change:
    """Several files on their way to disk, and how to go back."""

    folders: list[Path] = field(default_factory=list)
    staged: dict[Path, tuple[Path, Path]] = field(default_factory=dict)  # new text, target
    kept: dict[Path, Path] = field(default_factory=dict)  # copies of the old texts
    swapped: list[Path] = field(default_factory=list)

    def stage(self, path: Path, data: bytes) -> None:
        """The new text in a file beside its target."""
        # A link is followed, so that it stays a link.
        target = path.resolve() if path.is_symlink() else path
        for folder in reversed(target.parents):
            if folder.exists():  # asked when those above are there: `new/..` is one of them
                continue
            try:
                folder.mkdir()
            except FileExistsError:  # another process was faster
                if not folder.is_dir():
                    raise
            else:
                self.folders.append(folder)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        self.staged[path] = _write_beside(target, data, mode), target

    def keep(self, path: Path) -> None:
        """The old text, where there is one, in a file beside it."""
        _, target = self.staged[path]
        if target.exists():
            mode = target.stat().st_mode & 0o777
            self.kept[path] = _write_beside(target, target.read_bytes(), mode)

    def swap(self, path: Path) -> None:
        os.replace(*self.staged[path])
        self.swapped.append(path)

    def undo(self) -> None:
        for path in reversed(self.swapped):
            target = self.staged[path][1]
            with suppress(OSError):
                if path in self.kept:
                    os.replace(self.kept[path], target)
                elif len(self.staged) > 1:
                    target.unlink()
        self.finish()
        for folder in reversed(self.folders):
            with suppress(OSError):
                folder.rmdir()

    def finish(self) -> None:
        """Leave no temporary file behind."""
        for temporary in (*(new for new, _ in self.staged.values()), *self.kept.values()):
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_beside(target: Path, data: bytes, mode: int) -> Path:
    """A new file in the folder of the target, on disk."""
    # Not the target's name, which may be as long as names can be.
    descriptor, name = tempfile.mkstemp(prefix=".bgen-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; emitted code is as readable as any other new file.
        os.chmod(name, mode)
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
