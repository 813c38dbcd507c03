"""Programs that must compile as written recover what their data were simulated from.

    python -m tests.sweeps.recover [PROGRAM ...] [--replicates 20] [-o TABLE.md]

Each replicate draws true values from the prior (moderate ones where it is improper), data from the
model, and fits them. The table has the share of 90 % intervals that hold the true value, over all
scalars and replicates, with its standard error as if the replicates were all that is independent.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpyro.handlers import seed, substitute, trace
from numpyro.infer import init_to_uniform

from tests.conftest import ROOT
from tests.sweeps.emitted import Bound, bind, sampler, scalars
from tests.sweeps.observation import observe
from tests.sweeps.tables import table_of

PROGRAMS = sorted((ROOT / "tests" / "corpus" / "language").glob("*.bl"))
DRAWS = 400


def improper(bound: Bound, key: Any) -> dict[str, Any]:
    """Moderate values of the sites whose prior cannot be drawn from."""
    started = substitute(seed(bound.model, key), substitute_fn=init_to_uniform(radius=1.0))
    drawn = trace(started).get_trace(bound.data.arrays)
    return {name: drawn[name]["value"] for name in bound.module.PROGRAM.flat}


def recover(text: str, replicates: int, rows: int = 60) -> tuple[float, float, int, int]:
    """Coverage, its standard error, the number of scalars, and of fits with divergences."""
    shares, divergent, number = [], 0, 0
    with jax.enable_x64(True):
        bound = bind(text, table_of(text, rows, 1))
        program = bound.module.PROGRAM
        judged = [k for k in program.sites if k not in program.unidentified]
        run = jax.jit(sampler(bound, 400, DRAWS, 1))
        attempt = 0
        while len(shares) < replicates and attempt < 5 * replicates:
            attempt += 1
            key = jax.random.PRNGKey(attempt)
            drawn = bound.simulate(key, improper(bound, key))
            sites = [y for y in (*bound.module.PROGRAM.joint, *bound.responses) if y in drawn]
            if not all(np.isfinite(np.asarray(drawn[y], float)).all() for y in sites):
                continue  # a heavy-tailed prior went where no data are
            arrays = jax.tree.map(
                jnp.asarray, observe(bound, drawn, np.random.RandomState(attempt))
            )
            draws, bad = run(jax.random.fold_in(key, 1), arrays)
            divergent += int(bad > 0)
            truth = scalars({k: np.asarray(drawn[k])[None] for k in judged})
            values = scalars({k: draws[k] for k in judged})
            free = [name for name in truth if np.ptp(values[name]) > 0]
            place = [np.mean(values[name] < truth[name][0]) for name in free]
            shares.append(np.mean([0.05 <= p <= 0.95 for p in place]))
            number = len(free)
    error = float(np.std(shares, ddof=1) / np.sqrt(len(shares)))
    return float(np.mean(shares)), error, number, divergent


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="*")
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("-o", dest="out", type=Path)
    options = parser.parse_args(argv)
    lines = ["| program | scalars | coverage of 90 % | divergent fits | s |", "| --- " * 5 + "|"]
    print("\n".join(lines), flush=True)
    failed = 0
    for path in PROGRAMS:
        if options.program and path.stem not in options.program:
            continue
        began = time.monotonic()
        try:
            share, error, number, divergent = recover(path.read_text("utf-8"), options.replicates)
            good = abs(share - 0.9) < max(4 * error, 0.05)
            failed += not good
            row = (
                f"| {path.stem} | {number} | {share:.3f} +- {error:.3f}{'' if good else ' FAIL'}"
                f" | {divergent}"
            )
        except (Exception, AssertionError) as error:  # the sweep goes on
            failed += 1
            told = f"{type(error).__name__}: {str(error).splitlines()[0][:90]}"
            row = f"| {path.stem} | {told} FAIL | |"
        lines.append(f"{row} | {time.monotonic() - began:.0f} |")
        print(lines[-1], flush=True)
        jax.clear_caches()
    print(f"{len(lines) - 2} programs, {failed} failed")
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
