"""An emitted model and the evaluator at the same values -> the differences, term by term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from numpyro import handlers
from numpyro.infer.util import log_density

from . import Bound

Floats = NDArray[np.float64]
TOLERANCE = 1e-9


def differences(
    bound: Bound, model: Any, arguments: Mapping[str, Any], values: Mapping[str, Floats]
) -> list[str]:
    """What is not the same, in words; nothing where the two agree."""
    given = {name: jnp.asarray(value) for name, value in values.items()}
    sampled = _latent_shapes(model, arguments)
    if sampled != bound.sites():
        return [f"sites: emitted {sampled}", f"sites: oracle  {bound.sites()}"]
    total, trace = log_density(model, (), dict(arguments), given)
    found = []
    emitted = _terms(trace)
    expected = bound.terms(values)
    for name in expected.keys() | emitted.keys():
        ours, theirs = expected.get(name, np.nan), emitted.get(name, np.nan)
        if not _close(ours, theirs, abs(ours)):
            found.append(f"{name}: emitted {theirs!r}, oracle {ours!r}")
    size = sum(abs(term) for term in expected.values())
    joint = bound.log_joint(values)
    if not _close(joint, float(total), size):
        found.append(f"log joint: emitted {float(total)!r}, oracle {joint!r}")
    named = bound.predictor(values)
    for name, site in trace.items():
        if site["type"] == "deterministic" and name in named:
            theirs_at = np.asarray(site["value"])
            if not np.allclose(theirs_at, named[name], rtol=TOLERANCE, atol=TOLERANCE):
                found.append(f"{name}: emitted {theirs_at}, oracle {named[name]}")
    return found


def _close(ours: float, theirs: float, size: float) -> bool:
    return bool(abs(ours - theirs) <= TOLERANCE * max(1.0, size))


def _latent_shapes(model: Any, arguments: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The unknowns that the model itself samples, with their shapes."""
    seeded = handlers.seed(model, rng_seed=0)
    # Improper priors cannot be drawn from: a start value stands in for the draw.
    filled = handlers.substitute(seeded, substitute_fn=_any_point)
    trace = handlers.trace(filled).get_trace(**arguments)
    return {
        name: tuple(site["fn"].shape())
        for name, site in trace.items()
        if site["type"] == "sample" and not site["is_observed"]
    }


def _any_point(site: Mapping[str, Any]) -> Any:
    if site["type"] != "sample" or site["is_observed"]:
        return None
    from numpyro.distributions import biject_to

    distribution = site["fn"]
    transform = biject_to(distribution.support)
    return transform(jnp.zeros(transform.inverse_shape(distribution.shape())))


def _terms(trace: Mapping[str, Any]) -> dict[str, float]:
    terms = {}
    for name, site in trace.items():
        if site["type"] != "sample":
            continue
        log_prob = site["fn"].log_prob(site["value"])
        if site["scale"] is not None:
            log_prob = site["scale"] * log_prob
        terms[name] = float(jnp.sum(log_prob))
    return terms
