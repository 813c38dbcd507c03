"""Asking the emitted script about data: it needs NumPyro, and the compiler does not."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
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
    beside = {"facts.py": read_resource("templates", "facts.py")}
    for name in ("cells", "nested"):  # an emitted file has them only where it needs them
        beside[f"{name}.py"] = read_resource("templates/library", f"{name}.py.jinja")
    return Facts.of(json.loads(ask(compiled, [named, str(data)], settings, beside).stdout))


def ask(
    compiled: Compiled,
    arguments: Sequence[str],
    settings: Sequence[str] = (),
    beside: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the emitted script in a process of its own; or, of files ``beside`` it, the first.

    These import it as ``emitted``. Raises ``NotRun``.
    """
    with tempfile.TemporaryDirectory() as scratch:
        name = "emitted" if beside else compiled.model.name
        files = {f"{name}.py": script(compiled, Options("-O0")), **(beside or {})}
        for file, text in files.items():
            Path(scratch, file).write_text(text, encoding="utf-8")
        told = [part for each in settings for part in ("--set", each)]
        first = Path(scratch, next(iter(beside or files)))
        command = [sys.executable, str(first), *arguments, *told]
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
