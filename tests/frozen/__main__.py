"""Freeze what is new: ``python -m tests.frozen`` adds, and changes nothing that is there.

Sites of goldens that are not listed yet; and where the format of RUN folders (``FORMAT``) was
raised, a folder of runs of that format and its shape.
"""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.frozen.folders import (
    DATA,
    FROZEN,
    RUNS,
    SITES,
    WHOLE,
    command,
    fit,
    module,
    shape,
    sites_frozen,
    sites_today,
)


def cut(kind: str, folder: Path) -> None:
    """A fit that is killed after its second checkpoint (SVI: the first)."""
    emitted, written, clock = module(), 0, count(step=10.0)
    write, time = emitted.write_npz, emitted.time

    def write_and_stop(path: Path, arrays: dict[str, Any]) -> None:
        nonlocal written
        write(path, arrays)
        written += path.name == "state.npz"
        if written == (2 if kind.startswith("nuts") else 1):
            raise KeyboardInterrupt

    try:
        # ten seconds a look: after every block it is time to save
        slow = SimpleNamespace(monotonic=lambda: next(clock))
        emitted.write_npz, emitted.time = write_and_stop, slow
        assert fit(kind, folder) == 130
    finally:
        emitted.write_npz, emitted.time = write, time


def main() -> None:
    listed = sites_frozen()
    for name, axes in sites_today():
        listed.setdefault(name, axes)
    SITES.write_text("".join(f"{name}\t{axes}\n" for name, axes in sorted(listed.items())), "utf-8")
    runs = FROZEN / f"format-{module().FORMAT}"
    if runs.exists():
        return
    for kind in RUNS:
        if kind in WHOLE:
            assert fit(kind, runs / kind) == 0
            command("predict", runs / kind, DATA, "-o", runs / f"{kind}.csv", "--quiet")
        else:
            cut(kind, runs / kind)
    shapes = {kind: shape(runs / kind) for kind in RUNS}
    (runs / "shape.json").write_text(json.dumps(shapes, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
