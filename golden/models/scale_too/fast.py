# not low_rank_forms: no products of columns are read
# not compress_gaussian: the scale of y differs between rows
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: y is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_x, log_sigma_z held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_x: np.ndarray,  # (row, 1) x
    log_sigma_z: np.ndarray,  # (row, 1) z
    y: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_x": by_column(mu_x),
        "log_sigma_z": by_column(log_sigma_z),
        "y": y,
    }


def model_fast(
    mu_x: Array,  # (1, row) x
    log_sigma_z: Array,  # (1, row) z
    y: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_x.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(x)
    mu_x_coef = numpyro.sample(
        "mu_x_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_x_coef @ mu_x

    # log_sigma = intercept()
    log_sigma_intercept = numpyro.sample("log_sigma_intercept", dist.Normal(0.0, 1.0))
    log_sigma = log_sigma_intercept

    #    + linear(z)
    log_sigma_z_coef = numpyro.sample(
        "log_sigma_z_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    log_sigma = log_sigma + log_sigma_z_coef @ log_sigma_z

    # y ~ gaussian(mu, sigma = exp(log_sigma))
    with numpyro.plate("row", rows):
        numpyro.sample("y", dist.Normal(mu, jnp.exp(log_sigma)), obs=y)
