"""Simulation-based calibration (Talts et al. 2018): draws of the posterior of data that the prior
predicted have uniformly distributed ranks of what the data were made from.

    python -m tests.sweeps.calibrate [CASE ...] [--simulations 200] [-o TABLE.md]

Each layer with the Gaussian link, each link with `intercept() + linear(x)`, and the fast form of a
small model for each rewrite, with what it integrates out drawn back. A case passes where no
scalar's ranks leave the simultaneous band at 1e-3, corrected for the number of scalars in it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bgen.layers import layers
from tests.sweeps.bands import p_value
from tests.sweeps.emitted import Bound, bind, fast_sampler, sampler, scalars
from tests.sweeps.observation import observe
from tests.sweeps.programs import own_links, pair
from tests.sweeps.tables import table_of

LEVEL = 1e-3
DRAWS, THIN = 250, 5


@dataclass(frozen=True)
class Outcome:
    """``worst`` is the smallest corrected p-value and whose it is."""

    case: str
    scalars: int
    worst: float
    of: str
    coverage: float
    divergent: float

    @property
    def passed(self) -> bool:
        return self.worst > LEVEL


#: Where the default prior lets responses come so near the ends of their range that a float is the
#: end itself (1 - 1e-20 is 1), the data are no draw of the model any more; these stay inside.
_INSIDE = {
    "beta": "precision ~ Gamma(5, 1)",
    "gamma": "shape ~ Gamma(5, 1)",
    "weibull": "shape ~ Gamma(5, 1)",
    "inverse_gaussian": "shape ~ Gamma(5, 1)",
}


#: Components that could change places have no one posterior that a chain could find; and the
#: prior of components in order cannot be simulated from.
_INSTEAD = {
    "mixture": """data { y: real }
low ~ Normal(-4, 1)
high ~ Normal(4, 1)
y ~ mixture(gaussian(low), gaussian(high), weights ~ Dirichlet(2, 2))
""",
}


#: A small one, with long chains: its hidden numbers mix slowly, whatever the coordinates.
_LONG: dict[str, dict[str, int]] = {"layer attention": {"draws": 1000, "thin": 20, "warmup": 500}}


_GROUPS = "x: real  z: real  g: category  h: category }\n"
_REAL = f"data {{ y: real  {_GROUPS}"
#: A small model for each rewrite, and the level at which NUTS samples its fast form.
_REWRITES = {
    "rewrite compress_gaussian": (f"{_REAL}y ~ gaussian(linear(x) + random_effects(g))\n", "-O1"),
    "rewrite compress_gaussian, scales by level": (
        f"{_REAL}s[h] ~ LogNormal(0, 0.5)\neta = linear(x) + random_effects(g)\n"
        "y ~ gaussian(eta, sigma = s[h])\n",
        "-O1",
    ),
    "rewrite compress_gaussian, known scales": (
        f"{_REAL}s ~ LogNormal(0, 0.5)\neta = intercept() + linear(x) + random_effects(g)\n"
        "y ~ gaussian(eta, sigma = s * exp(z))\n",
        "-O2",
    ),
    "rewrite marginalise_effects": (
        f"{_REAL}eta = intercept() + linear(x) + random_effects(g)\ny ~ gaussian(eta)\n",
        "-O2",
    ),
    "rewrite marginalise_effects, two groupings": (
        f"{_REAL}eta = intercept() + random_effects(g) + random_effects(h)\ny ~ gaussian(eta)\n",
        "-O2",
    ),
    "rewrite marginalise_slopes": (
        f"{_REAL}eta = intercept() + random_effects(g) + random_slopes(x, by = g)\n"
        "y ~ gaussian(eta)\n",
        "-O2",
    ),
    "rewrite collapse_linear": (
        f"{_REAL}eta = intercept() + adaptive(x) + linear(z)\ny ~ gaussian(eta)\n",
        "-O2",
    ),
    "rewrite whiten_coefficients": (
        f"{_REAL}eta = intercept() + adaptive(x) + linear(z)\ny ~ gaussian(eta)\n",
        "-O1",
    ),
    "rewrite centre_by_information": (
        f"data {{ y: binary  {_GROUPS}y ~ bernoulli(intercept() + random_effects(g))\n",
        "-O2",
    ),
    "rewrite centre_slopes": (
        f"data {{ y: binary  {_GROUPS}eta = intercept() + linear(x) + random_slopes(x, by = g)\n"
        "y ~ bernoulli(eta)\n",
        "-O2",
    ),
    "rewrite sum_to_zero": (
        f"data {{ y: binary  {_GROUPS}"
        "y ~ bernoulli(intercept() + random_effects(g) + random_effects(h))\n",
        "-O2",
    ),
    "rewrite aggregate_rows": (
        f"data {{ y: count  {_GROUPS}y ~ poisson(intercept() + fixed_effects(g))\n",
        "-O1",
    ),
}


def cases() -> dict[str, str]:
    """Each layer with one link and each link with one layer, by name; and each rewrite."""
    found = {f"layer {name}": pair(name, "gaussian") for name in layers()}
    wide, small = "heads = 2, dim = 4", "heads = 1, dim = 2"
    found["layer attention"] = (found["layer attention"] or "").replace(wide, small)
    for name in own_links():
        text = _INSTEAD.get(name) or pair("linear", name)
        if text is not None and name in _INSIDE:
            text = text.replace(f"{name}(eta", f"{name}(eta, {_INSIDE[name]}")
        found[f"link {name}"] = text
    models = {
        name: f"{text}report eta\n" if "eta =" in text else text
        for name, text in found.items()
        if text is not None
    }
    return models | {name: text for name, (text, _) in _REWRITES.items()}


def calibrate(
    case: str,
    text: str,
    simulations: int,
    rows: int = 20,
    seed: int = 1,
    warmup: int = 250,
    noise: float = 1.0,
    draws: int = DRAWS,
    thin: int = THIN,
) -> Outcome:
    """Ranks over ``simulations`` draws of the prior.

    ``noise`` other than 1 stretches the responses: a control that must fail. A rewrite's case is
    sampled in its fast form.
    """
    with jax.enable_x64(True):
        level = _REWRITES[case][1] if case in _REWRITES else "-O0"
        bound = bind(text, table_of(text, rows, seed), level)
        draw = fast_sampler if bound.module.PROGRAM.fast else sampler
        run = draw(bound, warmup, draws, thin)
        ranks: dict[str, list[int]] = {}
        inside: list[bool] = []
        divergent = 0
        for k in range(simulations):
            key = jax.random.PRNGKey(10_000 * seed + k)
            truth, arrays = simulated(bound, key, np.random.RandomState(k))
            if noise != 1.0:
                stretched = {y: noise * arrays[y] for y in bound.responses}
                arrays = arrays | stretched
            drawn, bad = run(jax.random.fold_in(key, 1), arrays)
            divergent += int(bad > 0)
            values = scalars({k: drawn[k] for k in truth})
            for name, true in scalars({k: np.asarray(v)[None] for k, v in truth.items()}).items():
                if np.ptp(values[name]) == 0:
                    continue  # no unknown: the corner of a Cholesky factor
                place = int(np.sum(values[name] < true[0]))
                ranks.setdefault(name, []).append(place)
                inside.append(0.05 <= place / (draws // thin) <= 0.95)
    places = {name: np.array(r) for name, r in ranks.items()}
    p = {k: min(1.0, p_value(r, draws // thin) * len(ranks)) for k, r in places.items()}
    worst = min(p, key=lambda name: p[name])
    return Outcome(
        case, len(ranks), p[worst], worst, float(np.mean(inside)), divergent / simulations
    )


def simulated(bound: Bound, key: Any, rng: np.random.RandomState) -> tuple[dict[str, Any], Any]:
    """True values of the sites that are not per row, and arrays with responses made from them.

    Where signs or rotations leave sites unidentified, the predictor stands in for them.
    """
    program = bound.module.PROGRAM
    drawn = bound.simulate(key)
    truth = {
        k: drawn[k]
        for k in program.sites
        if k not in program.unidentified
        and ("row" not in program.sites[k] or (k == "eta" and program.unidentified))
    }
    return truth, jax.tree.map(jnp.asarray, observe(bound, drawn, rng))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", nargs="*")
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--rows", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=250)
    parser.add_argument("-o", dest="out", type=Path)
    options = parser.parse_args(argv)
    places = np.arange(DRAWS // THIN + 1)
    expected = np.mean((places >= 0.05 * places[-1]) & (places <= 0.95 * places[-1]))
    lines = [
        "| case | scalars | smallest p (corrected) | of"
        f" | coverage ({expected:.3f} is right) | divergent fits | s |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    print("\n".join(lines), flush=True)
    failed = 0
    for name, text in cases().items():
        if options.case and not any(word in name.split() for word in options.case):
            continue
        began = time.monotonic()
        try:
            settings = {"warmup": options.warmup} | _LONG.get(name, {})
            found = calibrate(name, text, options.simulations, options.rows, **settings)
            failed += not found.passed
            row = (
                f"| {name} | {found.scalars} | {found.worst:.2g}{'' if found.passed else ' FAIL'}"
                f" | {found.of} | {found.coverage:.3f} | {found.divergent:.2f}"
            )
        except Exception as error:  # the sweep goes on
            failed += 1
            row = (
                f"| {name} | {type(error).__name__}: {str(error).splitlines()[0][:90]} FAIL | | | |"
            )
        lines.append(f"{row} | {time.monotonic() - began:.0f} |")
        print(lines[-1], flush=True)
        jax.clear_caches()
    print(f"{len(lines) - 2} cases, {failed} failed")
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
