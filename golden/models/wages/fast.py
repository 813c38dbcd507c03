# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of log_wage enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_linear_coef, log_wage_sigma in units of their
#     posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, column) sex, region, z, sex:z
    log_wage: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_wage_cells = Cells(log_wage.shape[0])
    log_wage_within, mu_linear_within = cells_within(
        log_wage_cells, log_wage, mu_linear
    )
    return {
        "mu_linear": cell_means(log_wage_cells, mu_linear),
        "log_wage_within": log_wage_within,
        "mu_linear_within": mu_linear_within,
        "log_wage_mean": cell_means(log_wage_cells, log_wage),
        "log_wage_count": cell_counts(log_wage_cells),
        "log_wage_freedom": cell_freedom(log_wage_cells),
        "log_wage_constant": cell_constant(log_wage_cells),
    }


def model_fast(
    mu_linear: Array,  # (cell, column) means
    log_wage_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, column)
    log_wage_mean: Array,  # (cell,)
    log_wage_count: Array,  # (cell,) rows
    log_wage_freedom: Array,  # () rows less cells
    log_wage_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_linear_coef_at: Array,  # (column,) by least squares
    mu_linear_coef_by: Array,  # (column, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    log_wage_sigma_at: Array,  # () by least squares
    log_wage_sigma_width: Array,  # () of its logarithm
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

    #    + linear(sex, region, z, sex:z)
    mu_linear_coef = mu_linear_coef_at + mu_linear_coef_by @ mu_standard
    numpyro.deterministic("mu_linear_coef", mu_linear_coef)
    numpyro.factor(
        "mu_linear_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_linear_coef)
    )
    mu = mu + mu_linear @ mu_linear_coef

    # log_wage ~ gaussian(mu)
    log_wage_sigma_standard = numpyro.sample(
        "log_wage_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    log_wage_sigma = log_wage_sigma_at * jnp.exp(
        log_wage_sigma_width * log_wage_sigma_standard
    )
    numpyro.deterministic("log_wage_sigma", log_wage_sigma)
    numpyro.factor(
        "log_wage_sigma_prior",
        dist.Exponential(1.0).log_prob(log_wage_sigma)
        + jnp.log(log_wage_sigma_width * log_wage_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "log_wage",
        means_log_density(log_wage_mean, mu, log_wage_sigma, log_wage_count)
        + within_log_density(
            log_wage_within - mu_linear_within @ mu_linear_coef,
            log_wage_sigma,
            log_wage_freedom,
            log_wage_constant,
        ),
    )
