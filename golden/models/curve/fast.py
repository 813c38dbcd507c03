# compress_gaussian: rows of y enter by their mean and the R factor of what differs from
#     it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# whiten_coefficients: x_part_x_coef, x_part_adaptive_coef, mu_intercept,
#     mu_cubic_z_coef, mu_cubic_adaptive_coef, y_sigma in units of their posterior, by
#     least squares
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    x_part_x: np.ndarray,  # (row, 1) x
    x_part_adaptive: np.ndarray,  # (row, 2) x^2, x^3
    mu_cubic_z: np.ndarray,  # (row, 1) z
    mu_cubic_adaptive: np.ndarray,  # (row, 2) z^2, z^3
    y: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    y_cells = Cells(y)
    (
        y_within,
        x_part_x_within,
        x_part_adaptive_within,
        mu_cubic_z_within,
        mu_cubic_adaptive_within,
    ) = cells_within(
        y_cells, y, x_part_x, x_part_adaptive, mu_cubic_z, mu_cubic_adaptive
    )
    return {
        "x_part_x": cell_means(y_cells, x_part_x),
        "x_part_adaptive": cell_means(y_cells, x_part_adaptive),
        "mu_cubic_z": cell_means(y_cells, mu_cubic_z),
        "mu_cubic_adaptive": cell_means(y_cells, mu_cubic_adaptive),
        "y_within": y_within,
        "x_part_x_within": x_part_x_within,
        "x_part_adaptive_within": x_part_adaptive_within,
        "mu_cubic_z_within": mu_cubic_z_within,
        "mu_cubic_adaptive_within": mu_cubic_adaptive_within,
        "y_mean": cell_means(y_cells, y),
        "y_count": cell_counts(y_cells),
        "y_freedom": cell_freedom(y_cells),
        "y_constant": cell_constant(y_cells),
    }


def model_fast(
    x_part_x: Array,  # (cell, 1) means
    x_part_adaptive: Array,  # (cell, 2) means
    mu_cubic_z: Array,  # (cell, 1) means
    mu_cubic_adaptive: Array,  # (cell, 2) means
    y_within: Array,  # (within,)
    x_part_x_within: Array,  # (within, 1)
    x_part_adaptive_within: Array,  # (within, 2)
    mu_cubic_z_within: Array,  # (within, 1)
    mu_cubic_adaptive_within: Array,  # (within, 2)
    y_mean: Array,  # (cell,)
    y_count: Array,  # (cell,) rows
    y_freedom: Array,  # () rows less cells
    y_constant: Array,  # () what these densities lack
    x_part_x_coef_at: Array,  # (1,) by least squares
    x_part_x_coef_by: Array,  # (1, column) for one unit of each z
    x_part_adaptive_coef_at: Array,  # (2,) by least squares
    x_part_adaptive_coef_by: Array,  # (2, column) for one unit of each z
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (column,) for one unit of each z
    mu_cubic_z_coef_at: Array,  # (1,) by least squares
    mu_cubic_z_coef_by: Array,  # (1, column) for one unit of each z
    mu_cubic_adaptive_coef_at: Array,  # (2,) by least squares
    mu_cubic_adaptive_coef_by: Array,  # (2, column) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    y_sigma_at: Array,  # () by least squares
    y_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # x_part = cubic(x)
    mu_standard = numpyro.sample(
        "mu_standard",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([x_part_x_coef_by.shape[1]])
        .to_event(1),
    )
    # all coefficients together: standard normal, as far as the rows tell
    numpyro.factor("mu_standard_volume", mu_standard_volume)
    x_part_x_coef = x_part_x_coef_at + x_part_x_coef_by @ mu_standard
    numpyro.deterministic("x_part_x_coef", x_part_x_coef)
    numpyro.factor("x_part_x_coef_prior", dist.Normal(0.0, 2.0).log_prob(x_part_x_coef))
    x_part_adaptive_scale = numpyro.sample(
        "x_part_adaptive_scale", dist.HalfNormal(1.0)
    )
    x_part_adaptive_coef = (
        x_part_adaptive_coef_at + x_part_adaptive_coef_by @ mu_standard
    )
    numpyro.deterministic("x_part_adaptive_coef", x_part_adaptive_coef)
    numpyro.factor(
        "x_part_adaptive_coef_prior",
        dist.Normal(0.0, x_part_adaptive_scale).log_prob(x_part_adaptive_coef),
    )
    x_part = x_part_x @ x_part_x_coef + x_part_adaptive @ x_part_adaptive_coef

    # mu = intercept()
    mu_intercept = mu_intercept_at + mu_intercept_by @ mu_standard
    numpyro.deterministic("mu_intercept", mu_intercept)
    numpyro.factor("mu_intercept_prior", dist.Normal(0.0, 1.0).log_prob(mu_intercept))
    mu = mu_intercept

    #    + x_part
    mu = mu + x_part

    #    + cubic(z)
    mu_cubic_z_coef = mu_cubic_z_coef_at + mu_cubic_z_coef_by @ mu_standard
    numpyro.deterministic("mu_cubic_z_coef", mu_cubic_z_coef)
    numpyro.factor(
        "mu_cubic_z_coef_prior", dist.Normal(0.0, 2.0).log_prob(mu_cubic_z_coef)
    )
    mu_cubic_adaptive_scale = numpyro.sample(
        "mu_cubic_adaptive_scale", dist.HalfNormal(1.0)
    )
    mu_cubic_adaptive_coef = (
        mu_cubic_adaptive_coef_at + mu_cubic_adaptive_coef_by @ mu_standard
    )
    numpyro.deterministic("mu_cubic_adaptive_coef", mu_cubic_adaptive_coef)
    numpyro.factor(
        "mu_cubic_adaptive_coef_prior",
        dist.Normal(0.0, mu_cubic_adaptive_scale).log_prob(mu_cubic_adaptive_coef),
    )
    mu = mu + mu_cubic_z @ mu_cubic_z_coef + mu_cubic_adaptive @ mu_cubic_adaptive_coef

    # y ~ gaussian(mu)
    y_sigma_standard = numpyro.sample(
        "y_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    y_sigma = y_sigma_at * jnp.exp(y_sigma_width * y_sigma_standard)
    numpyro.deterministic("y_sigma", y_sigma)
    numpyro.factor(
        "y_sigma_prior",
        dist.Exponential(1.0).log_prob(y_sigma) + jnp.log(y_sigma_width * y_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "y",
        means_log_density(y_mean, mu, y_sigma, y_count)
        + within_log_density(
            y_within
            - x_part_x_within @ x_part_x_coef
            - x_part_adaptive_within @ x_part_adaptive_coef
            - mu_cubic_z_within @ mu_cubic_z_coef
            - mu_cubic_adaptive_within @ mu_cubic_adaptive_coef,
            y_sigma,
            y_freedom,
            y_constant,
        ),
    )
