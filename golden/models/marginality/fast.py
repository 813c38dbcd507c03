# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of growth enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: full_coef, cells_coef, mu_intercept, growth_sigma in units of
#     their posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    full_x: np.ndarray,  # (row, column) soil, water, soil:water
    cells_x: np.ndarray,  # (row, column) water:lamp, soil:lamp:days
    growth: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    growth_cells = Cells(growth.shape[0])
    growth_within, full_x_within, cells_x_within = cells_within(
        growth_cells, growth, full_x, cells_x
    )
    return {
        "full_x": cell_means(growth_cells, full_x),
        "cells_x": cell_means(growth_cells, cells_x),
        "growth_within": growth_within,
        "full_x_within": full_x_within,
        "cells_x_within": cells_x_within,
        "growth_mean": cell_means(growth_cells, growth),
        "growth_count": cell_counts(growth_cells),
        "growth_freedom": cell_freedom(growth_cells),
        "growth_constant": cell_constant(growth_cells),
    }


def model_fast(
    full_x: Array,  # (cell, column) means
    cells_x: Array,  # (cell, column) means
    growth_within: Array,  # (within,)
    full_x_within: Array,  # (within, column)
    cells_x_within: Array,  # (within, column)
    growth_mean: Array,  # (cell,)
    growth_count: Array,  # (cell,) rows
    growth_freedom: Array,  # () rows less cells
    growth_constant: Array,  # () what these densities lack
    full_coef_at: Array,  # (column,) by least squares
    full_coef_by: Array,  # (column, column) for one unit of each z
    cells_coef_at: Array,  # (column,) by least squares
    cells_coef_by: Array,  # (column, column) for one unit of each z
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (column,) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    growth_sigma_at: Array,  # () by least squares
    growth_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # full = linear(soil, water, soil:water)
    mu_standard = numpyro.sample(
        "mu_standard",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([full_coef_by.shape[1]])
        .to_event(1),
    )
    # all coefficients together: standard normal, as far as the rows tell
    numpyro.factor("mu_standard_volume", mu_standard_volume)
    full_coef = full_coef_at + full_coef_by @ mu_standard
    numpyro.deterministic("full_coef", full_coef)
    numpyro.factor("full_coef_prior", dist.Normal(0.0, 1.0).log_prob(full_coef))
    mu = full_x @ full_coef

    # cells = linear(water:lamp, soil:lamp:days)
    cells_coef = cells_coef_at + cells_coef_by @ mu_standard
    numpyro.deterministic("cells_coef", cells_coef)
    numpyro.factor("cells_coef_prior", dist.Normal(0.0, 1.0).log_prob(cells_coef))
    mu = mu + cells_x @ cells_coef

    # mu = intercept()
    mu_intercept = mu_intercept_at + mu_intercept_by @ mu_standard
    numpyro.deterministic("mu_intercept", mu_intercept)
    numpyro.factor("mu_intercept_prior", dist.Normal(0.0, 1.0).log_prob(mu_intercept))
    mu = mu + mu_intercept

    # growth ~ gaussian(mu)
    growth_sigma_standard = numpyro.sample(
        "growth_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    growth_sigma = growth_sigma_at * jnp.exp(growth_sigma_width * growth_sigma_standard)
    numpyro.deterministic("growth_sigma", growth_sigma)
    numpyro.factor(
        "growth_sigma_prior",
        dist.Exponential(1.0).log_prob(growth_sigma)
        + jnp.log(growth_sigma_width * growth_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "growth",
        means_log_density(growth_mean, mu, growth_sigma, growth_count)
        + within_log_density(
            growth_within - full_x_within @ full_coef - cells_x_within @ cells_coef,
            growth_sigma,
            growth_freedom,
            growth_constant,
        ),
    )
