# not low_rank_forms: no products of columns are read
# not compress_gaussian: there are several responses
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: mu_village_effect by what the rows of a level say of it
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: there are several responses
# hoist_constants: log gammas are computed for the counts that occur, not for each row
# lay_out_rows: mu_height, mu_adaptive, visits_age held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_height: np.ndarray,  # (row, 1) height
    sd_weight: np.ndarray,  # () sd(weight)
    mu_height_sd: np.ndarray,  # (1,) sd of each column
    mu_adaptive: np.ndarray,  # (row, 2) height, age
    mu_adaptive_sd: np.ndarray,  # (2,) sd of each column
    village: np.ndarray,  # (row,) int in [0, n_village)
    mean_weight: np.ndarray,  # () mean(weight)
    mu_height_mean: np.ndarray,  # (1,) mean of each column
    mu_adaptive_mean: np.ndarray,  # (2,) mean of each column
    visits_age: np.ndarray,  # (row, 1) age
    visits_age_sd: np.ndarray,  # (1,) sd of each column
    mean_visits: np.ndarray,  # () mean(visits)
    visits_age_mean: np.ndarray,  # (1,) mean of each column
    weight: np.ndarray,  # (row,)
    visits: np.ndarray,  # (row,)
    *,
    n_village: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_village_effect_by_level = beside_columns(
        means_by_level(weight, village, n_village), village, mu_height, mu_adaptive
    )
    mu_village_effect_pilot = pilot_scale(mu_village_effect_by_level)
    visits_distinct, visits_times, visits_constant = distinct_counts(visits)
    return {
        "mu_height": by_column(mu_height),
        "sd_weight": sd_weight,
        "mu_height_sd": mu_height_sd,
        "mu_adaptive": by_column(mu_adaptive),
        "mu_adaptive_sd": mu_adaptive_sd,
        "village": village,
        "mean_weight": mean_weight,
        "mu_height_mean": mu_height_mean,
        "mu_adaptive_mean": mu_adaptive_mean,
        "weight": weight,
        "visits_age": by_column(visits_age),
        "visits_age_sd": visits_age_sd,
        "mean_visits": mean_visits,
        "visits_age_mean": visits_age_mean,
        "visits": visits,
        "mu_village_effect_pilot": mu_village_effect_pilot,
        "mu_village_effect_share": centring(
            mu_village_effect_by_level, mu_village_effect_pilot
        ),
        "visits_distinct": visits_distinct,
        "visits_times": visits_times,
        "visits_constant": visits_constant,
        "n_village": n_village,
    }


def model_fast(
    mu_height: Array,  # (1, row) height
    sd_weight: Array,  # () sd(weight)
    mu_height_sd: Array,  # (1,) sd of each column
    mu_adaptive: Array,  # (2, row) height, age
    mu_adaptive_sd: Array,  # (2,) sd of each column
    village: Array,  # (row,) int in [0, n_village)
    mean_weight: Array,  # () mean(weight)
    mu_height_mean: Array,  # (1,) mean of each column
    mu_adaptive_mean: Array,  # (2,) mean of each column
    weight: Array,  # (row,)
    visits_age: Array,  # (1, row) age
    visits_age_sd: Array,  # (1,) sd of each column
    mean_visits: Array,  # () mean(visits)
    visits_age_mean: Array,  # (1,) mean of each column
    visits: Array,  # (row,)
    mu_village_effect_pilot: Array,  # () about the scale
    mu_village_effect_share: Array,  # (n_village,) of each level, 0 to 1
    visits_distinct: Array,  # (count,) counts that occur
    visits_times: Array,  # (count,) rows that have them
    visits_constant: Array,  # () log factorials
    *,
    n_village: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_height.shape[1]

    # mu = linear(height)
    mu_height_coef = numpyro.sample(
        "mu_height_coef",
        dist.Normal(0.0, 2.5 * sd_weight / mu_height_sd).to_event(1),
    )
    mu = mu_height_coef @ mu_height

    #    + adaptive(height, age)
    mu_adaptive_scale = numpyro.sample("mu_adaptive_scale", dist.HalfNormal(sd_weight))
    mu_adaptive_coef = numpyro.sample(
        "mu_adaptive_coef",
        dist.Normal(0.0, mu_adaptive_scale / mu_adaptive_sd).to_event(1),
    )
    mu = mu + mu_adaptive_coef @ mu_adaptive

    #    + random_effects(village)
    mu_village_scale = numpyro.sample("mu_village_scale", dist.HalfNormal(sd_weight))
    # mu_village_effect is centred in levels of share 1, non-centred in those of share 0
    mu_village_effect_stretch = mu_village_effect_pilot * jnp.exp(
        (1.0 - mu_village_effect_share)
        * jnp.log(mu_village_scale / mu_village_effect_pilot)
    )
    mu_village_effect_z = numpyro.sample(
        "mu_village_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_village])
        .to_event(1),
    )
    mu_village_effect = mu_village_effect_stretch * mu_village_effect_z
    numpyro.deterministic("mu_village_effect", mu_village_effect)
    numpyro.factor(
        "mu_village_effect_prior",
        dist.Normal(0.0, mu_village_scale).log_prob(mu_village_effect)
        + jnp.log(mu_village_effect_stretch),
    )
    mu = mu + mu_village_effect[village]

    #    + intercept()
    mu_intercept = numpyro.sample(
        "mu_intercept",
        dist.Normal(
            mean_weight
            - (mu_height_mean @ mu_height_coef + mu_adaptive_mean @ mu_adaptive_coef),
            2.5 * sd_weight,
        ),
    )
    mu = mu + mu_intercept

    # weight ~ gaussian(mu)
    weight_sigma = numpyro.sample("weight_sigma", dist.Exponential(1.0 / sd_weight))
    with numpyro.plate("row", rows):
        numpyro.sample("weight", dist.Normal(mu, weight_sigma), obs=weight)

    # visits ~ negative_binomial(intercept() + linear(age))
    visits_age_coef = numpyro.sample(
        "visits_age_coef",
        dist.Normal(0.0, 2.5 / visits_age_sd).to_event(1),
    )
    visits_intercept = numpyro.sample(
        "visits_intercept",
        dist.Normal(jnp.log(mean_visits) - (visits_age_mean @ visits_age_coef), 2.5),
    )
    visits_concentration = numpyro.sample("visits_concentration", dist.Exponential(1.0))
    # log gammas are computed for the counts that occur, not for each row
    numpyro.factor(
        "visits",
        totals_log_density(
            visits_intercept + visits_age_coef @ visits_age,
            visits_concentration,
            visits,
            1.0,
        )
        + log_gammas(visits_distinct, visits_times, visits_concentration)
        + visits_constant,
    )
