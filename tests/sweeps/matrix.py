"""Every layer under every link: it compiles, traces, is finite with its gradient, and predicts.

    python -m tests.sweeps.matrix [--layer L ...] [--link K ...] [-o TABLE.md]

prints a table: `ok`, the code of the compiler's own error where the pair has no meaning, or what
went wrong. Exit status 1 where anything did.
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
from numpyro.infer.util import initialize_model

from bgen.layers import layers
from tests.sweeps.emitted import bind
from tests.sweeps.programs import own_links, pair, why_not
from tests.sweeps.tables import table_of

ROWS, POINTS = 40, 20


def try_pair(layer: str, link: str, points: int = POINTS) -> str:
    """``ok``, an error code of the compiler, or what is wrong."""
    text = pair(layer, link)
    if text is None:
        return why_not(layer, link).split()[0]
    bound = bind(text, table_of(text, ROWS, 1))
    program = bound.module.PROGRAM
    with jax.enable_x64(True):
        arrays = {k: jnp.asarray(np.asarray(v)) for k, v in bound.data.arrays.items()}
        start = initialize_model(
            jax.random.PRNGKey(0), bound.model, model_args=(arrays,), validate_grad=False
        )
        density = jax.jit(jax.value_and_grad(start.potential_fn))
        rng = np.random.RandomState(3)
        for _ in range(points):
            point = jax.tree.map(lambda x: x + rng.uniform(-1, 1, np.shape(x)), start.param_info.z)
            value, slope = density(point)
            leaves = [value, *jax.tree.leaves(slope)]
            if not all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in leaves):
                return "not finite"
    return _predicts(bound, program)


def _predicts(bound: Any, program: Any) -> str:
    drawn = bound.simulate(jax.random.PRNGKey(1))
    posterior = {k: np.asarray(drawn[k])[None, None] for k in program.sites}
    posterior = {k: np.repeat(v, 4, axis=1) for k, v in posterior.items()}
    arguments = dict(bound.data.arrays) | bound.data.sizes
    rows = bound.module.predict_rows(program, posterior, arguments, bound.encoding, "error", 0)
    found = {row["response"] for row in rows}
    return "ok" if found == set(program.responses) else f"predicts {sorted(found)}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layer", nargs="*", default=list(layers()))
    parser.add_argument("--link", nargs="*", default=own_links())
    parser.add_argument("-o", dest="out", type=Path)
    options = parser.parse_args(argv)
    began, wrong = time.monotonic(), 0
    lines = [f"| | {' | '.join(options.link)} |", "| --- " * (len(options.link) + 1) + "|"]
    for layer in options.layer:
        cells = []
        for link in options.link:
            try:
                cells.append(try_pair(layer, link))
            except Exception as error:  # the sweep goes on
                cells.append(f"{type(error).__name__}: {str(error).splitlines()[0][:80]}")
            jax.clear_caches()
            wrong += cells[-1] != "ok" and not cells[-1].startswith("BL")
        lines.append(f"| {layer} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    pairs = len(options.layer) * len(options.link)
    summary = f"{pairs} pairs, {wrong} wrong, {time.monotonic() - began:.0f} s"
    print(summary)
    if options.out:
        options.out.write_text("\n".join([*lines, "", summary, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
