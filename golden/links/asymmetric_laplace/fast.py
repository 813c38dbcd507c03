# not low_rank_forms: no products of columns are read
# not compress_gaussian: rent is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: rent is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_area held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_area: np.ndarray,  # (row, 1) area
    rent: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_area": by_column(mu_area),
        "rent": rent,
    }


def model_fast(
    mu_area: Array,  # (1, row) area
    rent: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_area.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(standardize(area))
    mu_area_coef = numpyro.sample(
        "mu_area_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_area_coef @ mu_area

    # rent ~ asymmetric_laplace(mu, quantile = 0.9)
    rent_sigma = numpyro.sample("rent_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "rent", dist.AsymmetricLaplaceQuantile(mu, rent_sigma, 0.9), obs=rent
        )
