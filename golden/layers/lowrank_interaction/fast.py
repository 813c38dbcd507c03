# low_rank_forms: one form is linear in products of columns, by which rows compress
# compress_gaussian: rows of biomass enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# not whiten_coefficients: a coefficient is not sampled by itself, on the whole line
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_trait: np.ndarray,  # (row, 3) leaf, root, stem
    mu_climate: np.ndarray,  # (row, 3) warmth, rain, light
    mu_lowrank_interaction_x: np.ndarray,  # (row, 3) leaf, root, stem
    mu_lowrank_interaction_z: np.ndarray,  # (row, 3) warmth, rain, light
    biomass: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_lowrank_interaction_x_mu_lowrank_interaction_z_products = (
        mu_lowrank_interaction_x[:, :, None] * mu_lowrank_interaction_z[:, None, :]
    ).reshape(mu_lowrank_interaction_x.shape[0], -1)
    biomass_cells = Cells(biomass.shape[0])
    (
        biomass_within,
        mu_trait_within,
        mu_climate_within,
        mu_lowrank_interaction_x_mu_lowrank_interaction_z_products_within,
    ) = cells_within(
        biomass_cells,
        biomass,
        mu_trait,
        mu_climate,
        mu_lowrank_interaction_x_mu_lowrank_interaction_z_products,
    )
    return {
        "mu_trait": cell_means(biomass_cells, mu_trait),
        "mu_climate": cell_means(biomass_cells, mu_climate),
        "biomass_within": biomass_within,
        "mu_trait_within": mu_trait_within,
        "mu_climate_within": mu_climate_within,
        "mu_lowrank_interaction_x_mu_lowrank_interaction_z_products_within": mu_lowrank_interaction_x_mu_lowrank_interaction_z_products_within,
        "mu_lowrank_interaction_x_mu_lowrank_interaction_z_products": cell_means(
            biomass_cells, mu_lowrank_interaction_x_mu_lowrank_interaction_z_products
        ),
        "biomass_mean": cell_means(biomass_cells, biomass),
        "biomass_count": cell_counts(biomass_cells),
        "biomass_freedom": cell_freedom(biomass_cells),
        "biomass_constant": cell_constant(biomass_cells),
    }


def model_fast(
    mu_trait: Array,  # (cell, 3) means
    mu_climate: Array,  # (cell, 3) means
    biomass_within: Array,  # (within,)
    mu_trait_within: Array,  # (within, 3)
    mu_climate_within: Array,  # (within, 3)
    # (within, 9)
    mu_lowrank_interaction_x_mu_lowrank_interaction_z_products_within: Array,
    # (cell, 9) means
    mu_lowrank_interaction_x_mu_lowrank_interaction_z_products: Array,
    biomass_mean: Array,  # (cell,)
    biomass_count: Array,  # (cell,) rows
    biomass_freedom: Array,  # () rows less cells
    biomass_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(trait)
    mu_trait_coef = numpyro.sample(
        "mu_trait_coef",
        dist.Normal(0.0, 1.0).expand([3]).to_event(1),
    )
    mu = mu + mu_trait @ mu_trait_coef

    #    + linear(climate)
    mu_climate_coef = numpyro.sample(
        "mu_climate_coef",
        dist.Normal(0.0, 1.0).expand([3]).to_event(1),
    )
    mu = mu + mu_climate @ mu_climate_coef

    #    + lowrank_interaction(trait, climate, rank = 1)
    mu_lowrank_interaction_left_scale = numpyro.sample(
        "mu_lowrank_interaction_left_scale", dist.HalfNormal(1.0)
    )
    mu_lowrank_interaction_left = numpyro.sample(
        "mu_lowrank_interaction_left",
        dist.Normal(0.0, mu_lowrank_interaction_left_scale).expand([3, 1]).to_event(2),
    )
    mu_lowrank_interaction_right_scale = numpyro.sample(
        "mu_lowrank_interaction_right_scale", dist.HalfNormal(1.0)
    )
    mu_lowrank_interaction_right = numpyro.sample(
        "mu_lowrank_interaction_right",
        dist.Normal(0.0, mu_lowrank_interaction_right_scale).expand([3, 1]).to_event(2),
    )
    mu = (
        mu
        + mu_lowrank_interaction_x_mu_lowrank_interaction_z_products
        @ weights_of_pairs(mu_lowrank_interaction_left, mu_lowrank_interaction_right)
    )

    # biomass ~ gaussian(mu)
    biomass_sigma = numpyro.sample("biomass_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "biomass",
        means_log_density(biomass_mean, mu, biomass_sigma, biomass_count)
        + within_log_density(
            biomass_within
            - mu_trait_within @ mu_trait_coef
            - mu_climate_within @ mu_climate_coef
            - mu_lowrank_interaction_x_mu_lowrank_interaction_z_products_within
            @ weights_of_pairs(
                mu_lowrank_interaction_left, mu_lowrank_interaction_right
            ),
            biomass_sigma,
            biomass_freedom,
            biomass_constant,
        ),
    )
