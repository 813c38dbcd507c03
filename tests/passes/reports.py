"""What the fast form reports, beside what the model reports of the same sites."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpyro.handlers import seed, substitute, trace  # type: ignore[import-untyped]
from numpyro.infer import init_to_uniform  # type: ignore[import-untyped]

from tests.golden.cases import runtime


def completed(program: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Of one draw of the fast form at random, what a fit would keep: every site, by its name."""
    with jax.enable_x64(True):
        whole = runtime().prepare_data(program, arguments)
        fast = program.fast
        data = fast.bind(fast.prepare(**arguments), whole.rows)
        start = seed(fast.model(data.sizes), 1)
        start = substitute(start, substitute_fn=init_to_uniform(radius=1))
        drawn = trace(start).get_trace(data.arrays)
        kept = {k: s["value"][None, None] for k, s in drawn.items() if k in program.sites}
        found: dict[str, Any] = fast.complete(program, kept, data, whole, 0)
        return {k: v[0, 0] for k, v in found.items()}


def reports_apart(program: Any, arguments: dict[str, Any], points: int = 2) -> dict[str, float]:
    """Of each reported value the largest difference at random points, where there is one.

    Differences are in units of the values and of 1: a nan is one, too.
    """
    with jax.enable_x64(True):
        whole = runtime().prepare_data(program, arguments)
        fast = program.fast
        data = fast.bind(fast.prepare(**arguments), whole.rows)
        textbook = runtime().take_arrays(program.model, whole.sizes)

        @jax.jit
        def both(key: Any) -> tuple[dict[str, Any], dict[str, Any]]:
            start = substitute(
                seed(fast.model(data.sizes), key), substitute_fn=init_to_uniform(radius=1)
            )
            drawn = trace(start).get_trace(data.arrays)
            values = {k: s["value"] for k, s in drawn.items() if not s.get("is_observed")}
            values |= fast.draw_lacking(data, values, key)[0]
            made = trace(substitute(seed(textbook, key), data=values)).get_trace(whole.arrays)
            # what the model computes, by its own statements
            known = [k for k, s in made.items() if s["type"] == "deterministic" and k in drawn]
            sites = {k: v for k, v in values.items() if k not in known}
            made = trace(substitute(seed(textbook, key), data=sites)).get_trace(whole.arrays)
            return {k: drawn[k]["value"] for k in known}, {k: made[k]["value"] for k in known}

        found: dict[str, float] = {}
        for k in range(points):
            fast_values, values = both(jax.random.PRNGKey(k))
            for name, value in values.items():
                size = 1.0 + np.abs(value)
                off = float(np.max(np.abs(jnp.asarray(fast_values[name]) - value) / size))
                if not off <= 1e-9:
                    found[name] = off
    return found
