# compress_gaussian: rows of log_price enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# whiten_coefficients: mu_intercept, mu_x_coef, log_price_sigma in units of their
#     posterior, by least squares
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    mu_x: np.ndarray,  # (row, 4) area, rooms, age, distance
    log_price: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_price_cells = Cells(log_price)
    log_price_within, mu_x_within = cells_within(log_price_cells, log_price, mu_x)
    return {
        "mu_x": cell_means(log_price_cells, mu_x),
        "log_price_within": log_price_within,
        "mu_x_within": mu_x_within,
        "log_price_mean": cell_means(log_price_cells, log_price),
        "log_price_count": cell_counts(log_price_cells),
        "log_price_freedom": cell_freedom(log_price_cells),
        "log_price_constant": cell_constant(log_price_cells),
    }


def model_fast(
    mu_x: Array,  # (cell, 4) means
    log_price_within: Array,  # (within,)
    mu_x_within: Array,  # (within, 4)
    log_price_mean: Array,  # (cell,)
    log_price_count: Array,  # (cell,) rows
    log_price_freedom: Array,  # () rows less cells
    log_price_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_x_coef_at: Array,  # (4,) by least squares
    mu_x_coef_by: Array,  # (4, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    log_price_sigma_at: Array,  # () by least squares
    log_price_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_standard = numpyro.sample(
        "mu_standard",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([mu_intercept_by.shape[0]])
        .to_event(1),
    )
    # all coefficients together: standard normal, as far as the rows tell
    numpyro.factor("mu_standard_volume", mu_standard_volume)
    mu_intercept = mu_intercept_at + mu_intercept_by @ mu_standard
    numpyro.deterministic("mu_intercept", mu_intercept)
    numpyro.factor("mu_intercept_prior", dist.Normal(0.0, 1.0).log_prob(mu_intercept))
    mu = mu_intercept

    #    + adaptive(standardize(x))
    mu_x_scale = numpyro.sample("mu_x_scale", dist.HalfNormal(1.0))
    mu_x_coef = mu_x_coef_at + mu_x_coef_by @ mu_standard
    numpyro.deterministic("mu_x_coef", mu_x_coef)
    numpyro.factor("mu_x_coef_prior", dist.Normal(0.0, mu_x_scale).log_prob(mu_x_coef))
    mu = mu + mu_x @ mu_x_coef

    # log_price ~ gaussian(mu)
    log_price_sigma_standard = numpyro.sample(
        "log_price_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    log_price_sigma = log_price_sigma_at * jnp.exp(
        log_price_sigma_width * log_price_sigma_standard
    )
    numpyro.deterministic("log_price_sigma", log_price_sigma)
    numpyro.factor(
        "log_price_sigma_prior",
        dist.Exponential(1.0).log_prob(log_price_sigma)
        + jnp.log(log_price_sigma_width * log_price_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "log_price",
        means_log_density(log_price_mean, mu, log_price_sigma, log_price_count)
        + within_log_density(
            log_price_within - mu_x_within @ mu_x_coef,
            log_price_sigma,
            log_price_freedom,
            log_price_constant,
        ),
    )
