# not compress_gaussian: seizures is not Gaussian
# not marginalise_effects: the response is not the Gaussian means of cells
# aggregate_rows: a cell of rows that are equal in all inputs enters by its total and
#     number of rows, beside the number of rows with each count
# hoist_constants: log gammas are computed for the counts that occur, not for each row
# not lay_out_rows: no design of several columns is read as a whole


def prepare(
    eta_linear: np.ndarray,  # (row, column) lbase, treatment, lage, period4
    subject: np.ndarray,  # (row,) int in [0, n_subject)
    seizures: np.ndarray,  # (row,)
    *,
    n_subject: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    seizures_cells = Cells(seizures, eta_linear, subject)
    seizures_distinct, seizures_times, seizures_constant = distinct_counts(seizures)
    return {
        "eta_linear": cell_values(seizures_cells, eta_linear),
        "subject": cell_values(seizures_cells, subject),
        "seizures_total": cell_sums(seizures_cells, seizures),
        "seizures_number": cell_counts(seizures_cells),
        "seizures_distinct": seizures_distinct,
        "seizures_times": seizures_times,
        "seizures_constant": seizures_constant,
        "n_subject": n_subject,
    }


def model_fast(
    eta_linear: Array,  # (cell, column) lbase, treatment, lage, period4
    subject: Array,  # (cell,) int in [0, n_subject)
    seizures_total: Array,  # (cell,) sums
    seizures_number: Array,  # (cell,) rows
    seizures_distinct: Array,  # (count,) counts that occur
    seizures_times: Array,  # (count,) rows that have them
    seizures_constant: Array,  # () log factorials
    *,
    n_subject: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept(coef ~ Normal(0, 3))
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 3.0))
    eta = eta_intercept

    #    + linear(lbase, treatment, lage, period4)
    eta_linear_coef = numpyro.sample(
        "eta_linear_coef",
        dist.Normal(0.0, 1.0).expand([eta_linear.shape[1]]).to_event(1),
    )
    eta = eta + eta_linear @ eta_linear_coef

    #    + random_effects(subject)
    eta_subject_scale = numpyro.sample("eta_subject_scale", dist.HalfNormal(1.0))
    eta_subject_effect = numpyro.sample(
        "eta_subject_effect",
        dist.Normal(0.0, eta_subject_scale).expand([n_subject]).to_event(1),
    )
    eta = eta + eta_subject_effect[subject]

    # seizures ~ negative_binomial(eta, concentration ~ Exponential(0.1))
    seizures_concentration = numpyro.sample(
        "seizures_concentration", dist.Exponential(0.1)
    )
    # cells of equal rows: each enters by its total and number of rows, beside the
    #   number of rows with each count
    numpyro.factor(
        "seizures",
        totals_log_density(eta, seizures_concentration, seizures_total, seizures_number)
        + log_gammas(seizures_distinct, seizures_times, seizures_concentration)
        + seizures_constant,
    )
