"""What the oldest and the newest computed -> the differences, and a table of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bgen.reference import markdown_table
from tests.golden.cases import CASES, ROOT, label

TABLE = ROOT / "golden" / "reference" / "versions.md"
#: Of log densities; a sum of thousands of terms may be added in another order.
TOLERANCE = 1e-9
HEAD = """# Versions

Every golden on the oldest and on the newest versions that the emitted files claim (`TESTED` in
`templates/fit/versions.py.jinja`), warnings as errors: the file is imported, its sites are those of
its contract, an SVI step moves every parameter, and the log density in float64 and its gradient are
computed at one point, which was drawn without either. The difference is relative to the larger of 1
and the figure, the gradient's is that of its length; `verify` is the largest difference between the
fast form and the model at three points. `make versions` makes both environments and this table.

{fitted} are also fitted by NUTS and by SVI in batches, and predicted.

"""


def tested() -> dict[str, tuple[str, str]]:
    """The oldest and the newest version of each package, as emitted files have them."""
    text = (ROOT / "templates" / "fit" / "versions.py.jinja").read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TESTED":
            found: dict[str, tuple[str, str]] = ast.literal_eval(node.value)
            return found
    raise AssertionError("TESTED is not there")


def difference(one: float, other: float) -> float:
    same = one == other or (one != one and other != other)
    return 0.0 if same else abs(one - other) / max(1.0, abs(one), abs(other))


def rows(runs: list[dict[str, Any]]) -> list[list[str]]:
    """Golden, the density of each run, differences; or what went wrong."""
    found = []
    for name in runs[0]["goldens"]:
        each = [run["goldens"][name] for run in runs]
        label = name.replace("_", "-", 1)
        if any("error" in one for one in each):
            found.append([label, *(one.get("error", "fine") for one in each), "", "", ""])
            continue
        old, new = each
        verify = [one["verify"] for one in each if "verify" in one]
        found.append(
            [
                label,
                *(f"{one['density']:.15g}" for one in each),
                *(f"{difference(old[what], new[what]):.1e}" for what in ("density", "slope")),
                f"{max(verify):.1e}" if verify else "",
            ]
        )
    return found


def problems(runs: list[dict[str, Any]]) -> list[str]:
    """Goldens that broke, or whose figures differ by more than rounding."""
    return [
        " | ".join(row)
        for row in rows(runs)
        if not row[3] or not all(float(found) <= TOLERANCE for found in row[3:5])
    ]


def read(path: Path) -> list[list[str]]:
    """The cells of a table that was written, line by line."""
    lines = path.read_text("utf-8").splitlines()
    return [[c.strip() for c in line.split("|")[1:-1]] for line in lines if line.startswith("|")]


def environments(runs: list[dict[str, Any]]) -> list[list[str]]:
    """The versions of the oldest and of the newest, as lines of the table."""
    packages = list(runs[0]["versions"])
    named = zip(("oldest", "newest"), runs, strict=True)
    return [["", *packages]] + [[k, *(run["versions"][p] for p in packages)] for k, run in named]


def table(
    runs: list[dict[str, Any]], fitted: tuple[str, ...], kept: Sequence[list[str]] = ()
) -> str:
    """All goldens in their order: those of the runs, and the lines of others that were kept."""
    new = rows(runs)
    lines = {row[0]: row for row in [*kept, *new]}
    found = [lines[name] for name in map(label, CASES) if name in lines] if kept else new
    worst = [max((float(row[k]) for row in found if row[k]), default=0.0) for k in (3, 4, 5)]
    title = ["golden", "oldest", "newest", "difference", "of the gradient", "`verify`"]
    last = ["worst", "", "", *(f"{w:.1e}" for w in worst)]
    parts = (environments(runs), [title, *found, last])
    text = "\n\n".join(markdown_table(head, lines) for head, *lines in parts)
    names = " and ".join(f"`{name.replace('_', '-', 1)}`" for name in fitted)
    return HEAD.format(fitted=names) + text + "\n"
