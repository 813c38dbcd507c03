# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of height enter by a mean for each child, a row for each of
#     its slopes and the R factor of what differs from it; where these save less than
#     half of the rows, each row is by itself
# marginalise_slopes: mu_child_effect, mu_age_slope are integrated out, and drawn back
#     by recover
# not marginalise_effects: mu_child_effect, mu_age_slope are integrated out
# not collapse_linear: mu_child_effect, mu_age_slope are integrated out
# not whiten_coefficients: mu_child_effect, mu_age_slope are integrated out
# not centre_by_information: mu_child_effect is integrated out
# not centre_slopes: mu_age_slope is integrated out
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_age, mu_age_along held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    child: np.ndarray,  # (row,) int in [0, n_child)
    height: np.ndarray,  # (row,)
    *,
    n_child: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    height_cells = Cells(height.shape[0], child)
    height_slopes = CellSlopes(height_cells, mu_age)
    (height_within,) = cells_within(height_cells, height, slopes=height_slopes)
    child_loads = loads_of_cells(height_cells, 1.0, mu_age)
    child_loads_along = loads_along(height_slopes, 1.0, mu_age)
    child_products = products_by_level(
        height_cells, height_slopes, child, n_child, child_loads, child_loads_along
    )
    return {
        "mu_age": by_column(cell_means(height_cells, mu_age)),
        "child": cell_values(height_cells, child),
        "height_within": height_within,
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
    # mu = intercept(coef ~ Normal(100, 20))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(100.0, 20.0))
    mu = mu_intercept

    #    + linear(age, coef ~ Normal(6, 2))
    mu_age_coef = numpyro.sample(
        "mu_age_coef",
        dist.Normal(6.0, 2.0).expand([1]).to_event(1),
    )
    mu = mu + mu_age_coef @ mu_age

    #    + random_effects(child, scale ~ HalfNormal(5))
    mu_child_scale = numpyro.sample("mu_child_scale", dist.HalfNormal(5.0))

    #    + random_slopes(age, by = child)
    mu_age_slope_scale = numpyro.sample(
        "mu_age_slope_scale",
        dist.HalfNormal(1.0).expand([1]).to_event(1),
    )

    # height ~ gaussian(mu, sigma ~ HalfNormal(2))
    height_sigma = numpyro.sample("height_sigma", dist.HalfNormal(2.0))
    # along slopes, less what is not theirs
    height_turned = height_along - mu_age_coef @ mu_age_along
    # the mean of each child, then what its rows differ from it, apart from its slopes
    #   and along them; mu_child_effect, mu_age_slope are integrated out: see recover
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
            mu_child_scale,
            mu_age_slope_scale,
        )
        + within_log_density(
            height_within, height_sigma, height_freedom, height_constant
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
    mu_child_scale: Array,
    mu_age_slope_scale: Array,
    height_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + mu_age_coef @ mu_age
    # along slopes, less what is not theirs
    height_turned = height_along - mu_age_coef @ mu_age_along
    return {
        # normal priors times normal rows that are linear in them
        ("mu_child_effect", "mu_age_slope"): LevelSlopes(
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
                mu_child_scale,
                mu_age_slope_scale,
            )
        ),
    }
