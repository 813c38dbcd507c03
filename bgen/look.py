"""Asking the emitted script about data: it needs NumPyro, and the compiler does not."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bgen.base.resources import read_resource
from bgen.driver import Compiled, Options, script
from bgen.ir.facts import Facts


class NotRun(Exception):
    """The script could not answer; the message is its own, or says what is not installed."""


def facts_of(compiled: Compiled, data: Path, settings: Sequence[str] = ()) -> Facts:
    """What a table holds of the columns of a model, rows with missing values left out.

    ``settings`` are NAME=VALUE, of scalars. Raises ``NotRun``, also where the data break the
    contract.
    """
    arguments = compiled.model.arguments
    rows = [a.name for a in arguments if a.dims and a.dims[0].is_row]
    responses = [a.name for a in arguments if a.name in rows and a.kind == "response"]
    indices = [a.name for a in arguments if a.kind == "index" and len(a.dims) == 1]
    named = ",".join(" ".join(names) for names in (rows, responses, indices))
    beside = read_resource("templates", "facts.py")
    options = [str(data), *(part for each in settings for part in ("--set", each))]
    return Facts.of(json.loads(ask(compiled, [named, *options], beside).stdout))


def ask(
    compiled: Compiled, arguments: Sequence[str], beside: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the script, or one ``beside`` it that imports it as ``emitted``, in a process of its own.

    An argument ``RUN`` becomes a folder that goes with the process. Raises ``NotRun``.
    """
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / ("emitted.py" if beside else f"{compiled.model.name}.py")
        path.write_text(script(compiled, Options("-O0")), encoding="utf-8")
        if beside:
            path = path.with_name("ask.py")
            path.write_text(beside, encoding="utf-8")
        told = [str(Path(scratch) / "run") if each == "RUN" else each for each in arguments]
        command = [sys.executable, str(path), *told]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stderr.rstrip("\n")
    if "No module named" in lines:
        missing = lines.rsplit("No module named", 1)[1].strip()
        raise NotRun(
            f"{missing} is not installed; `pip install 'bgen[fit]'` brings what it takes to read "
            "data"
        )
    if done.returncode:
        raise NotRun(lines)
    return done
