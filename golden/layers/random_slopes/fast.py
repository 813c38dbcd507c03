# compress_gaussian: rows of height enter by a mean for each child, a row for each of
#     its slopes and the R factor of what differs from it
# marginalise_effects: mu_child_effect is integrated out, and drawn back by recover
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: mu_child_effect is integrated out
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    child: np.ndarray,  # (row,) int in [0, n_child)
    height: np.ndarray,  # (row,)
    *,
    n_child: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    height_cells = Cells(height, child, merge=1)
    height_slopes = CellSlopes(height_cells, mu_age)
    (height_within,) = cells_within(height_cells, height, slopes=height_slopes)
    return {
        "mu_age": cell_means(height_cells, mu_age),
        "child": cell_values(height_cells, child),
        "height_within": height_within,
        "height_mean": cell_means(height_cells, height),
        "height_count": cell_counts(height_cells),
        "height_freedom": cell_freedom(height_cells),
        "height_constant": cell_constant(height_cells),
        "height_along": along_slopes(height_slopes, height),
        "mu_age_along": along_slopes(height_slopes, mu_age),
        "child_along": levels_along(height_slopes, child),
        "child_rows": rows_by_level(child, n_child),
        "n_child": n_child,
    }


def model_fast(
    mu_age: Array,  # (cell, 1) means
    child: Array,  # (cell,) int in [0, n_child)
    height_within: Array,  # (within,)
    height_mean: Array,  # (cell,)
    height_count: Array,  # (cell,) rows
    height_freedom: Array,  # () rows less cells
    height_constant: Array,  # () what these densities lack
    height_along: Array,  # (along,) along slopes
    mu_age_along: Array,  # (along, 1) along slopes
    child_along: Array,  # (along,) int in [0, n_child)
    *,
    n_child: int,
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
    mu = mu + mu_age @ mu_age_coef

    #    + random_effects(child, scale ~ HalfNormal(5))
    mu_child_scale = numpyro.sample("mu_child_scale", dist.HalfNormal(5.0))

    #    + random_slopes(age, by = child)
    mu_age_slope_scale = numpyro.sample(
        "mu_age_slope_scale",
        dist.HalfNormal(1.0).expand([1]).to_event(1),
    )
    mu_age_slope = numpyro.sample(
        "mu_age_slope",
        dist.Normal(0.0, mu_age_slope_scale).expand([n_child, 1]).to_event(2),
    )
    mu = mu + jnp.sum(mu_age * mu_age_slope[child], axis=-1)

    # height ~ gaussian(mu, sigma ~ HalfNormal(2))
    height_sigma = numpyro.sample("height_sigma", dist.HalfNormal(2.0))
    # mu_child_effect is integrated out of the means: see recover
    numpyro.factor(
        "height",
        means_log_density_around(
            height_mean, mu, height_sigma, height_count, mu_child_scale
        )
        + within_log_density(
            height_within, height_sigma, height_freedom, height_constant
        )
        + along_log_density(
            height_along
            - mu_age_along @ mu_age_coef
            - jnp.sum(mu_age_slope[child_along] * mu_age_along, axis=-1),
            height_sigma,
        ),
    )


def recover(
    mu_age: Array,  # (cell, 1) means
    child: Array,  # (cell,) int in [0, n_child)
    height_mean: Array,  # (cell,)
    height_count: Array,  # (cell,) rows
    child_rows: Array,  # (n_child,) rows of each level
    *,
    mu_intercept: Array,
    mu_age_coef: Array,
    mu_child_scale: Array,
    mu_age_slope: Array,
    height_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + mu_age @ mu_age_coef
    mu = mu + jnp.sum(mu_age * mu_age_slope[child], axis=-1)
    return {
        # normal prior times normal means
        "mu_child_effect": effect_given(
            height_mean,
            mu,
            height_sigma,
            height_count,
            child,
            mu_child_scale,
            child_rows,
        ),
    }
