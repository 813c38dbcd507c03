"""An emitted model and the evaluator at the same values -> the differences, term by term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from numpyro import handlers  # type: ignore[import-untyped]
from numpyro.distributions import biject_to  # type: ignore[import-untyped]
from numpyro.infer.util import compute_log_probs  # type: ignore[import-untyped]

from . import Bound
from .densities import nudged

Floats = NDArray[np.float64]
TOLERANCE = 1e-9
# NumPyro writes these with jax.scipy.special.betaln, which is wrong by up to 1.3e-6 where an
# argument is 8 or more, in float64 too (JAX 0.10): so much is allowed for each row.
LOOSE = {"BetaBinomial", "BetaNegativeBinomial", "GammaPoisson"}
BETALN_ERROR = 3e-6
# A term may be as far off as this many of the changes that one rounding of the unknowns makes, at
# most of so many tries.
ROUNDINGS = 8.0
NUDGES = 5
EPS = float(np.finfo(np.float64).eps)


class Emitted:
    """A NumPyro model with its arguments, compiled once for many points."""

    def __init__(self, model: Any, arguments: Mapping[str, Any]) -> None:
        self._model, self._arguments = model, dict(arguments)
        self.allowed: dict[str, float] = {}  # what an inexact function of JAX may add to a term
        self._run = jax.jit(self._terms)

    @cached_property
    def sites(self) -> dict[str, tuple[int, ...]]:
        """The unknowns that the model itself samples, with their shapes."""
        found = {}

        def record() -> None:
            # Improper priors cannot be drawn from: a start value stands in for every draw.
            filled = handlers.substitute(self._model, substitute_fn=_any_point)
            trace = handlers.trace(handlers.seed(filled, rng_seed=0)).get_trace(**self._arguments)
            for name, site in trace.items():
                if site["type"] == "sample" and not site["is_observed"]:
                    found[name] = tuple(site["fn"].shape())

        jax.eval_shape(record)
        return found

    def _terms(self, values: Mapping[str, Any]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        terms, trace = compute_log_probs(self._model, (), self._arguments, dict(values))
        named = {}
        for name, site in trace.items():
            if site["type"] == "deterministic":
                named[name] = site["value"]
            if site["type"] != "sample":
                continue
            families = set(_families(site["fn"]))
            if LOOSE & families and "NegativeBinomialLogits" not in families:  # it has its own
                self.allowed[name] = BETALN_ERROR * jnp.size(site["value"])
        return sum(terms.values(), jnp.zeros(())), terms, named

    def at(self, values: Mapping[str, Floats]) -> tuple[float, dict[str, float], dict[str, Floats]]:
        """The log joint density, its terms by site and response, deterministic sites."""
        total, terms, named = self._run({k: jnp.asarray(v) for k, v in values.items()})
        return (
            float(total),
            {name: float(term) for name, term in terms.items()},
            {name: np.asarray(value) for name, value in named.items()},
        )


def differences(
    bound: Bound, model: Any, arguments: Mapping[str, Any], seeds: Iterable[int] = (0,)
) -> list[str]:
    """What is not the same, in words; nothing where the two agree."""
    return disagreements(bound, Emitted(model, arguments), seeds)


def disagreements(bound: Bound, emitted: Emitted, seeds: Iterable[int]) -> list[str]:
    sampled = emitted.sites
    if sampled != bound.sites():
        return [f"sites: emitted {sampled}", f"sites: oracle  {bound.sites()}"]
    constant = 0.0
    for i, seed in enumerate(seeds):
        values = bound.draw(seed)
        if i == 0 and bound.up_to_a_constant():
            constant = emitted.at(values)[0] - bound.log_joint(values)
        found = differences_at(bound, emitted, values, constant)
        if found:
            return [f"at seed {seed}", *found]
    return []


def differences_at(
    bound: Bound, emitted: Emitted, values: Mapping[str, Floats], constant: float = 0.0
) -> list[str]:
    """The differences at one point: of each term, of the sum, of what is reported.

    ``constant`` is added to our sum where the language leaves one open.
    """
    total, theirs, reported = emitted.at(values)
    ours = bound.terms(values)
    found = []
    rounding = cache(lambda: _rounding(bound, values))
    for name in {**ours, **theirs}.keys() - bound.up_to_a_constant():
        a, b = ours.get(name, np.nan), theirs.get(name, np.nan)
        allowed = emitted.allowed.get(name, 0.0)
        if not _close(a, b, abs(a), allowed):
            if _close(a, b, abs(a), allowed + rounding().get(name, 0.0)):
                continue
            found.append(f"{name}: emitted {b!r}, oracle {a!r}")
    size = sum(abs(term) for term in ours.values())
    joint = bound.log_joint(values) + constant
    allowed = sum(emitted.allowed.values())
    if not _close(joint, total, size, allowed) and not _close(
        joint, total, size, allowed + sum(rounding().values())
    ):
        found.append(f"log joint: emitted {total!r}, oracle {joint!r}")
    named = bound.predictor(values)
    for name, value in reported.items():
        if name in named and not np.allclose(value, named[name], rtol=TOLERANCE, atol=TOLERANCE):
            found.append(f"{name}: emitted {value}, oracle {named[name]}")
    return found


def _rounding(bound: Bound, values: Mapping[str, Floats]) -> dict[str, float]:
    """What the last digits of unknowns and probabilities are worth in each term.

    No double is nearer. A cosine of an angle of 1e14, say, has no digits at all, however it is
    written; and 1 - p near 0 has few, where the emitted model has the logit.
    """
    rng = np.random.default_rng(0)
    ours = bound.terms(values)
    worth = dict.fromkeys(ours, 0.0)
    for i in range(NUDGES):
        moved = {k: v * (1.0 + rng.choice((-EPS, EPS), np.shape(v))) for k, v in values.items()}
        with nudged((-1) ** i * EPS):
            terms = bound.terms(moved)
        for name, term in terms.items():
            change = abs(term - ours[name])
            if np.isfinite(change):
                worth[name] = max(worth[name], change)
    return {name: ROUNDINGS * change for name, change in worth.items()}


def _close(ours: float, theirs: float, size: float, allowed: float) -> bool:
    # also where both are log 0, or no number: beyond the largest double
    same = ours == theirs or (np.isnan(ours) and np.isnan(theirs))
    finite = np.isfinite(ours) and np.isfinite(theirs)  # or the size of all would allow anything
    return bool(same or (finite and abs(ours - theirs) <= TOLERANCE * max(1.0, size) + allowed))


def _families(distribution: Any) -> Iterator[str]:
    """The names of a distribution's classes, also where a mask or more axes are around it."""
    while distribution is not None:
        yield from (c.__name__ for c in type(distribution).__mro__)
        distribution = getattr(distribution, "base_dist", None)


def _any_point(site: Mapping[str, Any]) -> Any:
    if site["type"] != "sample" or site["is_observed"]:
        return None
    distribution = site["fn"]
    transform = biject_to(distribution.support)
    return transform(jnp.zeros(transform.inverse_shape(distribution.shape())))
