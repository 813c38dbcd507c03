# not low_rank_forms: rows compress, with the products of columns
# compress_gaussian: rows of harvest enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_soil_coef, mu_weather_coef, mu_interaction_coef are
#     integrated out, and drawn back by recover
# not whiten_coefficients: mu_intercept, mu_soil_coef, mu_weather_coef,
#     mu_interaction_coef are integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_soil: np.ndarray,  # (row, 2) nitrogen, phosphorus
    mu_weather: np.ndarray,  # (row, 3) rain, sun, wind
    mu_interaction_x: np.ndarray,  # (row, 2) nitrogen, phosphorus
    mu_interaction_z: np.ndarray,  # (row, 3) rain, sun, wind
    harvest: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    mu_interaction_product = (
        mu_interaction_x[:, :, None] * mu_interaction_z[:, None, :]
    ).reshape(mu_interaction_x.shape[0], -1)
    harvest_cells = Cells(harvest.shape[0])
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
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()

    #    + linear(soil)

    #    + linear(weather)

    #    + interaction(soil, weather)
    mu_interaction_scale = numpyro.sample("mu_interaction_scale", dist.HalfNormal(1.0))

    # harvest ~ gaussian(mu)
    harvest_sigma = numpyro.sample("harvest_sigma", dist.Exponential(1.0))
    # mu_intercept, mu_soil_coef, mu_weather_coef, mu_interaction_coef are integrated
    #   out: see recover
    numpyro.factor(
        "harvest",
        collapsed_log_density(
            harvest_freedom,
            harvest_constant,
            harvest_mean,
            0.0,
            harvest_within,
            harvest_count,
            harvest_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_soil, mu_soil_within, 0.0, 1.0),
            Block(mu_weather, mu_weather_within, 0.0, 1.0),
            Block(
                mu_interaction_product,
                mu_interaction_product_within,
                0.0,
                mu_interaction_scale,
            ),
        ),
    )


def recover(
    mu_soil: Array,  # (cell, 2) means
    mu_weather: Array,  # (cell, 3) means
    harvest_within: Array,  # (within,)
    mu_soil_within: Array,  # (within, 2)
    mu_weather_within: Array,  # (within, 3)
    mu_interaction_product_within: Array,  # (within, 6)
    mu_interaction_product: Array,  # (cell, 6) means
    harvest_mean: Array,  # (cell,)
    harvest_count: Array,  # (cell,) rows
    *,
    mu_interaction_scale: Array,
    harvest_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""

    return {
        # normal priors times a normal density around what is linear in them
        (
            "mu_intercept",
            "mu_soil_coef",
            "mu_weather_coef",
            "mu_interaction_coef",
        ): coefficients_given(
            harvest_mean,
            0.0,
            harvest_within,
            harvest_count,
            harvest_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_soil, mu_soil_within, 0.0, 1.0),
            Block(mu_weather, mu_weather_within, 0.0, 1.0),
            Block(
                mu_interaction_product,
                mu_interaction_product_within,
                0.0,
                mu_interaction_scale,
            ),
        ),
    }
