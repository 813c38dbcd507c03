# A part of a file: assemble.py adds what it lacks.
# ruff: noqa: F821
# mypy: ignore-errors
"""Overdispersed counts: a latent for each row, a block by pattern, a scalar, a date.

eta    = eta_intercept + eta_linear @ eta_linear_coef + log(exposure) + eps[row]
claims ~ Poisson(exp(eta))
"""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist

Array = jax.Array


def model(
    eta_linear: Array,  # (row, eta_linear) x_*
    exposure: Array,  # () one number
    row: Array,  # (row,) int, which rows of the full data these are
    claims: Array | None = None,  # (row,)
    *,
    n_row: int | None = None,  # rows of the full data, when these are a minibatch
) -> None:
    """Joint density of claims given x."""
    rows, width = eta_linear.shape
    scale_rows = 1.0 if n_row is None else n_row / rows

    # tau ~ HalfNormal(1)
    tau = numpyro.sample("tau", dist.HalfNormal(1.0))

    # eps[row] ~ Normal(0, tau)
    with numpyro.plate("row", rows), numpyro.handlers.scale(scale=scale_rows):
        eps = numpyro.sample("eps", dist.Normal(0.0, tau))

    # eta = intercept() + linear(x) + offset(log(exposure)) + eps[row]
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta_linear_coef = numpyro.sample(
        "eta_linear_coef",
        dist.Normal(0.0, 1.0).expand([width]).to_event(1),
    )
    eta = eta_intercept + eta_linear @ eta_linear_coef + jnp.log(exposure) + eps

    # report rate
    numpyro.deterministic("rate", jnp.exp(eta_intercept))

    # claims ~ poisson(eta)
    with numpyro.plate("row", rows), numpyro.handlers.scale(scale=scale_rows):
        numpyro.sample("claims", dist.Poisson(jnp.exp(eta)), obs=claims)


def guide(
    eta_linear: Array,
    exposure: Array,
    row: Array,
    claims: Array | None = None,
    *,
    n_row: int | None = None,
) -> None:
    """Mean field; the parameters of a row are picked by its number."""
    rows, width = eta_linear.shape
    total = rows if n_row is None else n_row
    positive = dist.constraints.positive
    loc = numpyro.param("tau__loc", -1.0)
    scale = numpyro.param("tau__scale", 0.1, constraint=positive)
    numpyro.sample("tau", dist.LogNormal(loc, scale))
    loc = numpyro.param("eps__loc", jnp.zeros(total))
    scale = numpyro.param("eps__scale", jnp.full(total, 0.1), constraint=positive)
    with numpyro.plate("row", rows), numpyro.handlers.scale(scale=total / rows):
        numpyro.sample("eps", dist.Normal(loc[row], scale[row]))
    loc = numpyro.param("eta_intercept__loc", 0.0)
    scale = numpyro.param("eta_intercept__scale", 0.1, constraint=positive)
    numpyro.sample("eta_intercept", dist.Normal(loc, scale))
    loc = numpyro.param("eta_linear_coef__loc", jnp.zeros(width))
    scale = numpyro.param("eta_linear_coef__scale", jnp.full(width, 0.1), constraint=positive)
    numpyro.sample("eta_linear_coef", dist.Normal(loc, scale).to_event(1))


COLUMNS: dict[str, dict[str, Any]] = {
    "claims": {"type": "count", "role": "response"},
    "x": {"type": "real", "block": True, "columns": ["x_*"], "patterns": ["x_*"]},
    "x_skip": {"type": "date"},
    "exposure": {"type": "scalar"},
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
    encoding["labels"] = {"eta_linear": encoding["columns"]["x"]}
    return {
        "eta_linear": columns["x"],
        "exposure": columns["exposure"],
        "row": np.arange(encoding["rows"]),
        "claims": columns.get("claims"),
    }, encoding


SITES: dict[str, tuple[str, ...]] = {
    "tau": (),
    "eps": ("row",),
    "eta_intercept": (),
    "eta_linear_coef": ("eta_linear",),
    "rate": (),
}


def fit(data: Any, run: str | Path | None = None, **options: Any) -> "Fit":
    """Fit and, with a folder `run`, write what the command line writes."""
    return run_fit(PROGRAM, data, run, **options)


def predict(run: Any, data: Any, **options: Any) -> list[dict[str, Any]]:
    """The rows of predictions.csv."""
    return run_predict(PROGRAM, run, data, **options)


PROGRAM = Program(
    name="overdispersed",
    model=model,
    guide=guide,
    encode=encode,
    columns=COLUMNS,
    sites=SITES,
    rows=("eta_linear", "row", "claims"),
    responses=("claims",),
    source="2" * 64,
)
