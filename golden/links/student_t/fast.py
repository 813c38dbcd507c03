# not low_rank_forms: no products of columns are read
# not compress_gaussian: volts is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: volts is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_load held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_load: np.ndarray,  # (row, 1) load
    volts: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_load": by_column(mu_load),
        "volts": volts,
    }


def model_fast(
    mu_load: Array,  # (1, row) load
    volts: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_load.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(load)
    mu_load_coef = numpyro.sample(
        "mu_load_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_load_coef @ mu_load

    # volts ~ student_t(mu, df ~ Gamma(2, 0.1))
    volts_df = numpyro.sample("volts_df", dist.Gamma(2.0, 0.1))
    volts_sigma = numpyro.sample("volts_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("volts", StudentTByRest(volts_df, mu, volts_sigma), obs=volts)
