# A part of a file: assemble.py adds what it lacks.
# ruff: noqa: F821
# mypy: ignore-errors
"""Flat priors, derived columns, an interaction."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist

Array = jax.Array


def model(
    mu_linear: Array,  # (row, 3) z_hs, z_iq, z_hs:z_iq
    kid_score: Array | None = None,  # (row,)
    *,
    n_row: int | None = None,
) -> None:
    """Joint density of kid_score given mom_hs and mom_iq."""
    rows = mu_linear.shape[0]

    # mu = intercept(coef ~ Flat())
    flat = dist.ImproperUniform(dist.constraints.real, (), ())
    mu_intercept = numpyro.sample("mu_intercept", flat)
    mu = mu_intercept

    #    + linear(z_hs, z_iq, z_hs:z_iq, coef ~ Flat())
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.ImproperUniform(dist.constraints.real, (3,), ()).to_event(1),
    )
    mu = mu + mu_linear @ mu_linear_coef

    # kid_score ~ gaussian(mu, sigma ~ Flat(low = 0))
    kid_score_sigma = numpyro.sample(
        "kid_score_sigma",
        dist.ImproperUniform(dist.constraints.positive, (), ()),
    )
    with (
        numpyro.plate("row", rows),
        numpyro.handlers.scale(scale=1.0 if n_row is None else n_row / rows),
    ):
        numpyro.sample("kid_score", dist.Normal(mu, kid_score_sigma), obs=kid_score)


def guide(
    mu_linear: Array,
    kid_score: Array | None = None,
    *,
    n_row: int | None = None,
) -> None:
    """Mean field."""
    positive = dist.constraints.positive
    loc = numpyro.param("mu_intercept__loc", 0.0)
    scale = numpyro.param("mu_intercept__scale", 0.1, constraint=positive)
    numpyro.sample("mu_intercept", dist.Normal(loc, scale))
    loc = numpyro.param("mu_linear_coef__loc", jnp.zeros(3))
    scale = numpyro.param("mu_linear_coef__scale", jnp.full(3, 0.1), constraint=positive)
    numpyro.sample("mu_linear_coef", dist.Normal(loc, scale).to_event(1))
    loc = numpyro.param("kid_score_sigma__loc", 0.0)
    scale = numpyro.param("kid_score_sigma__scale", 0.1, constraint=positive)
    numpyro.sample("kid_score_sigma", dist.LogNormal(loc, scale))


COLUMNS: dict[str, dict[str, Any]] = {
    "kid_score": {"type": "real", "role": "response"},
    "mom_hs": {"type": "binary"},
    "mom_iq": {"type": "real"},
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
    constant = constants(encoding)

    # z_hs = (mom_hs - mean(mom_hs)) / (2 * sd(mom_hs))
    mom_hs = columns["mom_hs"]
    mean_hs = constant("mean(mom_hs)", lambda: np.mean(mom_hs))
    z_hs = (mom_hs - mean_hs) / (2.0 * constant("sd(mom_hs)", lambda: np.std(mom_hs, ddof=1)))

    # z_iq = (mom_iq - mean(mom_iq)) / (2 * sd(mom_iq))
    mom_iq = columns["mom_iq"]
    z_iq = (mom_iq - constant("mean(mom_iq)", lambda: np.mean(mom_iq))) / (
        2.0 * constant("sd(mom_iq)", lambda: np.std(mom_iq, ddof=1))
    )
    encoding["labels"] = {"mu_linear": ["z_hs", "z_iq", "z_hs:z_iq"]}
    return {
        "mu_linear": np.column_stack([z_hs, z_iq, z_hs * z_iq]),
        "kid_score": columns.get("kid_score"),
    }, encoding


SITES: dict[str, tuple[str, ...]] = {
    "mu_intercept": (),
    "mu_linear_coef": ("mu_linear",),
    "kid_score_sigma": (),
}


def fit(data: Any, run: str | Path | None = None, **options: Any) -> "Fit":
    """Fit and, with a folder `run`, write what the command line writes."""
    return run_fit(PROGRAM, data, run, **options)


def predict(run: Any, data: Any, **options: Any) -> list[dict[str, Any]]:
    """The rows of predictions.csv."""
    return run_predict(PROGRAM, run, data, **options)


PROGRAM = Program(
    name="kid_iq",
    model=model,
    guide=guide,
    encode=encode,
    columns=COLUMNS,
    sites=SITES,
    rows=("mu_linear", "kid_score"),
    responses=("kid_score",),
    flat=("mu_intercept", "mu_linear_coef", "kid_score_sigma"),
    source="1" * 64,
)
