"""What the oldest and the newest computed -> the differences, and a table of them."""

from __future__ import annotations

import ast
from typing import Any

from tests.golden.cases import ROOT

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


def table(runs: list[dict[str, Any]], fitted: tuple[str, ...]) -> str:
    names = " and ".join(f"`{name.replace('_', '-', 1)}`" for name in fitted)
    packages = list(runs[0]["versions"])
    lines = [f"| | {' | '.join(packages)} |", f"|---|{'---|' * len(packages)}"]
    for which, run in zip(("oldest", "newest"), runs, strict=True):
        lines.append(f"| {which} | {' | '.join(run['versions'][p] for p in packages)} |")
    lines += ["", "| golden | oldest | newest | difference | of the gradient | `verify` |"]
    lines += ["|---|---|---|---|---|---|"]
    found = rows(runs)
    worst = [max((float(row[k]) for row in found if row[k]), default=0.0) for k in (3, 4, 5)]
    lines += [f"| {' | '.join(row)} |".replace("|  |", "| |") for row in found]
    lines += [f"| worst | | | {' | '.join(f'{w:.1e}' for w in worst)} |"]
    return HEAD.format(fitted=names) + "\n".join(lines) + "\n"
