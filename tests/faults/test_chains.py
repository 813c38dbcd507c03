"""A posterior that NUTS cannot walk: divergent transitions are counted and told of, status 3."""

from __future__ import annotations

import json
from pathlib import Path

from bgen.driver import Options, compile_text
from tests.faults.fits import command
from tests.golden.cases import execute

# Neal's funnel, centred: its neck is too narrow for the steps that its mouth asks for.
FUNNEL = """data { y: real  g: category }
log_scale ~ Normal(0, 3)
z[g] ~ Normal(0, exp(log_scale))
y ~ gaussian(z[g], sigma = 100)
reparam { z = centered }
"""


def test_divergences(tmp_path: Path) -> None:
    table = "".join(f"{row % 2},g{row}\n" for row in range(9))
    (tmp_path / "y.csv").write_text("y,g\n" + table)
    funnel = execute(compile_text(FUNNEL, "funnel.bl", Options("-O0")), "faults_funnel")
    run = tmp_path / "run"
    given = ["fit", tmp_path / "y.csv", "-o", run, "--chains", "1", "--warmup", "100"]
    status, said = command(funnel, *given, "--draws", "600", "--target-accept", "0.3")
    report = json.loads((run / "run.json").read_text())
    diverged = report["diagnostics"]["divergences"]
    assert status == 3 and diverged > 5
    assert f"warning: {diverged} divergent transitions" in said
    assert f"{diverged} divergent transitions" in report["warnings"]
