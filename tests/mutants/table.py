"""Outcomes -> the table by folder, with what a sample of this size can tell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

HEAD = "| folder | mutants | run | killed | timed out | survived | found | 95 % of samples |"


def interval(found: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a binomial share."""
    middle = (found + z * z / 2) / (of + z * z)
    half = z * math.sqrt(found * (of - found) / of + z * z / 4) / (of + z * z)
    return max(0.0, middle - half), min(1.0, middle + half)


def table(total: Mapping[str, int], statuses: Sequence[tuple[str, str]]) -> str:
    """``statuses``: of each mutant that was run, its folder and what became of it."""
    lines = [HEAD, "| --- |" + " ---: |" * 7]
    for folder in [*total, "all"]:
        of = Counter(status for f, status in statuses if folder in (f, "all"))
        mutants = sum(total.values()) if folder == "all" else total[folder]
        found, run = of["killed"] + of["timed out"], of.total()
        if not run:
            continue
        low, high = interval(found, run)
        counts = f"{mutants} | {run} | {of['killed']} | {of['timed out']} | {of['survived']}"
        share = f"{found / run:.1%} | {low:.1%} to {high:.1%}".replace("%", " %")
        lines.append(f"| {folder} | {counts} | {share} |")
    return "\n".join(lines) + "\n"
