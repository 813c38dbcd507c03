# compress_gaussian: rows of temperature enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    mu_pressure: np.ndarray,  # (row, 1) pressure
    temperature: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    temperature_cells = Cells(temperature)
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
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(95, 10))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(95.0, 10.0))
    mu = mu_intercept

    #    + linear(standardize(pressure), coef ~ Normal(0, 5))
    mu_pressure_coef = numpyro.sample(
        "mu_pressure_coef",
        dist.Normal(0.0, 5.0).expand([1]).to_event(1),
    )
    mu = mu + mu_pressure @ mu_pressure_coef

    # temperature ~ gaussian(mu)
    temperature_sigma = numpyro.sample("temperature_sigma", dist.Exponential(1.0))
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
