"""A model -> the table of its priors: what each is, who said so, and where its values live."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bgen.driver import Compiled, Options, script
from bgen.emit.densities import formula
from bgen.ir import model as m


def prior_rows(model: m.Model) -> list[tuple[str, str, str, str]]:
    """Site with its axes, prior, ``default`` or ``file``, support; in the order of the model."""
    found = []
    for site in model.sites():
        axes = f"[{', '.join(dim.name for dim in site.dims)}]" if site.dims else ""
        origin = "default" if site.default else "file"
        prior = formula(site.prior)
        if site.prior.name == "Flat":
            prior = "Flat"
        found.append((f"{site.name}{axes}", prior, origin, site.prior.support.describe()))
    return found


def prior_table(model: m.Model) -> str:
    """The rows under a heading, in columns."""
    rows = [("site", "prior", "from", "support"), *prior_rows(model)]
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


class NotSimulated(Exception):
    """The prior predictive could not be drawn; the message is the emitted script's own."""


def prior_predictive(compiled: Compiled, data: Path, settings: tuple[str, ...]) -> str:
    """What the priors imply for the responses, beside the data: the emitted script's own words.

    The script runs in a process of its own, since it needs NumPyro and the compiler does not.
    Raises ``NotSimulated``.
    """
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"{compiled.model.name}.py"
        path.write_text(script(compiled, Options()), encoding="utf-8")
        command = [sys.executable, str(path), "prior", str(data), "-o", str(Path(scratch) / "run")]
        for setting in settings:
            command += ["--set", setting]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = done.stderr.rstrip("\n")
        if "No module named" in lines:
            missing = lines.rsplit("No module named", 1)[1].strip()
            raise NotSimulated(
                f"{missing} is not installed; `pip install 'bgen[fit]'` brings what it takes to "
                "simulate"
            )
        if done.returncode:
            raise NotSimulated(lines)
        return lines
