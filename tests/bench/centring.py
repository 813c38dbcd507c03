"""Random intercepts under a binary response: both hand-written forms against the rewritten one.

    python -m tests.bench.centring [ROWS] [LEVELS]

prints for each form, of two chains of 1,000 draws after 1,000, the seconds from the start of the
process, the least effective sample size of any parameter, the leapfrog steps, and what the scale
and the intercept were found to be. The columns are continuous, so that no two rows are equal, and
some levels have a hundred times the rows of others.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bgen.driver import Options, compile_text

COLUMNS = [f"x{k}" for k in range(1, 6)]
PROGRAM = f"""\
model intercepts
data {{ y: binary  g: category  {"  ".join(f"{x}: real" for x in COLUMNS)} }}
eta = intercept(coef ~ Normal(0, 2.5)) + linear({", ".join(COLUMNS)}, coef ~ Normal(0, 2.5))
   + random_effects(g)
y ~ bernoulli(eta)
"""
WRITTEN = "reparam {{ eta_g_effect = {} }}\n"
FORMS = {
    "centred": (PROGRAM + WRITTEN.format("centered"), Options("-O0")),
    "non-centred": (PROGRAM + WRITTEN.format("noncentered"), Options("-O0")),
    "-O2, not centred": (PROGRAM, Options("-O2", without=("centre_by_information",))),
    "-O2": (PROGRAM, Options("-O2")),
}


def simulate(path: Path, rows: int, levels: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, len(COLUMNS)))
    slopes = 0.5 * rng.normal(size=len(COLUMNS))
    g = rng.choice(levels, size=rows, p=rng.dirichlet(np.full(levels, 0.7)))
    g[:levels] = np.arange(levels)
    eta = 0.3 + x @ slopes + 0.7 * rng.normal(size=levels)[g]
    y = rng.random(rows) < 1 / (1 + np.exp(-eta))
    with open(path, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["y", "g", *COLUMNS])
        table.writerows([int(a), f"g{b:04d}", *c] for a, b, c in zip(y, g, x, strict=True))


def fit(folder: Path, name: str) -> dict[str, float]:
    text, options = FORMS[name]
    script, run = folder / "model.py", folder / "run"
    script.write_text(compile_text(text, options=options), "utf-8")
    settings = ["--chains", "2", "--warmup", "1000", "--draws", "1000", "--allow-warnings"]
    began = time.monotonic()
    command = [
        sys.executable,
        script,
        "fit",
        folder / "data.csv",
        "-o",
        run,
        "--force",
        "--quiet",
        *settings,
    ]
    subprocess.run(command, check=True)
    seconds = time.monotonic() - began
    with open(run / "summary.csv", newline="") as file:
        rows = {row["parameter"]: row for row in csv.DictReader(file)}
    least = min(float(row["ess_bulk"]) for row in rows.values())
    found = {"seconds": seconds, "ESS": least, "ESS/s": least / seconds}
    for name in ("eta_g_scale", "eta_intercept"):
        row = rows[name]
        found |= {name: float(row["mean"]), "+-": float(row["sd"]) / float(row["ess_bulk"]) ** 0.5}
    return found


def main(rows: int = 20_000, levels: int = 500) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        simulate(folder / "data.csv", rows, levels)
        for form in FORMS:
            found = fit(folder, form)
            print(f"{form:18}", "  ".join(f"{k} {v:.4g}" for k, v in found.items()), flush=True)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
