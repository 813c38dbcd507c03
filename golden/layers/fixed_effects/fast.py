# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of yield_t enter by a mean for each variety and the R factor
#     of what differs from it
# not marginalise_slopes: no slopes differ between levels
# marginalise_effects: mu_variety_effect is integrated out, and drawn back by recover
# not collapse_linear: mu_variety_effect is integrated out of the means of cells
# not whiten_coefficients: mu_variety_effect is integrated out of the means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    variety: np.ndarray,  # (row,) int in [0, n_variety)
    yield_t: np.ndarray,  # (row,)
    *,
    n_variety: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    yield_t_cells = Cells(yield_t.shape[0], variety, merge=1)
    (yield_t_within,) = cells_within(yield_t_cells, yield_t)
    return {
        "variety": cell_values(yield_t_cells, variety),
        "yield_t_within": yield_t_within,
        "yield_t_mean": cell_means(yield_t_cells, yield_t),
        "yield_t_count": cell_counts(yield_t_cells),
        "yield_t_freedom": cell_freedom(yield_t_cells),
        "yield_t_constant": cell_constant(yield_t_cells),
        "variety_rows": rows_by_level(variety, n_variety),
    }


def model_fast(
    yield_t_within: Array,  # (within,)
    yield_t_mean: Array,  # (cell,)
    yield_t_count: Array,  # (cell,) rows
    yield_t_freedom: Array,  # () rows less cells
    yield_t_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(3, 1))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(3.0, 1.0))
    mu = mu_intercept

    #    + fixed_effects(variety)

    # yield_t ~ gaussian(mu)
    yield_t_sigma = numpyro.sample("yield_t_sigma", dist.Exponential(1.0))
    # mu_variety_effect is integrated out of the means: see recover
    numpyro.factor(
        "yield_t",
        means_log_density_around(yield_t_mean, mu, yield_t_sigma, yield_t_count, 1.0)
        + within_log_density(
            yield_t_within, yield_t_sigma, yield_t_freedom, yield_t_constant
        ),
    )


def recover(
    variety: Array,  # (cell,) int in [0, n_variety)
    yield_t_mean: Array,  # (cell,)
    yield_t_count: Array,  # (cell,) rows
    variety_rows: Array,  # (n_variety,) rows of each level
    *,
    mu_intercept: Array,
    yield_t_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    return {
        # normal prior times normal means
        "mu_variety_effect": effect_given(
            yield_t_mean, mu, yield_t_sigma, yield_t_count, variety, 1.0, variety_rows
        ),
    }
