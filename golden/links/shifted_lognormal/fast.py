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
# lay_out_rows: mu_rare held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_rare: np.ndarray,  # (row, 1) rare
    min_seconds: np.ndarray,  # () min(seconds)
    seconds: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_rare": by_column(mu_rare),
        "min_seconds": min_seconds,
        "seconds": seconds,
    }


def model_fast(
    mu_rare: Array,  # (1, row) rare
    min_seconds: Array,  # () min(seconds)
    seconds: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_rare.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(rare)
    mu_rare_coef = numpyro.sample(
        "mu_rare_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_rare_coef @ mu_rare

    # seconds ~ shifted_lognormal(mu)
    seconds_sigma = numpyro.sample("seconds_sigma", dist.Exponential(1.0))
    seconds_shift = numpyro.sample("seconds_shift", dist.Uniform(0.0, min_seconds))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "seconds", ShiftedLogNormal(mu, seconds_sigma, seconds_shift), obs=seconds
        )
