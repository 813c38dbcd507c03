# not compress_gaussian: the response is joint
# not marginalise_effects: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the response is joint
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_t_hatch and mu_b_hatch held by column


def prepare(
    mu_t_hatch: np.ndarray,  # (row, 1) hatch
    nest: np.ndarray,  # (row,) int in [0, n_nest)
    mu_b_hatch: np.ndarray,  # (row, 1) hatch
    tarsus: np.ndarray,  # (row,)
    back: np.ndarray,  # (row,)
    *,
    n_nest: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_t_hatch": by_column(mu_t_hatch),
        "nest": nest,
        "mu_b_hatch": by_column(mu_b_hatch),
        "tarsus": tarsus,
        "back": back,
        "n_nest": n_nest,
    }


def model_fast(
    mu_t_hatch: Array,  # (1, row) hatch
    nest: Array,  # (row,) int in [0, n_nest)
    mu_b_hatch: Array,  # (1, row) hatch
    tarsus: Array,  # (row,)
    back: Array,  # (row,)
    *,
    n_nest: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_t_hatch.shape[1]

    # mu_t = intercept()
    mu_t_intercept = numpyro.sample("mu_t_intercept", dist.Normal(0.0, 1.0))
    mu_t = mu_t_intercept

    #    + linear(standardize(hatch))
    mu_t_hatch_coef = numpyro.sample(
        "mu_t_hatch_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu_t = mu_t + mu_t_hatch_coef @ mu_t_hatch

    #    + random_effects(nest)
    mu_t_nest_scale = numpyro.sample("mu_t_nest_scale", dist.HalfNormal(1.0))
    mu_t_nest_effect = numpyro.sample(
        "mu_t_nest_effect",
        dist.Normal(0.0, mu_t_nest_scale).expand([n_nest]).to_event(1),
    )
    mu_t = mu_t + mu_t_nest_effect[nest]

    # mu_b = intercept()
    mu_b_intercept = numpyro.sample("mu_b_intercept", dist.Normal(0.0, 1.0))
    mu_b = mu_b_intercept

    #    + linear(standardize(hatch))
    mu_b_hatch_coef = numpyro.sample(
        "mu_b_hatch_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu_b = mu_b + mu_b_hatch_coef @ mu_b_hatch

    # tarsus, back ~ multivariate_gaussian(mu_t, mu_b)
    tarsus_back_scale = numpyro.sample(
        "tarsus_back_scale",
        dist.Exponential(1.0).expand([2]).to_event(1),
    )
    tarsus_back_corr_cholesky = numpyro.sample(
        "tarsus_back_corr_cholesky",
        dist.LKJCholesky(dimension=2, concentration=2.0),
    )
    tarsus_back_corr = correlation_of(tarsus_back_corr_cholesky)
    numpyro.deterministic("tarsus_back_corr", tarsus_back_corr)
    with numpyro.plate("row", rows):
        numpyro.sample(
            "tarsus_back",
            dist.MultivariateNormal(
                loc=jnp.stack([mu_t, mu_b], axis=-1),
                scale_tril=tarsus_back_scale[:, None] * tarsus_back_corr_cholesky,
            ),
            obs=side_by_side(tarsus, back),
        )
