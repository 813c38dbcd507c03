# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of log_price enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_x_coef are integrated out, and drawn back by recover
# not whiten_coefficients: mu_intercept, mu_x_coef are integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_x: np.ndarray,  # (row, 4) area, rooms, age, distance
    log_price: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    log_price_cells = Cells(log_price.shape[0])
    log_price_within, mu_x_within = cells_within(log_price_cells, log_price, mu_x)
    return {
        "mu_x": cell_means(log_price_cells, mu_x),
        "log_price_within": log_price_within,
        "mu_x_within": mu_x_within,
        "log_price_mean": cell_means(log_price_cells, log_price),
        "log_price_count": cell_counts(log_price_cells),
        "log_price_freedom": cell_freedom(log_price_cells),
        "log_price_constant": cell_constant(log_price_cells),
    }


def model_fast(
    mu_x: Array,  # (cell, 4) means
    log_price_within: Array,  # (within,)
    mu_x_within: Array,  # (within, 4)
    log_price_mean: Array,  # (cell,)
    log_price_count: Array,  # (cell,) rows
    log_price_freedom: Array,  # () rows less cells
    log_price_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()

    #    + adaptive(standardize(x))
    mu_x_scale = numpyro.sample("mu_x_scale", dist.HalfNormal(1.0))

    # log_price ~ gaussian(mu)
    log_price_sigma = numpyro.sample("log_price_sigma", dist.Exponential(1.0))
    # mu_intercept, mu_x_coef are integrated out: see recover
    numpyro.factor(
        "log_price",
        collapsed_log_density(
            log_price_freedom,
            log_price_constant,
            log_price_mean,
            0.0,
            log_price_within,
            log_price_count,
            log_price_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_x, mu_x_within, 0.0, mu_x_scale),
        ),
    )


def recover(
    mu_x: Array,  # (cell, 4) means
    log_price_within: Array,  # (within,)
    mu_x_within: Array,  # (within, 4)
    log_price_mean: Array,  # (cell,)
    log_price_count: Array,  # (cell,) rows
    *,
    mu_x_scale: Array,
    log_price_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""

    return {
        # normal priors times a normal density around what is linear in them
        ("mu_intercept", "mu_x_coef"): coefficients_given(
            log_price_mean,
            0.0,
            log_price_within,
            log_price_count,
            log_price_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_x, mu_x_within, 0.0, mu_x_scale),
        ),
    }
