# compress_gaussian: rows of height enter by a mean for each child, a row for each of
#     its slopes and the R factor of what differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not collapse_linear: the rows of height differ by levels
# not whiten_coefficients: the rows of height differ by levels
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    mu_age_columns: np.ndarray,  # (row, 2) 1, age
    child: np.ndarray,  # (row,) int in [0, n_child)
    height: np.ndarray,  # (row,)
    *,
    n_child: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    height_cells = Cells(height, child)
    height_slopes = CellSlopes(height_cells, mu_age_columns)
    height_within, mu_age_within = cells_within(
        height_cells, height, mu_age, slopes=height_slopes
    )
    return {
        "mu_age": cell_means(height_cells, mu_age),
        "mu_age_columns": cell_means(height_cells, mu_age_columns),
        "child": cell_values(height_cells, child),
        "height_within": height_within,
        "mu_age_within": mu_age_within,
        "height_mean": cell_means(height_cells, height),
        "height_count": cell_counts(height_cells),
        "height_freedom": cell_freedom(height_cells),
        "height_constant": cell_constant(height_cells),
        "height_along": along_slopes(height_slopes, height),
        "mu_age_along": along_slopes(height_slopes, mu_age),
        "mu_age_columns_along": along_slopes(height_slopes, mu_age_columns),
        "child_along": levels_along(height_slopes, child),
        "n_child": n_child,
    }


def model_fast(
    mu_age: Array,  # (cell, 1) means
    mu_age_columns: Array,  # (cell, 2) means
    child: Array,  # (cell,) int in [0, n_child)
    height_within: Array,  # (within,)
    mu_age_within: Array,  # (within, 1)
    height_mean: Array,  # (cell,)
    height_count: Array,  # (cell,) rows
    height_freedom: Array,  # () rows less cells
    height_constant: Array,  # () what these densities lack
    height_along: Array,  # (along,) along slopes
    mu_age_along: Array,  # (along, 1) along slopes
    mu_age_columns_along: Array,  # (along, 2) along slopes
    child_along: Array,  # (along,) int in [0, n_child)
    *,
    n_child: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(78, 10))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(78.0, 10.0))
    mu = mu_intercept

    #    + linear(age, coef ~ Normal(6, 2))
    mu_age_coef = numpyro.sample(
        "mu_age_coef",
        dist.Normal(6.0, 2.0).expand([1]).to_event(1),
    )
    mu = mu + mu_age @ mu_age_coef

    #    + correlated_effects(1, age, by = child, scale ~ HalfNormal(5), corr ~ LKJ(2))
    mu_age_scale = numpyro.sample(
        "mu_age_scale",
        dist.HalfNormal(5.0).expand([2]).to_event(1),
    )
    mu_age_corr_cholesky = numpyro.sample(
        "mu_age_corr_cholesky",
        dist.LKJCholesky(dimension=2, concentration=2.0),
    )
    mu_age_corr = correlation_of(mu_age_corr_cholesky)
    numpyro.deterministic("mu_age_corr", mu_age_corr)
    mu_age_effect = numpyro.sample(
        "mu_age_effect",
        dist.MultivariateNormal(
            scale_tril=scaled_factor(mu_age_scale, mu_age_corr_cholesky)
        )
        .expand([n_child])
        .to_event(1),
    )
    mu = mu + jnp.sum(mu_age_effect[child] * mu_age_columns, axis=-1)

    # height ~ gaussian(mu)
    height_sigma = numpyro.sample("height_sigma", dist.Exponential(1.0))
    # the mean of each child, then what its rows differ from it, apart from its slopes
    #   and along them
    numpyro.factor(
        "height",
        means_log_density(height_mean, mu, height_sigma, height_count)
        + within_log_density(
            height_within - mu_age_within @ mu_age_coef,
            height_sigma,
            height_freedom,
            height_constant,
        )
        + along_log_density(
            height_along
            - mu_age_along @ mu_age_coef
            - jnp.sum(mu_age_effect[child_along] * mu_age_columns_along, axis=-1),
            height_sigma,
        ),
    )
