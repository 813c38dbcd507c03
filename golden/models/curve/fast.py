# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of y enter by their mean and the R factor of what differs from
#     it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: x_part_x_coef, x_part_adaptive_coef, mu_intercept, mu_cubic_z_coef,
#     mu_cubic_adaptive_coef are integrated out, and drawn back by recover
# not whiten_coefficients: x_part_x_coef, x_part_adaptive_coef, mu_intercept,
#     mu_cubic_z_coef, mu_cubic_adaptive_coef are integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    x_part_x: np.ndarray,  # (row, 1) x
    x_part_adaptive: np.ndarray,  # (row, 2) x^2, x^3
    mu_cubic_z: np.ndarray,  # (row, 1) z
    mu_cubic_adaptive: np.ndarray,  # (row, 2) z^2, z^3
    y: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    y_cells = Cells(y.shape[0])
    (
        y_within,
        x_part_x_within,
        x_part_adaptive_within,
        mu_cubic_z_within,
        mu_cubic_adaptive_within,
    ) = cells_within(
        y_cells, y, x_part_x, x_part_adaptive, mu_cubic_z, mu_cubic_adaptive
    )
    return {
        "x_part_x": cell_means(y_cells, x_part_x),
        "x_part_adaptive": cell_means(y_cells, x_part_adaptive),
        "mu_cubic_z": cell_means(y_cells, mu_cubic_z),
        "mu_cubic_adaptive": cell_means(y_cells, mu_cubic_adaptive),
        "y_within": y_within,
        "x_part_x_within": x_part_x_within,
        "x_part_adaptive_within": x_part_adaptive_within,
        "mu_cubic_z_within": mu_cubic_z_within,
        "mu_cubic_adaptive_within": mu_cubic_adaptive_within,
        "y_mean": cell_means(y_cells, y),
        "y_count": cell_counts(y_cells),
        "y_freedom": cell_freedom(y_cells),
        "y_constant": cell_constant(y_cells),
    }


def model_fast(
    x_part_x: Array,  # (cell, 1) means
    x_part_adaptive: Array,  # (cell, 2) means
    mu_cubic_z: Array,  # (cell, 1) means
    mu_cubic_adaptive: Array,  # (cell, 2) means
    y_within: Array,  # (within,)
    x_part_x_within: Array,  # (within, 1)
    x_part_adaptive_within: Array,  # (within, 2)
    mu_cubic_z_within: Array,  # (within, 1)
    mu_cubic_adaptive_within: Array,  # (within, 2)
    y_mean: Array,  # (cell,)
    y_count: Array,  # (cell,) rows
    y_freedom: Array,  # () rows less cells
    y_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # x_part = cubic(x)
    x_part_adaptive_scale = numpyro.sample(
        "x_part_adaptive_scale", dist.HalfNormal(1.0)
    )

    # mu = intercept()

    #    + cubic(z)
    mu_cubic_adaptive_scale = numpyro.sample(
        "mu_cubic_adaptive_scale", dist.HalfNormal(1.0)
    )

    # y ~ gaussian(mu)
    y_sigma = numpyro.sample("y_sigma", dist.Exponential(1.0))
    # x_part_x_coef, x_part_adaptive_coef, mu_intercept, mu_cubic_z_coef,
    #   mu_cubic_adaptive_coef are integrated out: see recover
    numpyro.factor(
        "y",
        collapsed_log_density(
            y_freedom,
            y_constant,
            y_mean,
            0.0,
            y_within,
            y_count,
            y_sigma,
            Block(x_part_x, x_part_x_within, 0.0, 2.0),
            Block(x_part_adaptive, x_part_adaptive_within, 0.0, x_part_adaptive_scale),
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_cubic_z, mu_cubic_z_within, 0.0, 2.0),
            Block(
                mu_cubic_adaptive,
                mu_cubic_adaptive_within,
                0.0,
                mu_cubic_adaptive_scale,
            ),
        ),
    )


def recover(
    x_part_x: Array,  # (cell, 1) means
    x_part_adaptive: Array,  # (cell, 2) means
    mu_cubic_z: Array,  # (cell, 1) means
    mu_cubic_adaptive: Array,  # (cell, 2) means
    y_within: Array,  # (within,)
    x_part_x_within: Array,  # (within, 1)
    x_part_adaptive_within: Array,  # (within, 2)
    mu_cubic_z_within: Array,  # (within, 1)
    mu_cubic_adaptive_within: Array,  # (within, 2)
    y_mean: Array,  # (cell,)
    y_count: Array,  # (cell,) rows
    *,
    x_part_adaptive_scale: Array,
    mu_cubic_adaptive_scale: Array,
    y_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""

    return {
        # normal priors times a normal density around what is linear in them
        (
            "x_part_x_coef",
            "x_part_adaptive_coef",
            "mu_intercept",
            "mu_cubic_z_coef",
            "mu_cubic_adaptive_coef",
        ): coefficients_given(
            y_mean,
            0.0,
            y_within,
            y_count,
            y_sigma,
            Block(x_part_x, x_part_x_within, 0.0, 2.0),
            Block(x_part_adaptive, x_part_adaptive_within, 0.0, x_part_adaptive_scale),
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_cubic_z, mu_cubic_z_within, 0.0, 2.0),
            Block(
                mu_cubic_adaptive,
                mu_cubic_adaptive_within,
                0.0,
                mu_cubic_adaptive_scale,
            ),
        ),
    }
