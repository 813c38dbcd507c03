# not compress_gaussian: the predictor is not linear in its columns, given the levels of
#     a row
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: rating is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_linear held by column
# not sum_to_zero: no predictor has an intercept and effects of several groupings


def prepare(
    mu_linear: np.ndarray,  # (row, 5) wit, pace, age, mood, haste
    mu_bilinear_x: np.ndarray,  # (row, 2) wit, pace
    mu_bilinear_z: np.ndarray,  # (row, 3) age, mood, haste
    rating: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_linear": by_column(mu_linear),
        "mu_bilinear_x": mu_bilinear_x,
        "mu_bilinear_z": mu_bilinear_z,
        "rating": rating,
    }


def model_fast(
    mu_linear: Array,  # (5, row) wit, pace, age, mood, haste
    mu_bilinear_x: Array,  # (row, 2) wit, pace
    mu_bilinear_z: Array,  # (row, 3) age, mood, haste
    rating: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_linear.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(writer, reader)
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([5]).to_event(1),
    )
    mu = mu + mu_linear_coef @ mu_linear

    #    + bilinear(writer, reader)
    mu_bilinear_scale = numpyro.sample("mu_bilinear_scale", dist.HalfNormal(1.0))
    mu_bilinear_weight = numpyro.sample(
        "mu_bilinear_weight",
        dist.Normal(0.0, mu_bilinear_scale).expand([2, 3]).to_event(2),
    )
    mu = mu + jnp.sum((mu_bilinear_x @ mu_bilinear_weight) * mu_bilinear_z, axis=-1)

    # rating ~ gaussian(mu)
    rating_sigma = numpyro.sample("rating_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("rating", dist.Normal(mu, rating_sigma), obs=rating)
