"""The guide of radon."""

import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from jax import Array


def location_scale(name: str, *shape: int) -> tuple[Array, Array]:
    """The parameters of one site; scales start at 0.1, in the units of the guide."""
    loc = numpyro.param(f"{name}__loc", jnp.zeros(shape))
    start = jnp.full(shape, 0.1)
    scale = numpyro.param(f"{name}__scale", start, constraint=dist.constraints.positive)
    return loc, scale


def guide(
    mu_adaptive: Array,  # (row, 2) floor, uranium
    county: Array,  # (row,) int in [0, n_county)
    log_radon: Array | None = None,  # (row,)
    *,
    n_county: int,
    n_row: int | None = None,  # rows of the full data, in a minibatch
) -> None:
    """Mean field: an independent normal for each unknown, on its support."""
    # mu = intercept()
    loc, scale = location_scale("mu_intercept")
    numpyro.sample("mu_intercept", dist.Normal(loc, scale))

    #    + adaptive(floor, uranium)
    loc, scale = location_scale("mu_adaptive_scale")
    numpyro.sample("mu_adaptive_scale", dist.LogNormal(loc, scale))
    loc, scale = location_scale("mu_adaptive_coef", 2)
    numpyro.sample("mu_adaptive_coef", dist.Normal(loc, scale).to_event(1))

    #    + random_effects(county)
    loc, scale = location_scale("mu_county_scale")
    numpyro.sample("mu_county_scale", dist.LogNormal(loc, scale))
    loc, scale = location_scale("mu_county_effect", n_county)
    numpyro.sample("mu_county_effect", dist.Normal(loc, scale).to_event(1))

    # log_radon ~ gaussian(mu)
    loc, scale = location_scale("log_radon_sigma")
    numpyro.sample("log_radon_sigma", dist.LogNormal(loc, scale))


# bgen -O1 source 7c7989b300a96ff3 body c8c9e0e62447053b
