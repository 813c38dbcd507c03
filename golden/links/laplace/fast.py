# not low_rank_forms: no products of columns are read
# not compress_gaussian: minutes is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: minutes is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_linear held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, 2) distance, rain
    minutes: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_linear": by_column(mu_linear),
        "minutes": minutes,
    }


def model_fast(
    mu_linear: Array,  # (2, row) distance, rain
    minutes: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_linear.shape[1]

    # mu = intercept(coef ~ Normal(30, 10))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(30.0, 10.0))
    mu = mu_intercept

    #    + linear(center(distance), rain, coef ~ Normal(0, 5))
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 5.0).expand([2]).to_event(1),
    )
    mu = mu + mu_linear_coef @ mu_linear

    # minutes ~ laplace(mu, sigma ~ Exponential(0.2))
    minutes_sigma = numpyro.sample("minutes_sigma", dist.Exponential(0.2))
    with numpyro.plate("row", rows):
        numpyro.sample("minutes", dist.Laplace(mu, minutes_sigma), obs=minutes)
