"""A model -> the table of its priors: what each is, who said so, and where its values live."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bgen.driver import Compiled
from bgen.emit.densities import formula
from bgen.ir import model as m
from bgen.look import ask


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


def prior_predictive(compiled: Compiled, data: Path, settings: tuple[str, ...]) -> str:
    """What the priors imply for the responses, beside the data: the emitted script's own words.

    Raises ``NotRun``.
    """
    with tempfile.TemporaryDirectory() as scratch:
        run = str(Path(scratch, "run"))
        return ask(compiled, ["prior", str(data), "-o", run], settings).stderr.rstrip("\n")
