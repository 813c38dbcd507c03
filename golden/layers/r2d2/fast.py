# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of yield_t enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_r2d2_coef are integrated out, and drawn back by
#     recover
# not whiten_coefficients: mu_intercept, mu_r2d2_coef are integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_r2d2: np.ndarray,  # (row, column) clay, sand, humus, ph, slope, farm
    yield_t: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    yield_t_cells = Cells(yield_t.shape[0])
    yield_t_within, mu_r2d2_within = cells_within(yield_t_cells, yield_t, mu_r2d2)
    return {
        "mu_r2d2": cell_means(yield_t_cells, mu_r2d2),
        "yield_t_within": yield_t_within,
        "mu_r2d2_within": mu_r2d2_within,
        "yield_t_mean": cell_means(yield_t_cells, yield_t),
        "yield_t_count": cell_counts(yield_t_cells),
        "yield_t_freedom": cell_freedom(yield_t_cells),
        "yield_t_constant": cell_constant(yield_t_cells),
    }


def model_fast(
    mu_r2d2: Array,  # (cell, column) means
    yield_t_within: Array,  # (within,)
    mu_r2d2_within: Array,  # (within, column)
    yield_t_mean: Array,  # (cell,)
    yield_t_count: Array,  # (cell,) rows
    yield_t_freedom: Array,  # () rows less cells
    yield_t_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()

    #    + r2d2(x, farm, r2 ~ Beta(2, 2))
    yield_t_sigma = numpyro.sample("yield_t_sigma", dist.Exponential(1.0))
    mu_r2d2_r2 = numpyro.sample("mu_r2d2_r2", dist.Beta(2.0, 2.0))
    mu_r2d2_share = numpyro.sample(
        "mu_r2d2_share",
        dist.Dirichlet(concentration=jnp.full(mu_r2d2.shape[1], 0.5)),
    )
    mu_r2d2_size = yield_t_sigma * jnp.sqrt(
        mu_r2d2_share * mu_r2d2_r2 / (1.0 - mu_r2d2_r2)
    )

    # yield_t ~ gaussian(mu)
    # mu_intercept, mu_r2d2_coef are integrated out: see recover
    numpyro.factor(
        "yield_t",
        collapsed_log_density(
            yield_t_freedom,
            yield_t_constant,
            yield_t_mean,
            0.0,
            yield_t_within,
            yield_t_count,
            yield_t_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_r2d2, mu_r2d2_within, 0.0, mu_r2d2_size),
        ),
    )


def recover(
    mu_r2d2: Array,  # (cell, column) means
    yield_t_within: Array,  # (within,)
    mu_r2d2_within: Array,  # (within, column)
    yield_t_mean: Array,  # (cell,)
    yield_t_count: Array,  # (cell,) rows
    *,
    yield_t_sigma: Array,
    mu_r2d2_r2: Array,
    mu_r2d2_share: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu_r2d2_size = yield_t_sigma * jnp.sqrt(
        mu_r2d2_share * mu_r2d2_r2 / (1.0 - mu_r2d2_r2)
    )
    return {
        # normal priors times a normal density around what is linear in them
        ("mu_intercept", "mu_r2d2_coef"): coefficients_given(
            yield_t_mean,
            0.0,
            yield_t_within,
            yield_t_count,
            yield_t_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_r2d2, mu_r2d2_within, 0.0, mu_r2d2_size),
        ),
    }
