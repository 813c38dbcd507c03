# not low_rank_forms: no products of columns are read
# not compress_gaussian: failures is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and failures enter once, times their
#     number
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_practice held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_practice: np.ndarray,  # (row, 1) practice
    failures: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    failures_cells = Cells(failures.shape[0], eta_practice, failures)
    return {
        "eta_practice": by_column(cell_values(failures_cells, eta_practice)),
        "failures": cell_values(failures_cells, failures),
        "failures_number": cell_counts(failures_cells),
    }


def model_fast(
    eta_practice: Array,  # (1, cell) practice
    failures: Array,  # (cell,)
    failures_number: Array,  # (cell,) rows
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(practice)
    eta_practice_coef = numpyro.sample(
        "eta_practice_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_practice_coef @ eta_practice

    # failures ~ geometric(eta)
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "failures", jnp.sum(failures_number * GeometricByMean(eta).log_prob(failures))
    )
