# not low_rank_forms: no products of columns are read
# not compress_gaussian: mark is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: mark is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_hours held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_hours: np.ndarray,  # (row, 1) hours
    mark: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_hours": by_column(mu_hours),
        "mark": mark,
    }


def model_fast(
    mu_hours: Array,  # (1, row) hours
    mark: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_hours.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(standardize(hours))
    mu_hours_coef = numpyro.sample(
        "mu_hours_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_hours_coef @ mu_hours

    # mark ~ skew_normal(mu)
    mark_sigma = numpyro.sample("mark_sigma", dist.Exponential(1.0))
    mark_skew = numpyro.sample("mark_skew", dist.Normal(0.0, 4.0))
    with numpyro.plate("row", rows):
        numpyro.sample("mark", SkewNormal(mu, mark_sigma, mark_skew), obs=mark)
