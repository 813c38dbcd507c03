# not compress_gaussian: the predictor is not linear in its columns, given the levels of
#     a row
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: mu_child_effect by what the rows of a level say of it, and
#     carries mu_intercept
# not aggregate_rows: height is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# not lay_out_rows: no design is read by a product with coefficients alone


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    child: np.ndarray,  # (row,) int in [0, n_child)
    height: np.ndarray,  # (row,)
    *,
    n_child: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_child_effect_by_level = means_by_level(height, child, n_child)
    mu_child_effect_pilot = pilot_scale(mu_child_effect_by_level)
    return {
        "mu_age": mu_age,
        "child": child,
        "height": height,
        "mu_child_effect_pilot": mu_child_effect_pilot,
        "mu_child_effect_share": centring(
            mu_child_effect_by_level, mu_child_effect_pilot
        ),
        "mu_child_effect_middle": pilot_middle(
            mu_child_effect_by_level, mu_child_effect_pilot
        ),
        "n_child": n_child,
    }


def model_fast(
    mu_age: Array,  # (row, 1) age
    child: Array,  # (row,) int in [0, n_child)
    height: Array,  # (row,)
    mu_child_effect_pilot: Array,  # () about the scale
    mu_child_effect_share: Array,  # (n_child,) of each level, 0 to 1
    mu_child_effect_middle: Array,  # () about the mean of the levels
    *,
    n_child: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_age.shape[0]

    # mu = intercept(coef ~ Normal(100, 20))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(100.0, 20.0))
    mu = mu_intercept

    #    + linear(age, coef ~ Normal(6, 2))
    mu_age_coef = numpyro.sample(
        "mu_age_coef",
        dist.Normal(6.0, 2.0).expand([1]).to_event(1),
    )
    mu = mu + mu_age @ mu_age_coef

    #    + random_effects(child, scale ~ HalfNormal(5))
    mu_child_scale = numpyro.sample("mu_child_scale", dist.HalfNormal(5.0))
    # mu_child_effect is centred in levels of share 1, non-centred in those of share 0
    mu_child_effect_stretch = mu_child_effect_pilot * jnp.exp(
        (1.0 - mu_child_effect_share) * jnp.log(mu_child_scale / mu_child_effect_pilot)
    )
    mu_child_effect_z = numpyro.sample(
        "mu_child_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_child])
        .to_event(1),
    )
    mu_child_effect = (
        mu_child_effect_stretch * mu_child_effect_z
        - mu_child_effect_share * (mu_intercept - mu_child_effect_middle)
    )
    numpyro.deterministic("mu_child_effect", mu_child_effect)
    numpyro.factor(
        "mu_child_effect_prior",
        dist.Normal(0.0, mu_child_scale).log_prob(mu_child_effect)
        + jnp.log(mu_child_effect_stretch),
    )
    mu = mu + mu_child_effect[child]

    #    + random_slopes(age, by = child)
    mu_age_slope_scale = numpyro.sample(
        "mu_age_slope_scale",
        dist.HalfNormal(1.0).expand([1]).to_event(1),
    )
    mu_age_slope = numpyro.sample(
        "mu_age_slope",
        dist.Normal(0.0, mu_age_slope_scale).expand([n_child, 1]).to_event(2),
    )
    mu = mu + jnp.sum(mu_age * mu_age_slope[child], axis=-1)

    # height ~ gaussian(mu, sigma ~ HalfNormal(2))
    height_sigma = numpyro.sample("height_sigma", dist.HalfNormal(2.0))
    with numpyro.plate("row", rows):
        numpyro.sample("height", dist.Normal(mu, height_sigma), obs=height)
