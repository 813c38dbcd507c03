# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of temperature enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_pressure_coef, temperature_sigma in units of
#     their posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_pressure: np.ndarray,  # (row, 1) pressure
    temperature: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    temperature_cells = Cells(temperature.shape[0])
    temperature_within, mu_pressure_within = cells_within(
        temperature_cells, temperature, mu_pressure
    )
    return {
        "mu_pressure": cell_means(temperature_cells, mu_pressure),
        "temperature_within": temperature_within,
        "mu_pressure_within": mu_pressure_within,
        "temperature_mean": cell_means(temperature_cells, temperature),
        "temperature_count": cell_counts(temperature_cells),
        "temperature_freedom": cell_freedom(temperature_cells),
        "temperature_constant": cell_constant(temperature_cells),
    }


def model_fast(
    mu_pressure: Array,  # (cell, 1) means
    temperature_within: Array,  # (within,)
    mu_pressure_within: Array,  # (within, 1)
    temperature_mean: Array,  # (cell,)
    temperature_count: Array,  # (cell,) rows
    temperature_freedom: Array,  # () rows less cells
    temperature_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_pressure_coef_at: Array,  # (1,) by least squares
    mu_pressure_coef_by: Array,  # (1, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    temperature_sigma_at: Array,  # () by least squares
    temperature_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(95, 10))
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
    numpyro.factor("mu_intercept_prior", dist.Normal(95.0, 10.0).log_prob(mu_intercept))
    mu = mu_intercept

    #    + linear(standardize(pressure), coef ~ Normal(0, 5))
    mu_pressure_coef = mu_pressure_coef_at + mu_pressure_coef_by @ mu_standard
    numpyro.deterministic("mu_pressure_coef", mu_pressure_coef)
    numpyro.factor(
        "mu_pressure_coef_prior", dist.Normal(0.0, 5.0).log_prob(mu_pressure_coef)
    )
    mu = mu + mu_pressure @ mu_pressure_coef

    # temperature ~ gaussian(mu)
    temperature_sigma_standard = numpyro.sample(
        "temperature_sigma_standard",
        dist.ImproperUniform(dist.constraints.real, (), ()),
    )
    temperature_sigma = temperature_sigma_at * jnp.exp(
        temperature_sigma_width * temperature_sigma_standard
    )
    numpyro.deterministic("temperature_sigma", temperature_sigma)
    numpyro.factor(
        "temperature_sigma_prior",
        dist.Exponential(1.0).log_prob(temperature_sigma)
        + jnp.log(temperature_sigma_width * temperature_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "temperature",
        means_log_density(temperature_mean, mu, temperature_sigma, temperature_count)
        + within_log_density(
            temperature_within - mu_pressure_within @ mu_pressure_coef,
            temperature_sigma,
            temperature_freedom,
            temperature_constant,
        ),
    )
