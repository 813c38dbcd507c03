"""The model of radon."""

from typing import Any

import numpy as np
import numpyro
import numpyro.distributions as dist
from jax import Array

from ._fit import (
    Cells,
    cell_constant,
    cell_counts,
    cell_freedom,
    cell_means,
    cell_values,
    cells_within,
    means_log_density,
    within_log_density,
)


def model(
    mu_adaptive: Array,  # (row, 2) floor, uranium
    county: Array,  # (row,) int in [0, n_county)
    log_radon: Array | None = None,  # (row,)
    *,
    n_county: int,
    n_row: int | None = None,  # rows of the full data, in a minibatch
) -> None:
    """Joint density of log_radon given floor, uranium and county."""
    rows = mu_adaptive.shape[0]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + adaptive(floor, uranium)
    mu_adaptive_scale = numpyro.sample("mu_adaptive_scale", dist.HalfNormal(1.0))
    mu_adaptive_coef = numpyro.sample(
        "mu_adaptive_coef",
        dist.Normal(0.0, mu_adaptive_scale).expand([2]).to_event(1),
    )
    mu = mu + mu_adaptive @ mu_adaptive_coef

    #    + random_effects(county)
    mu_county_scale = numpyro.sample("mu_county_scale", dist.HalfNormal(1.0))
    mu_county_effect = numpyro.sample(
        "mu_county_effect",
        dist.Normal(0.0, mu_county_scale).expand([n_county]).to_event(1),
    )
    mu = mu + mu_county_effect[county]

    # log_radon ~ gaussian(mu)
    log_radon_sigma = numpyro.sample("log_radon_sigma", dist.Exponential(1.0))
    with (
        numpyro.plate("row", rows),
        numpyro.handlers.scale(scale=1.0 if n_row is None else n_row / rows),
    ):
        numpyro.sample("log_radon", dist.Normal(mu, log_radon_sigma), obs=log_radon)


def prepare(
    mu_adaptive: np.ndarray,  # (row, 2) floor, uranium
    county: np.ndarray,  # (row,) int in [0, n_county)
    log_radon: np.ndarray,  # (row,)
    *,
    n_county: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_radon_cells = Cells(log_radon.shape[0], county)
    log_radon_within, mu_adaptive_within = cells_within(
        log_radon_cells, log_radon, mu_adaptive
    )
    return {
        "mu_adaptive": cell_means(log_radon_cells, mu_adaptive),
        "county": cell_values(log_radon_cells, county),
        "log_radon_within": log_radon_within,
        "mu_adaptive_within": mu_adaptive_within,
        "log_radon_mean": cell_means(log_radon_cells, log_radon),
        "log_radon_count": cell_counts(log_radon_cells),
        "log_radon_freedom": cell_freedom(log_radon_cells),
        "log_radon_constant": cell_constant(log_radon_cells),
        "n_county": n_county,
    }


def model_fast(
    mu_adaptive: Array,  # (cell, 2) means
    county: Array,  # (cell,) int in [0, n_county)
    log_radon_within: Array,  # (within,)
    mu_adaptive_within: Array,  # (within, 2)
    log_radon_mean: Array,  # (cell,)
    log_radon_count: Array,  # (cell,) rows
    log_radon_freedom: Array,  # () rows less cells
    log_radon_constant: Array,  # () what these densities lack
    *,
    n_county: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + adaptive(floor, uranium)
    mu_adaptive_scale = numpyro.sample("mu_adaptive_scale", dist.HalfNormal(1.0))
    mu_adaptive_coef = numpyro.sample(
        "mu_adaptive_coef",
        dist.Normal(0.0, mu_adaptive_scale).expand([2]).to_event(1),
    )
    mu = mu + mu_adaptive @ mu_adaptive_coef

    #    + random_effects(county)
    mu_county_scale = numpyro.sample("mu_county_scale", dist.HalfNormal(1.0))
    mu_county_effect = numpyro.sample(
        "mu_county_effect",
        dist.Normal(0.0, mu_county_scale).expand([n_county]).to_event(1),
    )
    mu = mu + mu_county_effect[county]

    # log_radon ~ gaussian(mu)
    log_radon_sigma = numpyro.sample("log_radon_sigma", dist.Exponential(1.0))
    # the mean of each county, then what its rows differ from it
    numpyro.factor(
        "log_radon",
        means_log_density(log_radon_mean, mu, log_radon_sigma, log_radon_count)
        + within_log_density(
            log_radon_within - mu_adaptive_within @ mu_adaptive_coef,
            log_radon_sigma,
            log_radon_freedom,
            log_radon_constant,
        ),
    )


# bgen -O1 source 7c7989b300a96ff3 body 9a8d117e9101535f
