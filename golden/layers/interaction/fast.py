# compress_gaussian: rows of harvest enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# whiten_coefficients: mu_intercept, mu_soil_coef, mu_weather_coef, mu_interaction_coef,
#     harvest_sigma in units of their posterior, by least squares
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    mu_soil: np.ndarray,  # (row, 2) nitrogen, phosphorus
    mu_weather: np.ndarray,  # (row, 3) rain, sun, wind
    mu_interaction_x: np.ndarray,  # (row, 2) nitrogen, phosphorus
    mu_interaction_z: np.ndarray,  # (row, 3) rain, sun, wind
    harvest: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_interaction_product = (
        mu_interaction_x[:, :, None] * mu_interaction_z[:, None, :]
    ).reshape(len(mu_interaction_x), -1)
    harvest_cells = Cells(harvest)
    harvest_within, mu_soil_within, mu_weather_within, mu_interaction_product_within = (
        cells_within(
            harvest_cells, harvest, mu_soil, mu_weather, mu_interaction_product
        )
    )
    return {
        "mu_soil": cell_means(harvest_cells, mu_soil),
        "mu_weather": cell_means(harvest_cells, mu_weather),
        "harvest_within": harvest_within,
        "mu_soil_within": mu_soil_within,
        "mu_weather_within": mu_weather_within,
        "mu_interaction_product_within": mu_interaction_product_within,
        "mu_interaction_product": cell_means(harvest_cells, mu_interaction_product),
        "harvest_mean": cell_means(harvest_cells, harvest),
        "harvest_count": cell_counts(harvest_cells),
        "harvest_freedom": cell_freedom(harvest_cells),
        "harvest_constant": cell_constant(harvest_cells),
    }


def model_fast(
    mu_soil: Array,  # (cell, 2) means
    mu_weather: Array,  # (cell, 3) means
    harvest_within: Array,  # (within,)
    mu_soil_within: Array,  # (within, 2)
    mu_weather_within: Array,  # (within, 3)
    mu_interaction_product_within: Array,  # (within, 6)
    mu_interaction_product: Array,  # (cell, 6) means
    harvest_mean: Array,  # (cell,)
    harvest_count: Array,  # (cell,) rows
    harvest_freedom: Array,  # () rows less cells
    harvest_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_soil_coef_at: Array,  # (2,) by least squares
    mu_soil_coef_by: Array,  # (2, value) for one unit of each z
    mu_weather_coef_at: Array,  # (3,) by least squares
    mu_weather_coef_by: Array,  # (3, value) for one unit of each z
    mu_interaction_coef_at: Array,  # (6,) by least squares
    mu_interaction_coef_by: Array,  # (6, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    harvest_sigma_at: Array,  # () by least squares
    harvest_sigma_width: Array,  # () of its logarithm
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

    #    + linear(soil)
    mu_soil_coef = mu_soil_coef_at + mu_soil_coef_by @ mu_standard
    numpyro.deterministic("mu_soil_coef", mu_soil_coef)
    numpyro.factor("mu_soil_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_soil_coef))
    mu = mu + mu_soil @ mu_soil_coef

    #    + linear(weather)
    mu_weather_coef = mu_weather_coef_at + mu_weather_coef_by @ mu_standard
    numpyro.deterministic("mu_weather_coef", mu_weather_coef)
    numpyro.factor(
        "mu_weather_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_weather_coef)
    )
    mu = mu + mu_weather @ mu_weather_coef

    #    + interaction(soil, weather)
    mu_interaction_scale = numpyro.sample("mu_interaction_scale", dist.HalfNormal(1.0))
    mu_interaction_coef = mu_interaction_coef_at + mu_interaction_coef_by @ mu_standard
    numpyro.deterministic("mu_interaction_coef", mu_interaction_coef)
    numpyro.factor(
        "mu_interaction_coef_prior",
        dist.Normal(0.0, mu_interaction_scale).log_prob(mu_interaction_coef),
    )
    mu = mu + mu_interaction_product @ mu_interaction_coef

    # harvest ~ gaussian(mu)
    harvest_sigma_standard = numpyro.sample(
        "harvest_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    harvest_sigma = harvest_sigma_at * jnp.exp(
        harvest_sigma_width * harvest_sigma_standard
    )
    numpyro.deterministic("harvest_sigma", harvest_sigma)
    numpyro.factor(
        "harvest_sigma_prior",
        dist.Exponential(1.0).log_prob(harvest_sigma)
        + jnp.log(harvest_sigma_width * harvest_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "harvest",
        means_log_density(harvest_mean, mu, harvest_sigma, harvest_count)
        + within_log_density(
            harvest_within
            - mu_soil_within @ mu_soil_coef
            - mu_weather_within @ mu_weather_coef
            - mu_interaction_product_within @ mu_interaction_coef,
            harvest_sigma,
            harvest_freedom,
            harvest_constant,
        ),
    )
