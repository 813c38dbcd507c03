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
# lay_out_rows: eta_hard held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_hard: np.ndarray,  # (row, 1) hard
    seconds: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "eta_hard": by_column(eta_hard),
        "seconds": seconds,
    }


def model_fast(
    eta_hard: Array,  # (1, row) hard
    seconds: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = eta_hard.shape[1]

    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(hard)
    eta_hard_coef = numpyro.sample(
        "eta_hard_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_hard_coef @ eta_hard

    # seconds ~ inverse_gaussian(eta)
    seconds_shape = numpyro.sample("seconds_shape", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("seconds", InverseGaussian(eta, seconds_shape), obs=seconds)
