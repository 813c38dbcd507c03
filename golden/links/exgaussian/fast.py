# not low_rank_forms: no products of columns are read
# not compress_gaussian: seconds is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: seconds is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_distracted, seconds_beta_distracted held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_distracted: np.ndarray,  # (row, 1) distracted
    seconds_beta_distracted: np.ndarray,  # (row, 1) distracted
    seconds: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_distracted": by_column(mu_distracted),
        "seconds_beta_distracted": by_column(seconds_beta_distracted),
        "seconds": seconds,
    }


def model_fast(
    mu_distracted: Array,  # (1, row) distracted
    seconds_beta_distracted: Array,  # (1, row) distracted
    seconds: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_distracted.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(distracted)
    mu_distracted_coef = numpyro.sample(
        "mu_distracted_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_distracted_coef @ mu_distracted

    # seconds ~ exgaussian(mu, beta = exp(intercept() + linear(distracted)))
    seconds_sigma = numpyro.sample("seconds_sigma", dist.Exponential(1.0))
    seconds_beta_intercept = numpyro.sample(
        "seconds_beta_intercept", dist.Normal(0.0, 1.0)
    )
    seconds_beta_distracted_coef = numpyro.sample(
        "seconds_beta_distracted_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    with numpyro.plate("row", rows):
        numpyro.sample(
            "seconds",
            ExGaussian(
                mu,
                seconds_sigma,
                jnp.exp(
                    seconds_beta_intercept
                    + seconds_beta_distracted_coef @ seconds_beta_distracted
                ),
            ),
            obs=seconds,
        )
