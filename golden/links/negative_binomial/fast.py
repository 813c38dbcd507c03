# not low_rank_forms: no products of columns are read
# not compress_gaussian: ticks is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its total and
#     number of rows, beside the number of rows with each count
# hoist_constants: log gammas are computed for the counts that occur, not for each row
# lay_out_rows: eta_altitude held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_altitude: np.ndarray,  # (row, 1) altitude
    ticks: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    ticks_cells = Cells(ticks.shape[0], eta_altitude)
    ticks_distinct, ticks_times, ticks_constant = distinct_counts(ticks)
    return {
        "eta_altitude": by_column(cell_values(ticks_cells, eta_altitude)),
        "ticks_total": cell_sums(ticks_cells, ticks),
        "ticks_number": cell_counts(ticks_cells),
        "ticks_distinct": ticks_distinct,
        "ticks_times": ticks_times,
        "ticks_constant": ticks_constant,
    }


def model_fast(
    eta_altitude: Array,  # (1, cell) altitude
    ticks_total: Array,  # (cell,) sums
    ticks_number: Array,  # (cell,) rows
    ticks_distinct: Array,  # (count,) counts that occur
    ticks_times: Array,  # (count,) rows that have them
    ticks_constant: Array,  # () log factorials
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(standardize(altitude))
    eta_altitude_coef = numpyro.sample(
        "eta_altitude_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_altitude_coef @ eta_altitude

    # ticks ~ negative_binomial(eta)
    ticks_concentration = numpyro.sample("ticks_concentration", dist.Exponential(1.0))
    # cells of equal rows: each enters by its total and number of rows, beside the
    #   number of rows with each count
    numpyro.factor(
        "ticks",
        totals_log_density(eta, ticks_concentration, ticks_total, ticks_number)
        + log_gammas(ticks_distinct, ticks_times, ticks_concentration)
        + ticks_constant,
    )
