"""Every golden on the oldest and the newest versions that are claimed: ``make versions``.

    python -m tests.versions [-o TABLE] [--oldest VENV] [--newest VENV] [GOLDEN ...]

The environments are made where they are not there: the oldest on Python 3.11, the newest on the
newest Python that is found, of the newest releases. Where goldens are named (``layers-ar1``) only
their lines of the table are made anew, if the versions are those of the table.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.golden.cases import CASES, ROOT, label
from tests.versions import table
from tests.versions.prepare import prepare

OLDEST_PYTHON = 11
#: The few that are fitted by NUTS and by SVI in batches, and predicted.
FITTED = ("models_radon", "links_cumulative")


def pythons() -> dict[int, str]:
    """The interpreters 3.11 and later that can make an environment, by minor version."""
    found: dict[int, str] = {sys.version_info[1]: sys.executable}
    for minor in range(OLDEST_PYTHON, 30):
        here = shutil.which(f"python3.{minor}")
        others = Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3")
        for path in [*([here] if here else []), *map(str, others)]:
            probe = [path, "-c", "import sys, venv; print(sys.version_info[1])"]
            done = subprocess.run(probe, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                found.setdefault(int(done.stdout), path)
    return found


def make(venv: Path, python: str, packages: list[str]) -> Path:
    """The interpreter of an environment with these packages."""
    inside = venv / "bin" / "python"
    if not inside.exists():
        subprocess.run([python, "-m", "venv", venv], check=True)
    install = [inside, "-m", "pip", "install", "--quiet", "--upgrade", *packages]
    subprocess.run(install, check=True)
    return inside


def run(python: Path, folder: Path, result: Path) -> dict[str, Any]:
    environment = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    environment |= {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    command = [python, "-W", "error", "-m", "tests.versions.probe", folder, result, *FITTED]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    found: dict[str, Any] = json.loads(result.read_text("utf-8"))
    print(found["versions"], flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.versions")
    parser.add_argument("-o", type=Path, default=table.TABLE, help="the table")
    parser.add_argument("--oldest", type=Path, default=ROOT / ".venv-oldest")
    parser.add_argument("--newest", type=Path, default=ROOT / ".venv-newest")
    parser.add_argument("goldens", nargs="*", metavar="GOLDEN", help="only these")
    options = parser.parse_args()
    cases = [case for case in CASES if label(case) in options.goldens or not options.goldens]
    if unknown := set(options.goldens) - set(map(label, cases)):
        raise SystemExit(f"no goldens: {', '.join(sorted(unknown))}")
    claimed, here = table.tested(), pythons()
    if OLDEST_PYTHON not in here:
        raise SystemExit(f"Python 3.{OLDEST_PYTHON} was not found")
    pinned = [f"{name}=={oldest}" for name, (oldest, _) in claimed.items()]
    oldest = make(options.oldest, here[OLDEST_PYTHON], pinned)
    newest = make(options.newest, here[max(here)], list(claimed))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(folder, cases)
        runs = [run(python, folder, folder / "result.json") for python in (oldest, newest)]
    kept = table.read(options.o) if options.goldens else []
    if kept and not all(line in kept for line in table.environments(runs)):
        raise SystemExit(f"{options.o} is of other versions: run all goldens")
    options.o.write_text(table.table(runs, FITTED, kept), "utf-8")
    found = table.problems(runs)
    print("\n".join(found) or f"the figures are the same within {table.TOLERANCE}")
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
