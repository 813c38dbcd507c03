# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of hours enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_age_coef, hours_sigma in units of their
#     posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    hours: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_hours = np.log(hours)
    hours_cells = Cells(log_hours.shape[0])
    log_hours_within, mu_age_within = cells_within(hours_cells, log_hours, mu_age)
    return {
        "mu_age": cell_means(hours_cells, mu_age),
        "log_hours_within": log_hours_within,
        "mu_age_within": mu_age_within,
        "hours_mean": cell_means(hours_cells, log_hours),
        "hours_count": cell_counts(hours_cells),
        "hours_freedom": cell_freedom(hours_cells),
        "hours_constant": cell_constant(hours_cells, log_hours),
    }


def model_fast(
    mu_age: Array,  # (cell, 1) means
    log_hours_within: Array,  # (within,)
    mu_age_within: Array,  # (within, 1)
    hours_mean: Array,  # (cell,)
    hours_count: Array,  # (cell,) rows
    hours_freedom: Array,  # () rows less cells
    hours_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_age_coef_at: Array,  # (1,) by least squares
    mu_age_coef_by: Array,  # (1, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    hours_sigma_at: Array,  # () by least squares
    hours_sigma_width: Array,  # () of its logarithm
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

    #    + linear(standardize(age))
    mu_age_coef = mu_age_coef_at + mu_age_coef_by @ mu_standard
    numpyro.deterministic("mu_age_coef", mu_age_coef)
    numpyro.factor("mu_age_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_age_coef))
    mu = mu + mu_age @ mu_age_coef

    # hours ~ lognormal(mu)
    hours_sigma_standard = numpyro.sample(
        "hours_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    hours_sigma = hours_sigma_at * jnp.exp(hours_sigma_width * hours_sigma_standard)
    numpyro.deterministic("hours_sigma", hours_sigma)
    numpyro.factor(
        "hours_sigma_prior",
        dist.Exponential(1.0).log_prob(hours_sigma)
        + jnp.log(hours_sigma_width * hours_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "hours",
        means_log_density(hours_mean, mu, hours_sigma, hours_count)
        + within_log_density(
            log_hours_within - mu_age_within @ mu_age_coef,
            hours_sigma,
            hours_freedom,
            hours_constant,
        ),
    )
