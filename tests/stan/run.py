"""Fit a golden model with Stan; write its posterior.json and log_density.json.

    python tests/stan/run.py golden/models/radon

Nothing is written unless R-hat < 1.005 everywhere and no transition diverged.
"""

import argparse
import hashlib
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from stan_cases import Study, read_study
from stan_diagnostics import (
    Draws,
    energy_fraction,
    ess_bulk,
    ess_tail,
    mcse_mean,
    mcse_median,
    mcse_sd,
    r_hat,
)
from stan_log_prob import SEED, build, write_log_density

CHAINS, WARMUP = 4, 2000
ADAPT_DELTA, MAX_DEPTH = 0.99, 12
MAX_R_HAT, MIN_ENERGY_FRACTION = 1.005, 0.3

STATISTICS: dict[str, Callable[[Draws], float]] = {
    "mean": lambda draws: float(draws.mean()),
    "sd": lambda draws: float(draws.std(ddof=1)),
    "q05": lambda draws: float(np.quantile(draws, 0.05)),
    "q50": lambda draws: float(np.quantile(draws, 0.50)),
    "q95": lambda draws: float(np.quantile(draws, 0.95)),
    "mcse_mean": mcse_mean,
    "mcse_sd": mcse_sd,
    "ess_bulk": ess_bulk,
    "ess_tail": ess_tail,
    "r_hat": r_hat,
}
#: Of a posterior without moments.
HEAVY: dict[str, Callable[[Draws], float]] = {
    **{name: STATISTICS[name] for name in ("q05", "q50", "q95")},
    "mcse_q50": mcse_median,
    **{name: STATISTICS[name] for name in ("ess_bulk", "ess_tail", "r_hat")},
}


def by_chain(fit: Any, name: str) -> Draws:
    """Draws of one quantity as (element, chain, draw); Stan's run chain-fastest."""
    draws = np.asarray(fit[name], dtype=float)
    per_chain = draws.shape[-1] // CHAINS
    return draws.reshape(-1, per_chain, CHAINS).swapaxes(1, 2)


def summarise(fit: Any, study: Study) -> dict[str, Any]:
    """Every site's statistics, a list over its elements, to six digits."""
    sites: dict[str, Any] = {}
    for site, labels in study.labels.items():
        draws = by_chain(fit, site)
        if len(draws) != len(labels):
            raise ValueError(f"{site}: {len(draws)} elements, {len(labels)} labels")
        fixed = study.case.fixed.get(site, ())
        free = {label: x for label, x in zip(labels, draws, strict=True) if label not in fixed}
        sites[site] = {"shape": list(study.shapes[site]), "labels": list(free)}
        statistics = HEAVY if site in study.case.heavy else STATISTICS
        for name, statistic in statistics.items():
            sites[site][name] = [float(f"{statistic(x):.6g}") for x in free.values()]
    return sites


def sampler(fit: Any, draws: int) -> dict[str, Any]:
    """How the chains ran."""
    return {
        "seed": SEED,
        "chains": CHAINS,
        "warmup": WARMUP,
        "draws": draws,
        "adapt_delta": ADAPT_DELTA,
        "divergences": int(by_chain(fit, "divergent__").sum()),
        "max_depth_hits": int((by_chain(fit, "treedepth__") >= MAX_DEPTH).sum()),
        "energy_fraction": round(energy_fraction(by_chain(fit, "energy__")[0]), 3),
    }


def complaints(sites: dict[str, Any], chains: dict[str, Any]) -> list[str]:
    """What forbids to trust this posterior."""
    found = [
        f"{site}: R-hat {max(values['r_hat'])}"
        for site, values in sites.items()
        if max(values["r_hat"]) >= MAX_R_HAT
    ]
    if chains["divergences"]:
        found.append(f"{chains['divergences']} divergences")
    if chains["max_depth_hits"]:
        found.append(f"{chains['max_depth_hits']} transitions at the greatest depth")
    if chains["energy_fraction"] < MIN_ENERGY_FRACTION:
        found.append(f"E-BFMI {chains['energy_fraction']}")
    return found


def made_by(model_dir: Path, draws: int) -> str:
    """The command and the versions behind the numbers."""
    packages = [f"{name} {version(name)}" for name in ("pystan", "httpstan", "numpy")]
    return (
        f"python tests/stan/run.py golden/models/{model_dir.name}"
        f" ({', '.join(packages)}, Python {platform.python_version()}; seed {SEED},"
        f" {CHAINS} chains of {draws} draws after {WARMUP} of warm-up)"
    )


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def as_text(posterior: dict[str, Any]) -> str:
    """JSON with one line per list, so that a changed site is a small diff."""
    sites = posterior["sites"]
    head = json.dumps({k: v for k, v in posterior.items() if k != "sites"}, indent=1)
    blocks = []
    for site, values in sites.items():
        lines = [f"   {json.dumps(key)}: {json.dumps(v)}" for key, v in values.items()]
        blocks.append(f"  {json.dumps(site)}: {{\n" + ",\n".join(lines) + "\n  }")
    return head[:-2] + ',\n "sites": {\n' + ",\n".join(blocks) + "\n }\n}\n"


def make_posterior(model_dir: Path) -> bool:
    """Fit one model; say how it went; write both files if it may be trusted."""
    study = read_study(model_dir)
    started = time.perf_counter()
    model = build(model_dir)
    compiled = time.perf_counter()
    fit = model.sample(
        num_chains=CHAINS,
        num_warmup=WARMUP,
        num_samples=study.case.draws,
        delta=ADAPT_DELTA,
        max_depth=MAX_DEPTH,
    )
    sampled = time.perf_counter()
    sites, chains = summarise(fit, study), sampler(fit, study.case.draws)
    found = complaints(sites, chains)
    print(
        f"{model_dir.name}:"
        f" R-hat {max(max(s['r_hat']) for s in sites.values()):.5f},"
        f" ESS bulk {min(min(s['ess_bulk']) for s in sites.values()):.0f},"
        f" tail {min(min(s['ess_tail']) for s in sites.values()):.0f},"
        f" divergences {chains['divergences']},"
        f" E-BFMI {chains['energy_fraction']},"
        f" {compiled - started:.0f} s to compile, {sampled - compiled:.0f} s to sample"
    )
    if found:
        print(f"{model_dir.name}: not written: {'; '.join(found)}", file=sys.stderr)
        return False
    posterior = {
        "made_by": made_by(model_dir, study.case.draws),
        "method": "stan",
        "inputs": {name: digest(model_dir / name) for name in ("model.stan", "data.csv")},
        "sampler": chains,
        "sites": sites,
    }
    path = model_dir / "posterior.json"
    path.write_text(as_text(posterior), encoding="utf-8", newline="\n")
    write_log_density(model_dir, fit)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the models of the command line, one after another."""
    parser = argparse.ArgumentParser(description="Stan reference posteriors")
    parser.add_argument("model_dir", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    written = [make_posterior(path.resolve()) for path in options.model_dir]
    return 0 if all(written) else 1


if __name__ == "__main__":
    sys.exit(main())
