# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of height enter by a mean for each child, a row for each of
#     its slopes and the R factor of what differs from it; where these save less than
#     half of the rows, each row is by itself
# marginalise_slopes: mu_age_effect is integrated out, and drawn back by recover
# not marginalise_effects: mu_age_effect is integrated out
# not collapse_linear: mu_age_effect is integrated out
# not whiten_coefficients: mu_age_effect is integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: mu_age_effect is integrated out
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_age, mu_age_along, mu_age_within held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    mu_age_columns: np.ndarray,  # (row, 2) 1, age
    child: np.ndarray,  # (row,) int in [0, n_child)
    height: np.ndarray,  # (row,)
    *,
    n_child: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    height_cells = Cells(height.shape[0], child)
    height_slopes = CellSlopes(height_cells, mu_age_columns)
    height_within, mu_age_within = cells_within(
        height_cells, height, mu_age, slopes=height_slopes
    )
    child_loads = loads_of_cells(height_cells, mu_age_columns)
    child_loads_along = loads_along(height_slopes, mu_age_columns)
    child_products = products_by_level(
        height_cells, height_slopes, child, n_child, child_loads, child_loads_along
    )
    return {
        "mu_age": by_column(cell_means(height_cells, mu_age)),
        "child": cell_values(height_cells, child),
        "height_within": height_within,
        "mu_age_within": by_column(mu_age_within),
        "height_mean": cell_means(height_cells, height),
        "height_count": cell_counts(height_cells),
        "height_freedom": cell_freedom(height_cells),
        "height_constant": cell_constant(height_cells),
        "height_along": along_slopes(height_slopes, height),
        "mu_age_along": by_column(along_slopes(height_slopes, mu_age)),
        "child_along": levels_along(height_slopes, child),
        "child_loads": child_loads,
        "child_loads_along": child_loads_along,
        "child_products": child_products,
    }


def model_fast(
    mu_age: Array,  # (1, cell) means
    child: Array,  # (cell,) int in [0, n_child)
    height_within: Array,  # (within,)
    mu_age_within: Array,  # (1, within)
    height_mean: Array,  # (cell,)
    height_count: Array,  # (cell,) rows
    height_freedom: Array,  # () rows less cells
    height_constant: Array,  # () what these densities lack
    height_along: Array,  # (along,) along slopes
    mu_age_along: Array,  # (1, along) along slopes
    child_along: Array,  # (along,) int in [0, n_child)
    child_loads: Array,  # (2, cell) of a level's effect and slopes
    child_loads_along: Array,  # (2, along) along slopes
    child_products: Array,  # (2, 2, n_child) of these, by level
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
    mu = mu + mu_age_coef @ mu_age

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

    # height ~ gaussian(mu)
    height_sigma = numpyro.sample("height_sigma", dist.Exponential(1.0))
    # along slopes, less what is not theirs
    height_turned = height_along - mu_age_coef @ mu_age_along
    # the mean of each child, then what its rows differ from it, apart from its slopes
    #   and along them; mu_age_effect is integrated out: see recover
    numpyro.factor(
        "height",
        slopes_log_density(
            height_mean,
            mu,
            height_count,
            child,
            child_loads,
            height_turned,
            child_along,
            child_loads_along,
            child_products,
            height_sigma,
            scaled_factor(mu_age_scale, mu_age_corr_cholesky),
        )
        + within_log_density(
            height_within - mu_age_coef @ mu_age_within,
            height_sigma,
            height_freedom,
            height_constant,
        ),
    )


def recover(
    mu_age: Array,  # (1, cell) means
    child: Array,  # (cell,) int in [0, n_child)
    height_mean: Array,  # (cell,)
    height_count: Array,  # (cell,) rows
    height_along: Array,  # (along,) along slopes
    mu_age_along: Array,  # (1, along) along slopes
    child_along: Array,  # (along,) int in [0, n_child)
    child_loads: Array,  # (2, cell) of a level's effect and slopes
    child_loads_along: Array,  # (2, along) along slopes
    child_products: Array,  # (2, 2, n_child) of these, by level
    *,
    mu_intercept: Array,
    mu_age_coef: Array,
    mu_age_scale: Array,
    mu_age_corr_cholesky: Array,
    height_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + mu_age_coef @ mu_age
    # along slopes, less what is not theirs
    height_turned = height_along - mu_age_coef @ mu_age_along
    return {
        # normal priors times normal rows that are linear in them
        "mu_age_effect": LevelSlopes(
            slopes_of_levels(
                height_mean,
                mu,
                height_count,
                child,
                child_loads,
                height_turned,
                child_along,
                child_loads_along,
                child_products,
                height_sigma,
                scaled_factor(mu_age_scale, mu_age_corr_cholesky),
            )
        ),
    }
