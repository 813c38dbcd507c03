# not low_rank_forms: no products of columns are read
# not compress_gaussian: there are several responses
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: ability_school_effect by what the rows of a level say of it
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: there are several responses
# hoist_constants: a logarithm and its slope are made of one exponential
# lay_out_rows: ability_hours held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    ability_hours: np.ndarray,  # (row, 1) hours
    school: np.ndarray,  # (row,) int in [0, n_school)
    score: np.ndarray,  # (row,)
    passed: np.ndarray,  # (row,)
    *,
    n_school: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    ability_school_effect_by_level = beside_columns(
        means_by_level(score, school, n_school), school, ability_hours
    )
    ability_school_effect_pilot = pilot_scale(ability_school_effect_by_level)
    return {
        "ability_hours": by_column(ability_hours),
        "school": school,
        "score": score,
        "passed": passed,
        "ability_school_effect_pilot": ability_school_effect_pilot,
        "ability_school_effect_share": centring(
            ability_school_effect_by_level, ability_school_effect_pilot
        ),
        "n_school": n_school,
    }


def model_fast(
    ability_hours: Array,  # (1, row) hours
    school: Array,  # (row,) int in [0, n_school)
    score: Array,  # (row,)
    passed: Array,  # (row,)
    ability_school_effect_pilot: Array,  # () about the scale
    ability_school_effect_share: Array,  # (n_school,) of each level, 0 to 1
    *,
    n_school: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = ability_hours.shape[1]

    # ability = linear(standardize(hours))
    ability_hours_coef = numpyro.sample(
        "ability_hours_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    ability = ability_hours_coef @ ability_hours

    #    + random_effects(school)
    ability_school_scale = numpyro.sample("ability_school_scale", dist.HalfNormal(1.0))
    # ability_school_effect is centred in levels of share 1, non-centred in those of
    #   share 0
    ability_school_effect_stretch = ability_school_effect_pilot * jnp.exp(
        (1.0 - ability_school_effect_share)
        * jnp.log(ability_school_scale / ability_school_effect_pilot)
    )
    ability_school_effect_z = numpyro.sample(
        "ability_school_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_school])
        .to_event(1),
    )
    ability_school_effect = ability_school_effect_stretch * ability_school_effect_z
    numpyro.deterministic("ability_school_effect", ability_school_effect)
    numpyro.factor(
        "ability_school_effect_prior",
        dist.Normal(0.0, ability_school_scale).log_prob(ability_school_effect)
        + jnp.log(ability_school_effect_stretch),
    )
    ability = ability + ability_school_effect[school]

    # a ~ Normal(0, 1)
    a = numpyro.sample("a", dist.Normal(0.0, 1.0))

    # b ~ Normal(0, 2)
    b = numpyro.sample("b", dist.Normal(0.0, 2.0))

    # slope ~ LogNormal(0, 0.5)
    slope = numpyro.sample("slope", dist.LogNormal(0.0, 0.5))

    # score ~ gaussian(a + ability)
    score_sigma = numpyro.sample("score_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("score", dist.Normal(a + ability, score_sigma), obs=score)

    # passed ~ bernoulli(b + slope * ability)
    # a logarithm and its slope are made of one exponential
    numpyro.factor("passed", successes_log_density(b + slope * ability, passed, 1.0))
