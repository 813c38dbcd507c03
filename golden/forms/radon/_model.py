"""The model of radon."""

import numpyro
import numpyro.distributions as dist
from jax import Array


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


# bgen -O0 source 7c7989b300a96ff3 body 4d02c545e398d354
