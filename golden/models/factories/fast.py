# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of y enter by their mean and the R factor of what differs from
#     it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# not whiten_coefficients: a coefficient is not sampled by itself, on the whole line
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    linear_part_x: np.ndarray,  # (row, 3) a, b, c
    square_part_x: np.ndarray,  # (row, 3) a^2, b^2, c^2
    y: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    y_cells = Cells(y.shape[0])
    y_within, linear_part_x_within, square_part_x_within = cells_within(
        y_cells, y, linear_part_x, square_part_x
    )
    return {
        "linear_part_x": cell_means(y_cells, linear_part_x),
        "square_part_x": cell_means(y_cells, square_part_x),
        "y_within": y_within,
        "linear_part_x_within": linear_part_x_within,
        "square_part_x_within": square_part_x_within,
        "y_mean": cell_means(y_cells, y),
        "y_count": cell_counts(y_cells),
        "y_freedom": cell_freedom(y_cells),
        "y_constant": cell_constant(y_cells),
    }


def model_fast(
    linear_part_x: Array,  # (cell, 3) means
    square_part_x: Array,  # (cell, 3) means
    y_within: Array,  # (within,)
    linear_part_x_within: Array,  # (within, 3)
    square_part_x_within: Array,  # (within, 3)
    y_mean: Array,  # (cell,)
    y_count: Array,  # (cell,) rows
    y_freedom: Array,  # () rows less cells
    y_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # linear_part = wide(x)
    linear_part_scale = numpyro.sample("linear_part_scale", dist.Exponential(1.0))
    linear_part_coef = numpyro.sample(
        "linear_part_coef",
        dist.LogNormal(0.0, linear_part_scale).expand([3]).to_event(1),
    )
    y_location = linear_part_x @ linear_part_coef

    # square_part = wide(x^2)
    square_part_scale = numpyro.sample("square_part_scale", dist.Exponential(1.0))
    square_part_coef = numpyro.sample(
        "square_part_coef",
        dist.LogNormal(0.0, square_part_scale).expand([3]).to_event(1),
    )
    y_location = y_location + square_part_x @ square_part_coef

    # y ~ gaussian(linear_part + square_part, sigma ~ HalfNormal(1))
    y_sigma = numpyro.sample("y_sigma", dist.HalfNormal(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "y",
        means_log_density(y_mean, y_location, y_sigma, y_count)
        + within_log_density(
            y_within
            - linear_part_x_within @ linear_part_coef
            - square_part_x_within @ square_part_coef,
            y_sigma,
            y_freedom,
            y_constant,
        ),
    )
