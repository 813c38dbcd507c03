# compress_gaussian: rows of yield_t enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not whiten_coefficients: mu_r2d2_coef is sampled otherwise: each value has a scale of
#     its own
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    mu_r2d2: np.ndarray,  # (row, column) clay, sand, humus, ph, slope, farm
    yield_t: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    yield_t_cells = Cells(yield_t)
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
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

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
    mu_r2d2_coef = numpyro.sample(
        "mu_r2d2_coef",
        dist.Normal(0.0, mu_r2d2_size).to_event(1),
    )
    mu = mu + mu_r2d2 @ mu_r2d2_coef

    # yield_t ~ gaussian(mu)
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "yield_t",
        means_log_density(yield_t_mean, mu, yield_t_sigma, yield_t_count)
        + within_log_density(
            yield_t_within - mu_r2d2_within @ mu_r2d2_coef,
            yield_t_sigma,
            yield_t_freedom,
            yield_t_constant,
        ),
    )
