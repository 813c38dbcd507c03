# not low_rank_forms: no products of columns are read
# not compress_gaussian: rain is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: rain is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: expected_warmth held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    expected_warmth: np.ndarray,  # (row, 1) warmth
    rain: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "expected_warmth": by_column(expected_warmth),
        "rain": rain,
    }


def model_fast(
    expected_warmth: Array,  # (1, row) warmth
    rain: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = expected_warmth.shape[1]

    # shape ~ Exponential(1)
    shape = numpyro.sample("shape", dist.Exponential(1.0))

    # expected = exp(intercept() + linear(standardize(warmth)))
    expected_intercept = numpyro.sample("expected_intercept", dist.Normal(0.0, 1.0))
    expected_warmth_coef = numpyro.sample(
        "expected_warmth_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    expected = jnp.exp(expected_intercept + expected_warmth_coef @ expected_warmth)

    # rain ~ Gamma(shape, shape / expected)
    with numpyro.plate("row", rows):
        numpyro.sample("rain", dist.Gamma(shape, shape / expected), obs=rain)
