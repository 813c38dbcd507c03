# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of level enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_hour_weight are integrated out, and drawn back by
#     recover
# not whiten_coefficients: mu_intercept, mu_hour_weight are integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_hour_sines: np.ndarray,  # (row, 20) sines of hour
    mu_hour_frequency: np.ndarray,  # (20,) their frequencies
    level: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    level_cells = Cells(level.shape[0])
    level_within, mu_hour_sines_within = cells_within(level_cells, level, mu_hour_sines)
    return {
        "mu_hour_sines": cell_means(level_cells, mu_hour_sines),
        "mu_hour_frequency": mu_hour_frequency,
        "level_within": level_within,
        "mu_hour_sines_within": mu_hour_sines_within,
        "level_mean": cell_means(level_cells, level),
        "level_count": cell_counts(level_cells),
        "level_freedom": cell_freedom(level_cells),
        "level_constant": cell_constant(level_cells),
    }


def model_fast(
    mu_hour_sines: Array,  # (cell, 20) means
    mu_hour_frequency: Array,  # (20,) their frequencies
    level_within: Array,  # (within,)
    mu_hour_sines_within: Array,  # (within, 20)
    level_mean: Array,  # (cell,)
    level_count: Array,  # (cell,) rows
    level_freedom: Array,  # () rows less cells
    level_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()

    #    + hsgp(hour, m = 20, kernel = matern52)
    mu_hour_lengthscale = numpyro.sample(
        "mu_hour_lengthscale", dist.InverseGamma(5.0, 5.0)
    )
    mu_hour_amplitude = numpyro.sample("mu_hour_amplitude", dist.HalfNormal(1.0))
    mu_hour_size = mu_hour_amplitude * root_density_matern52(
        mu_hour_frequency, mu_hour_lengthscale
    )

    # level ~ gaussian(mu)
    level_sigma = numpyro.sample("level_sigma", dist.Exponential(1.0))
    # mu_intercept, mu_hour_weight are integrated out: see recover
    numpyro.factor(
        "level",
        collapsed_log_density(
            level_freedom,
            level_constant,
            level_mean,
            0.0,
            level_within,
            level_count,
            level_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_hour_sines, mu_hour_sines_within, 0.0, 1.0, mu_hour_size),
        ),
    )


def recover(
    mu_hour_sines: Array,  # (cell, 20) means
    mu_hour_frequency: Array,  # (20,) their frequencies
    level_within: Array,  # (within,)
    mu_hour_sines_within: Array,  # (within, 20)
    level_mean: Array,  # (cell,)
    level_count: Array,  # (cell,) rows
    *,
    mu_hour_lengthscale: Array,
    mu_hour_amplitude: Array,
    level_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu_hour_size = mu_hour_amplitude * root_density_matern52(
        mu_hour_frequency, mu_hour_lengthscale
    )
    return {
        # normal priors times a normal density around what is linear in them
        ("mu_intercept", "mu_hour_weight"): coefficients_given(
            level_mean,
            0.0,
            level_within,
            level_count,
            level_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_hour_sines, mu_hour_sines_within, 0.0, 1.0, mu_hour_size),
        ),
    }
