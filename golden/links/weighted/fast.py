# not low_rank_forms: no products of columns are read
# not compress_gaussian: hours is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and hours enter once, times their
#     number
# not hoist_constants: constants of a weighted density stay in it: hours
# lay_out_rows: eta_age held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_age: np.ndarray,  # (row, 1) age
    weight: np.ndarray,  # (row,)
    hours: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    hours_cells = Cells(hours.shape[0], eta_age, weight, hours)
    return {
        "eta_age": by_column(cell_values(hours_cells, eta_age)),
        "weight": cell_values(hours_cells, weight),
        "hours": cell_values(hours_cells, hours),
        "hours_number": cell_counts(hours_cells),
    }


def model_fast(
    eta_age: Array,  # (1, cell) age
    weight: Array,  # (cell,)
    hours: Array,  # (cell,)
    hours_number: Array,  # (cell,) rows
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(standardize(age))
    eta_age_coef = numpyro.sample(
        "eta_age_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_age_coef @ eta_age

    # hours ~ weighted(poisson(eta), weight)
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "hours",
        jnp.sum(
            hours_number * Weighted(PoissonByMean(eta), weight=weight).log_prob(hours)
        ),
    )
