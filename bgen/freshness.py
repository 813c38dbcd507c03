"""A source and what was emitted -> fresh, stale, edited by hand, missing or foreign."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bgen.driver import Compiled, Options, collection, package, script
from bgen.emit import stamp

#: The modules of a folder that hold no whole model.
_PARTS = {"__init__.py", "__main__.py", "_model.py", "_guide.py", "_data.py", "_fit.py"}


class State(StrEnum):
    """How an emitted file (or folder) stands to its source."""

    FRESH = "fresh"
    STALE = "stale"
    EDITED = "edited by hand"
    MISSING = "missing"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state, and what to do where it is not fresh."""

    state: State
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Emitted:
    """What is there, and what compiling again in the same form would write, by path."""

    old: dict[Path, str]
    new: dict[Path, str]
    again: str


def compare(compiled: Compiled, target: Path) -> Emitted:
    """Read what is at ``target`` and compile again as its last line says."""
    if target.name in _PARTS and stamp.read(_read(target) or "") is not None:
        target = target.parent  # a part stands and falls with its folder
    folder = os.path.isdir(target)
    head = _read(target / "__init__.py" if folder else target) or ""
    found = stamp.read(head)
    options = Options.parse(found.level, found.only) if found else Options()
    name = compiled.source.name
    chosen = "" if options.words == Options().words else f" {options.words}"
    again = f"bgen {name}{chosen} -o {target}"
    if folder and holds_several(target):
        new = _of_collection(compiled, options, target)
        again = f"bgen {name} ... -o {target}/"
    elif folder or (found is None and target.suffix != ".py"):
        new = {target / part: text for part, text in package(compiled, options).items()}
        again += "/"
    elif "\nfrom ._fit import " in head:
        new = _of_collection(compiled, options, target.parent)
        again = f"bgen {name} ... -o {target.parent}/"
    else:
        new = {target: script(compiled, options)}
        again += f" --only {','.join(options.only)}" if options.only else ""
    old = {path: text for path in new if (text := _read(path)) is not None}
    return Emitted(old, new, again)


def holds_several(folder: Path) -> bool | None:
    """Whether a folder holds a collection of models; None where bgen wrote neither form there."""
    found = stamp.read(_read(folder / "__init__.py") or "")
    return None if found is None else found.source == stamp.GENERIC


def judge(compiled: Compiled, target: Path) -> Verdict:
    """The verdict on ``target``, a script, a package, a collection or a module of one."""
    emitted = compare(compiled, target)
    old, new, again = emitted.old, emitted.new, emitted.again
    if not os.path.lexists(target) or (os.path.isdir(target) and not any(target.glob("*.py"))):
        return Verdict(State.MISSING, f"write it with `{again}`")
    stamps = {path: stamp.read(text) for path, text in old.items()}
    if not any(stamps.values()):
        return Verdict(State.FOREIGN, "bgen did not write it")
    for path in new:
        if path not in old:
            return Verdict(State.MISSING, f"{path} is not there; write it with `{again}`")
    for path, found in stamps.items():
        if found is None or not found.intact:
            return Verdict(
                State.EDITED,
                f"see what changed in {path} with `bgen diff {compiled.source.name} {target}`, "
                f"move it into the source, then `{again} --force`",
            )
    if old == new:
        return Verdict(State.FRESH)
    digests = {s.source for s in stamps.values() if s is not None} - {stamp.GENERIC}
    cause = "another version of bgen wrote it"
    if digests != {compiled.digest}:
        cause = "the source has changed"
    return Verdict(State.STALE, f"{cause}; regenerate it with `{again}`")


def _of_collection(compiled: Compiled, options: Options, folder: Path) -> dict[Path, str]:
    """One model's module in a collection, and what it shares; the others are not its business."""
    files = collection([compiled], options)
    return {folder / name: text for name, text in files.items() if name != "__init__.py"}


def _read(path: Path) -> str | None:
    """The text of a file, with replacements where it is not UTF-8; None where there is none."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
