# not low_rank_forms: no products of columns are read
# not compress_gaussian: died is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its successes
#     and trials
# hoist_constants: a logarithm and its slope are made of one exponential
# lay_out_rows: eta_log_dose held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_log_dose: np.ndarray,  # (row, 1) log_dose
    died: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    died_cells = Cells(died.shape[0], eta_log_dose)
    return {
        "eta_log_dose": by_column(cell_values(died_cells, eta_log_dose)),
        "died_successes": cell_sums(died_cells, died),
        "died_trials": cell_counts(died_cells),
    }


def model_fast(
    eta_log_dose: Array,  # (1, cell) log_dose
    died_successes: Array,  # (cell,) rows of 1
    died_trials: Array,  # (cell,) rows
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(center(log_dose), coef ~ Normal(0, 10))
    eta_log_dose_coef = numpyro.sample(
        "eta_log_dose_coef",
        dist.Normal(0.0, 10.0).expand([1]).to_event(1),
    )
    eta = eta + eta_log_dose_coef @ eta_log_dose

    # died ~ bernoulli(eta)
    # cells of equal rows: each enters by its successes and trials
    numpyro.factor("died", successes_log_density(eta, died_successes, died_trials))
