# not low_rank_forms: no products of columns are read
# not compress_gaussian: hours is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: hours is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_load held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_load: np.ndarray,  # (row, 1) load
    hours: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "eta_load": by_column(eta_load),
        "hours": hours,
    }


def model_fast(
    eta_load: Array,  # (1, row) load
    hours: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = eta_load.shape[1]

    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(standardize(load))
    eta_load_coef = numpyro.sample(
        "eta_load_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_load_coef @ eta_load

    # hours ~ weibull(eta, shape ~ Gamma(2, 1))
    hours_shape = numpyro.sample("hours_shape", dist.Gamma(2.0, 1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("hours", WeibullByMean(eta, hours_shape), obs=hours)
