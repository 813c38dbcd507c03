# A part of a file: assemble.py adds what it lacks.
# ruff: noqa: F821
# mypy: ignore-errors
"""A predictor of the groups: uranium is measured by county."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer.reparam import LocScaleReparam

Array = jax.Array


def model(
    uranium: Array,  # (county,)
    county: Array,  # (row,) int in [0, n_county)
    log_radon_linear: Array,  # (row, 1) floor
    log_radon: Array | None = None,  # (row,)
    *,
    n_county: int,
    n_row: int | None = None,
) -> None:
    """Joint density of log_radon given floor, uranium and county."""
    rows = county.shape[0]

    # a ~ Normal(0, 1)
    a = numpyro.sample("a", dist.Normal(0.0, 1.0))

    # b ~ Normal(0, 1)
    b = numpyro.sample("b", dist.Normal(0.0, 1.0))

    # tau ~ HalfNormal(1)
    tau = numpyro.sample("tau", dist.HalfNormal(1.0))

    # alpha[county] ~ Normal(a + b * uranium, tau)
    alpha = numpyro.sample("alpha", dist.Normal(a + b * uranium, tau).to_event(1))

    # log_radon ~ gaussian(alpha[county] + linear(floor, coef ~ Normal(0, 1)))
    log_radon_floor_coef = numpyro.sample(
        "log_radon_floor_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = alpha[county] + log_radon_linear @ log_radon_floor_coef
    log_radon_sigma = numpyro.sample("log_radon_sigma", dist.Exponential(1.0))
    with (
        numpyro.plate("row", rows),
        numpyro.handlers.scale(scale=1.0 if n_row is None else n_row / rows),
    ):
        numpyro.sample("log_radon", dist.Normal(mu, log_radon_sigma), obs=log_radon)


def guide(
    uranium: Array,
    county: Array,
    log_radon_linear: Array,
    log_radon: Array | None = None,
    *,
    n_county: int,
    n_row: int | None = None,
) -> None:
    """Mean field."""
    positive = dist.constraints.positive
    for name in ("a", "b"):
        loc = numpyro.param(f"{name}__loc", 0.0)
        scale = numpyro.param(f"{name}__scale", 0.1, constraint=positive)
        numpyro.sample(name, dist.Normal(loc, scale))
    for name in ("tau", "log_radon_sigma"):
        loc = numpyro.param(f"{name}__loc", -1.0)
        scale = numpyro.param(f"{name}__scale", 0.1, constraint=positive)
        numpyro.sample(name, dist.LogNormal(loc, scale))
    for name, size in (("alpha", n_county), ("log_radon_floor_coef", 1)):
        loc = numpyro.param(f"{name}__loc", jnp.zeros(size))
        scale = numpyro.param(f"{name}__scale", jnp.full(size, 0.1), constraint=positive)
        numpyro.sample(name, dist.Normal(loc, scale).to_event(1))


COLUMNS: dict[str, dict[str, Any]] = {
    "log_radon": {"type": "real", "role": "response", "columns": ["log.radon"]},
    "floor": {"type": "real"},
    "uranium": {"type": "real", "by": "county"},
    "county": {"type": "category"},
}


def encode(
    data: Any,
    encoding: dict[str, Any] | None = None,
    *,
    unseen: str = "error",
    settings: dict[str, float] | None = None,
    na: str = "error",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns as the arguments of model; what is learnt goes to the encoding."""
    columns, encoding = read_columns(
        data, COLUMNS, encoding, unseen=unseen, settings=settings, na=na
    )
    encoding["labels"] = {"log_radon_linear": ["floor"]}
    new = encoding.get("unseen", {})
    return {
        "uranium": columns["uranium"],
        "county": columns["county"],
        "log_radon_linear": np.column_stack([columns["floor"]]),
        "log_radon": columns.get("log_radon"),
        "n_county": len(encoding["levels"]["county"]) + len(new.get("county", [])),
    }, encoding


SITES: dict[str, tuple[str, ...]] = {
    "a": (),
    "b": (),
    "tau": (),
    "alpha": ("county",),
    "log_radon_floor_coef": ("log_radon_linear",),
    "log_radon_sigma": (),
}

# few rows a county: non-centred samples without divergences
REPARAM = {"alpha": LocScaleReparam(centered=0.0)}


def fit(data: Any, run: str | Path | None = None, **options: Any) -> "Fit":
    """Fit and, with a folder `run`, write what the command line writes."""
    return run_fit(PROGRAM, data, run, **options)


def predict(run: Any, data: Any, **options: Any) -> list[dict[str, Any]]:
    """The rows of predictions.csv."""
    return run_predict(PROGRAM, run, data, **options)


PROGRAM = Program(
    name="radon_uranium",
    model=model,
    guide=guide,
    encode=encode,
    columns=COLUMNS,
    sites=SITES,
    rows=("county", "log_radon_linear", "log_radon"),
    responses=("log_radon",),
    reparam=REPARAM,
    source="3" * 64,
)
