# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of log_pollen enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_day_difference, mu_day_trend are integrated out, and
#     drawn back by recover
# not whiten_coefficients: mu_intercept, mu_day_difference, mu_day_trend are integrated
#     out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_day_basis: np.ndarray,  # (row, column) second differences
    mu_day_line: np.ndarray,  # (row,) trend
    log_pollen: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    log_pollen_cells = Cells(log_pollen.shape[0])
    log_pollen_within, mu_day_basis_within, mu_day_line_within = cells_within(
        log_pollen_cells, log_pollen, mu_day_basis, mu_day_line
    )
    return {
        "mu_day_basis": cell_means(log_pollen_cells, mu_day_basis),
        "mu_day_line": cell_means(log_pollen_cells, mu_day_line),
        "log_pollen_within": log_pollen_within,
        "mu_day_basis_within": mu_day_basis_within,
        "mu_day_line_within": mu_day_line_within,
        "log_pollen_mean": cell_means(log_pollen_cells, log_pollen),
        "log_pollen_count": cell_counts(log_pollen_cells),
        "log_pollen_freedom": cell_freedom(log_pollen_cells),
        "log_pollen_constant": cell_constant(log_pollen_cells),
    }


def model_fast(
    mu_day_basis: Array,  # (cell, column) means
    mu_day_line: Array,  # (cell,) means
    log_pollen_within: Array,  # (within,)
    mu_day_basis_within: Array,  # (within, column)
    mu_day_line_within: Array,  # (within,)
    log_pollen_mean: Array,  # (cell,)
    log_pollen_count: Array,  # (cell,) rows
    log_pollen_freedom: Array,  # () rows less cells
    log_pollen_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()

    #    + pspline(day, knots = 8)
    mu_day_scale = numpyro.sample("mu_day_scale", dist.HalfNormal(1.0))

    # log_pollen ~ gaussian(mu)
    log_pollen_sigma = numpyro.sample("log_pollen_sigma", dist.Exponential(1.0))
    # mu_intercept, mu_day_difference, mu_day_trend are integrated out: see recover
    numpyro.factor(
        "log_pollen",
        collapsed_log_density(
            log_pollen_freedom,
            log_pollen_constant,
            log_pollen_mean,
            0.0,
            log_pollen_within,
            log_pollen_count,
            log_pollen_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_day_basis, mu_day_basis_within, 0.0, mu_day_scale),
            Block(mu_day_line, mu_day_line_within, 0.0, 1.0),
        ),
    )


def recover(
    mu_day_basis: Array,  # (cell, column) means
    mu_day_line: Array,  # (cell,) means
    log_pollen_within: Array,  # (within,)
    mu_day_basis_within: Array,  # (within, column)
    mu_day_line_within: Array,  # (within,)
    log_pollen_mean: Array,  # (cell,)
    log_pollen_count: Array,  # (cell,) rows
    *,
    mu_day_scale: Array,
    log_pollen_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""

    return {
        # normal priors times a normal density around what is linear in them
        ("mu_intercept", "mu_day_difference", "mu_day_trend"): coefficients_given(
            log_pollen_mean,
            0.0,
            log_pollen_within,
            log_pollen_count,
            log_pollen_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_day_basis, mu_day_basis_within, 0.0, mu_day_scale),
            Block(mu_day_line, mu_day_line_within, 0.0, 1.0),
        ),
    }
