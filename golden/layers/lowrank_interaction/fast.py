# not compress_gaussian: the predictor is not linear in its columns, given the levels of
#     a row
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: biomass is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_trait, mu_climate held by column
# not sum_to_zero: no predictor has an intercept and effects of several groupings


def prepare(
    mu_trait: np.ndarray,  # (row, 3) leaf, root, stem
    mu_climate: np.ndarray,  # (row, 3) warmth, rain, light
    mu_lowrank_interaction_x: np.ndarray,  # (row, 3) leaf, root, stem
    mu_lowrank_interaction_z: np.ndarray,  # (row, 3) warmth, rain, light
    biomass: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_trait": by_column(mu_trait),
        "mu_climate": by_column(mu_climate),
        "mu_lowrank_interaction_x": mu_lowrank_interaction_x,
        "mu_lowrank_interaction_z": mu_lowrank_interaction_z,
        "biomass": biomass,
    }


def model_fast(
    mu_trait: Array,  # (3, row) leaf, root, stem
    mu_climate: Array,  # (3, row) warmth, rain, light
    mu_lowrank_interaction_x: Array,  # (row, 3) leaf, root, stem
    mu_lowrank_interaction_z: Array,  # (row, 3) warmth, rain, light
    biomass: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_trait.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(trait)
    mu_trait_coef = numpyro.sample(
        "mu_trait_coef",
        dist.Normal(0.0, 1.0).expand([3]).to_event(1),
    )
    mu = mu + mu_trait_coef @ mu_trait

    #    + linear(climate)
    mu_climate_coef = numpyro.sample(
        "mu_climate_coef",
        dist.Normal(0.0, 1.0).expand([3]).to_event(1),
    )
    mu = mu + mu_climate_coef @ mu_climate

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
    mu = mu + jnp.sum(
        (mu_lowrank_interaction_x @ mu_lowrank_interaction_left)
        * (mu_lowrank_interaction_z @ mu_lowrank_interaction_right),
        axis=-1,
    )

    # biomass ~ gaussian(mu)
    biomass_sigma = numpyro.sample("biomass_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("biomass", dist.Normal(mu, biomass_sigma), obs=biomass)
