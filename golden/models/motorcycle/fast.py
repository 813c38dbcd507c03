# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of accel enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_times_difference, mu_times_trend are integrated out,
#     and drawn back by recover
# not whiten_coefficients: mu_intercept, mu_times_difference, mu_times_trend are
#     integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_times_basis: np.ndarray,  # (row, column) second differences
    mu_times_line: np.ndarray,  # (row,) trend
    accel: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    accel_cells = Cells(accel.shape[0])
    accel_within, mu_times_basis_within, mu_times_line_within = cells_within(
        accel_cells, accel, mu_times_basis, mu_times_line
    )
    return {
        "mu_times_basis": cell_means(accel_cells, mu_times_basis),
        "mu_times_line": cell_means(accel_cells, mu_times_line),
        "accel_within": accel_within,
        "mu_times_basis_within": mu_times_basis_within,
        "mu_times_line_within": mu_times_line_within,
        "accel_mean": cell_means(accel_cells, accel),
        "accel_count": cell_counts(accel_cells),
        "accel_freedom": cell_freedom(accel_cells),
        "accel_constant": cell_constant(accel_cells),
    }


def model_fast(
    mu_times_basis: Array,  # (cell, column) means
    mu_times_line: Array,  # (cell,) means
    accel_within: Array,  # (within,)
    mu_times_basis_within: Array,  # (within, column)
    mu_times_line_within: Array,  # (within,)
    accel_mean: Array,  # (cell,)
    accel_count: Array,  # (cell,) rows
    accel_freedom: Array,  # () rows less cells
    accel_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(0, 50))

    #    + pspline(times, knots = 10, scale ~ HalfNormal(20), trend ~ Normal(0, 50))
    mu_times_scale = numpyro.sample("mu_times_scale", dist.HalfNormal(20.0))

    # accel ~ gaussian(mu, sigma ~ HalfNormal(50))
    accel_sigma = numpyro.sample("accel_sigma", dist.HalfNormal(50.0))
    # mu_intercept, mu_times_difference, mu_times_trend are integrated out: see recover
    numpyro.factor(
        "accel",
        collapsed_log_density(
            accel_freedom,
            accel_constant,
            accel_mean,
            0.0,
            accel_within,
            accel_count,
            accel_sigma,
            Block(1.0, 0.0, 0.0, 50.0),
            Block(mu_times_basis, mu_times_basis_within, 0.0, mu_times_scale),
            Block(mu_times_line, mu_times_line_within, 0.0, 50.0),
        ),
    )


def recover(
    mu_times_basis: Array,  # (cell, column) means
    mu_times_line: Array,  # (cell,) means
    accel_within: Array,  # (within,)
    mu_times_basis_within: Array,  # (within, column)
    mu_times_line_within: Array,  # (within,)
    accel_mean: Array,  # (cell,)
    accel_count: Array,  # (cell,) rows
    *,
    mu_times_scale: Array,
    accel_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""

    return {
        # normal priors times a normal density around what is linear in them
        ("mu_intercept", "mu_times_difference", "mu_times_trend"): coefficients_given(
            accel_mean,
            0.0,
            accel_within,
            accel_count,
            accel_sigma,
            Block(1.0, 0.0, 0.0, 50.0),
            Block(mu_times_basis, mu_times_basis_within, 0.0, mu_times_scale),
            Block(mu_times_line, mu_times_line_within, 0.0, 50.0),
        ),
    }
