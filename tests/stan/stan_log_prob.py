"""Stan's own log density of a golden model at given site values.

    python tests/stan/stan_log_prob.py golden/models/radon < points.json

reads a JSON list of {site: values} and prints the list of log densities, so that a test in
an environment without Stan can ask one that has it. Sites are on their own (constrained)
scale. Stan leaves constants out: compare differences.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stan_cases import read_study

Array = NDArray[np.float64]
Values = Mapping[str, Any]
Arrays = Mapping[str, Array]

SEED, POINTS = 1981, 10


@lru_cache
def build(model_dir: Path, seed: int = SEED) -> Any:
    """Compile a golden model's Stan program and give it its data."""
    study = read_study(model_dir)
    return importlib.import_module("stan").build(study.program, data=study.data, random_seed=seed)


def log_discrimination(values: Arrays, data: Values) -> tuple[Array, float]:
    """The parameter log d, and log |d log d / d d|."""
    logs = np.log(values["discrimination"])
    return logs, -float(logs.sum())


def alpha_rest(values: Arrays, data: Values) -> tuple[Array, float]:
    """radon_uranium: the parameter alpha - a - b * uranium, a shift."""
    return values["alpha"] - values["a"] - values["b"] * np.array(data["uranium"]), 0.0


def standard_effect(values: Arrays, data: Values) -> tuple[Array, float]:
    """sleepstudy: the effects times (D L)^-1, one column a subject."""
    factor = values["mu_days_scale"][:, None] * values["mu_days_corr_cholesky"]
    effect = values["mu_days_effect"].T
    change = -effect.shape[1] * np.log(np.diag(factor)).sum()
    return np.linalg.solve(factor, effect), float(change)


def standard_x(values: Arrays, data: Values) -> tuple[Array, float]:
    """iris: coefficients in units of their class's scale."""
    coef, scale = values["eta_x_coef"], values["eta_x_scale"]
    return coef / scale, -len(coef) * float(np.log(scale).sum())


def standard_coef(values: Arrays, data: Values) -> tuple[Array, float]:
    """crime: coefficients in units of the regularised horseshoe's scales."""
    wide, c2 = (values["mu_x_tau"] * values["mu_x_lambda"]) ** 2, values["mu_x_c2"]
    scale = np.sqrt(c2 * wide / (c2 + wide))
    return values["mu_x_coef"] / scale, -float(np.log(scale).sum())


def standard_state(values: Arrays, data: Values) -> tuple[Array, float]:
    """nile: the errors of the autoregression in units of their scales."""
    rho, state = values["mu_year_rho"], values["mu_year_state"]
    before = np.concatenate([np.zeros(1), state[:-1]])
    scale = np.full(len(state), values["mu_year_scale"])
    scale[0] /= np.sqrt(1.0 - rho**2)
    return (state - rho * before) / scale, -float(np.log(scale).sum())


COORDINATES = {
    one.__name__: one
    for one in (
        *(log_discrimination, alpha_rest, standard_effect),
        *(standard_x, standard_coef, standard_state),
    )
}


def stan_log_prob(model_dir: Path, values: Values, *, jacobian: bool = False) -> float:
    """Log density of the site values, up to one constant per model.

    `values` has every site but the reported ones; a site with dimensions is a list (of
    lists), also when a length is one. With `jacobian` the density is that of Stan's
    unconstrained coordinates, which for a non-centred site are the standardised ones.
    """
    model_dir = model_dir.resolve()
    study = read_study(model_dir)
    case = study.case
    wanted = [site for site in case.sites if site not in case.reported]
    if set(values) != set(wanted):
        raise ValueError(f"sites differ: {sorted(set(values) ^ set(wanted))}")
    arrays = {site: np.asarray(values[site], dtype=float) for site in wanted}
    parameters: dict[str, Any] = {}
    log_change = 0.0
    for site, array in arrays.items():
        if array.shape != study.shapes[site]:
            raise ValueError(f"{site} has shape {array.shape}, not {study.shapes[site]}")
        parameter = case.instead.get(site, site)
        if parameter != site:
            array, change = COORDINATES[parameter](arrays, study.data)
            log_change += change
        parameters[parameter] = array.tolist()
    model = build(model_dir)
    unconstrained = model.unconstrain_pars(parameters)
    density = float(model.log_prob(unconstrained, adjust_transform=jacobian))
    return density if jacobian else density + log_change


def write_log_density(model_dir: Path, fit: Any) -> None:
    """Write log_density.json: Stan's log density at points across the posterior.

    Each element of each point is the 5%, 50% or 95% quantile, at random: always in the
    support, and far enough apart that a wrong term shows. Elements that are bound to one
    another are those of one draw.
    """
    posterior = json.loads((model_dir / "posterior.json").read_text(encoding="utf-8"))
    study = read_study(model_dir)
    random = np.random.RandomState(SEED)
    points = []
    for _ in range(POINTS):
        values: dict[str, Any] = {}
        for site, shape in study.shapes.items():
            if site in study.case.reported:
                continue
            if site in study.case.bound:
                draws = np.asarray(fit[site])
                values[site] = draws[..., random.randint(draws.shape[-1])].tolist()
                continue
            statistics = posterior["sites"][site]
            quantiles = np.array([statistics[name] for name in ("q05", "q50", "q95")])
            columns = range(quantiles.shape[1])
            value = quantiles[random.randint(3, size=len(columns)), columns]
            values[site] = value.reshape(shape).tolist()
        points.append({"log_prob": stan_log_prob(model_dir, values), "values": values})
    head = {
        "made_by": f"python tests/stan/run.py golden/models/{model_dir.name}",
        "method": "stan, up to one constant, on the scale of the sites",
    }
    lines = ",\n".join("  " + json.dumps(point) for point in points)
    text = json.dumps(head, indent=1)[:-2] + ',\n "points": [\n' + lines + "\n ]\n}\n"
    path = model_dir / "log_density.json"
    path.write_text(text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read points, print log densities."""
    parser = argparse.ArgumentParser(description="Stan's log density at given values")
    parser.add_argument("model_dir", type=Path)
    parser.add_argument("--jacobian", action="store_true")
    options = parser.parse_args(arguments)
    with redirect_stdout(sys.stderr):  # pystan tells of its progress
        result = [
            stan_log_prob(options.model_dir, point, jacobian=options.jacobian)
            for point in json.load(sys.stdin)
        ]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
