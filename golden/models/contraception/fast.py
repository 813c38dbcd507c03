# not low_rank_forms: no products of columns are read
# not compress_gaussian: use is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: mu_district_effect by what the rows of a level say of it, and
#     carries mu_intercept
# centre_slopes: mu_urban_slope by what the rows of a level say of it, and carries
#     mu_linear_coef
# aggregate_rows: a cell of rows that are equal in all inputs enters by its successes
#     and trials
# hoist_constants: a logarithm and its slope are made of one exponential
# lay_out_rows: mu_linear held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, 5) decades, urban, children
    district: np.ndarray,  # (row,) int in [0, n_district)
    mu_urban: np.ndarray,  # (row, 1) urban
    use: np.ndarray,  # (row,)
    *,
    n_district: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_district_effect_by_level = beside_columns(
        log_odds_by_level(use, district, n_district), district, mu_linear
    )
    mu_district_effect_pilot = pilot_scale(mu_district_effect_by_level)
    mu_urban_slope_by_level = slopes_by_level(
        log_odds_residuals(use, district, n_district), district, n_district, mu_urban
    )
    mu_urban_slope_pilot = slope_pilots(mu_urban_slope_by_level)
    use_cells = Cells(use.shape[0], mu_linear, district, mu_urban)
    return {
        "mu_linear": by_column(cell_values(use_cells, mu_linear)),
        "district": cell_values(use_cells, district),
        "mu_urban": cell_values(use_cells, mu_urban),
        "mu_district_effect_pilot": mu_district_effect_pilot,
        "mu_district_effect_share": centring(
            mu_district_effect_by_level, mu_district_effect_pilot
        ),
        "mu_district_effect_middle": pilot_middle(
            mu_district_effect_by_level, mu_district_effect_pilot
        ),
        "mu_urban_slope_pilot": mu_urban_slope_pilot,
        "mu_urban_slope_share": slope_centring(
            mu_urban_slope_by_level, mu_urban_slope_pilot
        ),
        "mu_urban_slope_middle": slope_middles(
            mu_urban_slope_by_level, mu_urban_slope_pilot
        ),
        "use_successes": cell_sums(use_cells, use),
        "use_trials": cell_counts(use_cells),
        "n_district": n_district,
    }


def model_fast(
    mu_linear: Array,  # (5, cell) decades, urban, children
    district: Array,  # (cell,) int in [0, n_district)
    mu_urban: Array,  # (cell, 1) urban
    mu_district_effect_pilot: Array,  # () about the scale
    mu_district_effect_share: Array,  # (n_district,) of each level, 0 to 1
    mu_district_effect_middle: Array,  # () about the mean of the levels
    mu_urban_slope_pilot: Array,  # (1,) about the scales
    mu_urban_slope_share: Array,  # (n_district, 1) of each level, 0 to 1
    mu_urban_slope_middle: Array,  # (1,) about the mean of the levels
    use_successes: Array,  # (cell,) rows of 1
    use_trials: Array,  # (cell,) rows
    *,
    n_district: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(decades, urban, children)
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([5]).to_event(1),
    )
    mu = mu + mu_linear_coef @ mu_linear

    #    + random_effects(district)
    mu_district_scale = numpyro.sample("mu_district_scale", dist.HalfNormal(1.0))
    # mu_district_effect is centred in levels of share 1, non-centred in those of share
    #   0
    mu_district_effect_stretch = mu_district_effect_pilot * jnp.exp(
        (1.0 - mu_district_effect_share)
        * jnp.log(mu_district_scale / mu_district_effect_pilot)
    )
    mu_district_effect_z = numpyro.sample(
        "mu_district_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_district])
        .to_event(1),
    )
    mu_district_effect = (
        mu_district_effect_stretch * mu_district_effect_z
        - mu_district_effect_share * (mu_intercept - mu_district_effect_middle)
    )
    numpyro.deterministic("mu_district_effect", mu_district_effect)
    numpyro.factor(
        "mu_district_effect_prior",
        dist.Normal(0.0, mu_district_scale).log_prob(mu_district_effect)
        + jnp.log(mu_district_effect_stretch),
    )
    mu = mu + mu_district_effect[district]

    #    + random_slopes(urban, by = district)
    mu_urban_slope_scale = numpyro.sample(
        "mu_urban_slope_scale",
        dist.HalfNormal(1.0).expand([1]).to_event(1),
    )
    # mu_urban_slope is centred in levels of share 1, non-centred in those of share 0
    mu_urban_slope_stretch = mu_urban_slope_pilot * jnp.exp(
        (1.0 - mu_urban_slope_share)
        * jnp.log(mu_urban_slope_scale / mu_urban_slope_pilot)
    )
    mu_urban_slope_z = numpyro.sample(
        "mu_urban_slope_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_district, 1])
        .to_event(2),
    )
    mu_urban_slope = (
        mu_urban_slope_stretch * mu_urban_slope_z
        - mu_urban_slope_share
        * (jnp.array([mu_linear_coef[1]]) - mu_urban_slope_middle)
    )
    numpyro.deterministic("mu_urban_slope", mu_urban_slope)
    numpyro.factor(
        "mu_urban_slope_prior",
        dist.Normal(0.0, mu_urban_slope_scale).log_prob(mu_urban_slope)
        + jnp.log(mu_urban_slope_stretch),
    )
    mu = mu + jnp.sum(mu_urban * mu_urban_slope[district], axis=-1)

    # use ~ bernoulli(mu)
    # cells of equal rows: each enters by its successes and trials
    numpyro.factor("use", successes_log_density(mu, use_successes, use_trials))
