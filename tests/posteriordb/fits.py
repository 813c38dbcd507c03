"""Points at which to compare densities, and fits by the emitted script whose means are compared."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np
from numpyro.infer import MCMC, NUTS, init_to_uniform  # type: ignore[import-untyped]

from tests.posteriordb.judge import Case

SEED, POINTS, DRAWS, FARTHEST = 1848, 20, 500, 2000.0
#: Draws behind the reference, a mean and an sd for each parameter.
REFERENCE_DRAWS = 10_000
#: Standard errors of a mean, and a share of an sd.
MOST_ERRORS, MOST_SHARE = 4.0, 0.1


Point = dict[str, Any]


def fit(case: Case) -> dict[str, dict[str, str]]:
    """The rows of summary.csv by parameter: NUTS in float64, in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        script, data, run = (Path(scratch) / name for name in ("model.py", "data.csv", "run"))
        script.write_text(case.script, "utf-8")
        with data.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(case.table)
            writer.writerows(zip(*case.table.values(), strict=True))
        command = [sys.executable, script, "fit", data, "-o", run, "--x64", "--quiet"]
        done = subprocess.run(
            [*map(str, command), "--allow-warnings", "--seed", str(SEED), "--draws", "2000"],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{case.posterior.name}: {done.stderr[-2000:]}")
        with (run / "summary.csv").open(newline="", encoding="utf-8") as rows:
            return {row["parameter"]: row for row in csv.DictReader(rows)}


def points(case: Case) -> list[dict[str, Any]]:
    """Random points across the posterior, to six digits.

    Half of them are draws; in the others each element is of a draw of its own, so that they lie
    farther out, but not so far that the digits of one term would drown all others.
    """
    with jax.enable_x64(True):
        kernel = NUTS(case.module.model, init_strategy=init_to_uniform(radius=1.0))
        sampler = MCMC(kernel, num_warmup=500, num_samples=DRAWS, progress_bar=False)
        arguments, _ = case.module.encode(case.table)
        sampler.run(jax.random.PRNGKey(SEED), **arguments)
        found = {name: np.asarray(value) for name, value in sampler.get_samples().items()}
    draws = {site: found[site] for site in case.sites()}
    random = np.random.default_rng(SEED)

    def mixed() -> Point:
        point = {}
        for site, value in draws.items():
            flat = value.reshape(DRAWS, -1)
            chosen = random.integers(DRAWS, size=flat.shape[1])
            point[site] = flat[chosen, np.arange(flat.shape[1])].reshape(value.shape[1:])
        return point

    near = [{s: v[k] for s, v in draws.items()} for k in random.permutation(DRAWS)[:POINTS]]
    candidates = [rounded(point) for point in [*(mixed() for _ in range(POINTS // 2)), *near]]
    densities = case.ours(candidates)
    least = max(densities) - FARTHEST
    kept = [c for c, density in zip(candidates, densities, strict=True) if density > least]
    assert len(kept) >= POINTS, f"{case.posterior.name}: the draws are far apart"
    return kept[:POINTS]


def rounded(point: Mapping[str, Any]) -> Point:
    return {
        site: json.loads(np.array2string(np.asarray(value), **_AS_JSON))
        for site, value in point.items()
    }


_AS_JSON: dict[str, Any] = {
    "separator": ", ",
    "threshold": sys.maxsize,
    "formatter": {"float": lambda x: json.dumps(float(f"{x:.6g}"))},
}


def names(summary: Iterable[str]) -> dict[str, str]:
    """A reference's parameters under their names in summary.csv."""
    known = {"rho": "f_lengthscale", "alpha": "f_amplitude", "sigma": "sigma"}
    coefficients = [name for name in summary if name == "mu_intercept" or "_coef[" in name]
    known |= {f"beta[{place}]": name for place, name in enumerate(coefficients, start=1)}
    sigma = [name for name in summary if name.endswith("_sigma")]
    return known | dict(zip(["sigma"], sigma, strict=bool(sigma)))


def compare(case: Case, reference: Mapping[str, Mapping[str, float]]) -> tuple[float, float]:
    """The worst distance of a mean in standard errors, and of an sd as a share of it."""
    summary = fit(case)
    known = names(summary)
    errors, shares = [], []
    for name, expected in reference.items():
        ours = summary[known[name]]
        error = math.hypot(float(ours["mcse_mean"]), expected["sd"] / math.sqrt(REFERENCE_DRAWS))
        errors.append(abs(float(ours["mean"]) - expected["mean"]) / error)
        shares.append(abs(float(ours["sd"]) / expected["sd"] - 1.0))
    return max(errors), max(shares)
