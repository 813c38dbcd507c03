# not low_rank_forms: no products of columns are read
# not compress_gaussian: cover is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: cover is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_linear, cover_precision_shade held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_linear: np.ndarray,  # (row, 2) moisture, shade
    cover_precision_shade: np.ndarray,  # (row, 1) shade
    cover: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "eta_linear": by_column(eta_linear),
        "cover_precision_shade": by_column(cover_precision_shade),
        "cover": cover,
    }


def model_fast(
    eta_linear: Array,  # (2, row) moisture, shade
    cover_precision_shade: Array,  # (1, row) shade
    cover: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = eta_linear.shape[1]

    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(standardize(moisture), shade)
    eta_linear_coef = numpyro.sample(
        "eta_linear_coef",
        dist.Normal(0.0, 1.0).expand([2]).to_event(1),
    )
    eta = eta + eta_linear_coef @ eta_linear

    # cover ~ beta(eta, precision = exp(intercept() + linear(shade)))
    cover_precision_intercept = numpyro.sample(
        "cover_precision_intercept", dist.Normal(0.0, 1.0)
    )
    cover_precision_shade_coef = numpyro.sample(
        "cover_precision_shade_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    with numpyro.plate("row", rows):
        numpyro.sample(
            "cover",
            BetaByLogits(
                eta,
                jnp.exp(
                    cover_precision_intercept
                    + cover_precision_shade_coef @ cover_precision_shade
                ),
            ),
            obs=cover,
        )
