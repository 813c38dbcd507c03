# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of contentment enter by a mean for each income and health and
#     the R factor of what differs from it; where these save less than half of the rows,
#     each row is by itself
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the rows of contentment differ by levels
# not whiten_coefficients: the rows of contentment differ by levels
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    income: np.ndarray,  # (row,) int in [0, n_income)
    health: np.ndarray,  # (row,) int in [0, n_health)
    contentment: np.ndarray,  # (row,)
    *,
    n_income: int,
    n_health: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    contentment_cells = Cells(contentment.shape[0], income, health)
    (contentment_within,) = cells_within(contentment_cells, contentment)
    return {
        "income": cell_values(contentment_cells, income),
        "health": cell_values(contentment_cells, health),
        "contentment_within": contentment_within,
        "contentment_mean": cell_means(contentment_cells, contentment),
        "contentment_count": cell_counts(contentment_cells),
        "contentment_freedom": cell_freedom(contentment_cells),
        "contentment_constant": cell_constant(contentment_cells),
        "n_income": n_income,
        "n_health": n_health,
    }


def model_fast(
    income: Array,  # (cell,) int in [0, n_income)
    health: Array,  # (cell,) int in [0, n_health)
    contentment_within: Array,  # (within,)
    contentment_mean: Array,  # (cell,)
    contentment_count: Array,  # (cell,) rows
    contentment_freedom: Array,  # () rows less cells
    contentment_constant: Array,  # () what these densities lack
    *,
    n_income: int,
    n_health: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + monotonic(income)
    mu_income_slope = numpyro.sample("mu_income_slope", dist.Normal(0.0, 1.0))
    mu_income_share = numpyro.sample(
        "mu_income_share",
        dist.Dirichlet(concentration=jnp.full(n_income - 1, 1.0)),
    )
    mu = (
        mu
        + mu_income_slope
        * (n_income - 1)
        * from_zero(jnp.cumsum(mu_income_share, axis=0))[income]
    )

    #    + monotonic(health, share ~ Dirichlet(2))
    mu_health_slope = numpyro.sample("mu_health_slope", dist.Normal(0.0, 1.0))
    mu_health_share = numpyro.sample(
        "mu_health_share",
        dist.Dirichlet(concentration=jnp.full(n_health - 1, 2.0)),
    )
    mu = (
        mu
        + mu_health_slope
        * (n_health - 1)
        * from_zero(jnp.cumsum(mu_health_share, axis=0))[health]
    )

    # contentment ~ gaussian(mu)
    contentment_sigma = numpyro.sample("contentment_sigma", dist.Exponential(1.0))
    # the mean of each income and health, then what its rows differ from it
    numpyro.factor(
        "contentment",
        means_log_density(contentment_mean, mu, contentment_sigma, contentment_count)
        + within_log_density(
            contentment_within,
            contentment_sigma,
            contentment_freedom,
            contentment_constant,
        ),
    )
