# not low_rank_forms: no products of columns are read
# not compress_gaussian: years is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: years is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_watts held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_watts: np.ndarray,  # (row, 1) watts
    years: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "eta_watts": by_column(eta_watts),
        "years": years,
    }


def model_fast(
    eta_watts: Array,  # (1, row) watts
    years: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = eta_watts.shape[1]

    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(standardize(watts))
    eta_watts_coef = numpyro.sample(
        "eta_watts_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_watts_coef @ eta_watts

    # years ~ exponential(eta)
    with numpyro.plate("row", rows):
        numpyro.sample("years", dist.Exponential(jnp.exp(-eta)), obs=years)
