# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of score enter by a mean for each judge and wine and judge_day
#     and wine_day and the R factor of what differs from it; where these save less than
#     half of the rows, each row is by itself
# not marginalise_slopes: no slopes differ between levels
# marginalise_effects: session is integrated out, and drawn back by recover: of those
#     that cross most categories the first in the source, before mu_wine_day_effect and
#     bias, which should have fewer levels
# not collapse_linear: session is integrated out of the means of cells
# not whiten_coefficients: session is integrated out of the means of cells
# centre_by_information: bias by what the rows of a level say of it; mu_wine_day_effect
#     likewise, and carries bias where a level lies within one of judge
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    judge: np.ndarray,  # (row,) int in [0, n_judge)
    wine: np.ndarray,  # (row,) int in [0, n_wine)
    judge_day: np.ndarray,  # (row,) int in [0, n_judge_day)
    wine_day: np.ndarray,  # (row,) int in [0, n_wine_day)
    score: np.ndarray,  # (row,)
    *,
    n_judge: int,
    n_wine: int,
    n_judge_day: int,
    n_wine_day: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    score_cells = Cells(score.shape[0], judge, wine, judge_day, wine_day)
    (score_within,) = cells_within(score_cells, score)
    mu_wine_day_effect_inside = lies_within(wine_day, judge, n_wine_day)
    mu_wine_day_effect_judge = level_around(wine_day, judge, n_wine_day)
    mu_wine_day_effect_by_level = apart_from_outer(
        means_by_level(score, wine_day, n_wine_day),
        mu_wine_day_effect_judge,
        mu_wine_day_effect_inside,
    )
    mu_wine_day_effect_pilot = pilot_scale(mu_wine_day_effect_by_level)
    bias_by_level = through_levels(
        means_by_level(score, judge, n_judge),
        judge,
        wine_day,
        mu_wine_day_effect_inside,
        mu_wine_day_effect_by_level,
        mu_wine_day_effect_pilot,
    )
    bias_pilot = pilot_scale(bias_by_level)
    return {
        "judge": cell_values(score_cells, judge),
        "wine": cell_values(score_cells, wine),
        "judge_day": cell_values(score_cells, judge_day),
        "wine_day": cell_values(score_cells, wine_day),
        "score_within": score_within,
        "score_mean": cell_means(score_cells, score),
        "score_count": cell_counts(score_cells),
        "score_freedom": cell_freedom(score_cells),
        "score_constant": cell_constant(score_cells),
        "judge_day_rows": rows_by_level(judge_day, n_judge_day),
        "mu_wine_day_effect_inside": mu_wine_day_effect_inside,
        "mu_wine_day_effect_judge": mu_wine_day_effect_judge,
        "mu_wine_day_effect_pilot": mu_wine_day_effect_pilot,
        "mu_wine_day_effect_share": centring(
            mu_wine_day_effect_by_level, mu_wine_day_effect_pilot
        ),
        "bias_pilot": bias_pilot,
        "bias_share": centring(bias_by_level, bias_pilot),
        "n_judge": n_judge,
        "n_wine": n_wine,
        "n_wine_day": n_wine_day,
    }


def model_fast(
    judge: Array,  # (cell,) int in [0, n_judge)
    wine: Array,  # (cell,) int in [0, n_wine)
    judge_day: Array,  # (cell,) int in [0, n_judge_day)
    wine_day: Array,  # (cell,) int in [0, n_wine_day)
    score_within: Array,  # (within,)
    score_mean: Array,  # (cell,)
    score_count: Array,  # (cell,) rows
    score_freedom: Array,  # () rows less cells
    score_constant: Array,  # () what these densities lack
    judge_day_rows: Array,  # (n_judge_day,) rows of each level
    # (n_wine_day,) 1 for a level within one of judge, else 0
    mu_wine_day_effect_inside: Array,
    mu_wine_day_effect_judge: Array,  # (n_wine_day,) int in [0, n_judge)
    mu_wine_day_effect_pilot: Array,  # () about the scale
    mu_wine_day_effect_share: Array,  # (n_wine_day,) of each level, 0 to 1
    bias_pilot: Array,  # () about the scale
    bias_share: Array,  # (n_judge,) of each level, 0 to 1
    *,
    n_judge: int,
    n_wine: int,
    n_wine_day: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # bias_sd ~ HalfNormal(1)
    bias_sd = numpyro.sample("bias_sd", dist.HalfNormal(1.0))

    # taste_sd ~ HalfNormal(1)
    taste_sd = numpyro.sample("taste_sd", dist.HalfNormal(1.0))

    # bias[judge] ~ Normal(0, bias_sd)
    # bias is centred in levels of share 1, non-centred in those of share 0
    bias_stretch = bias_pilot * jnp.exp(
        (1.0 - bias_share) * jnp.log(bias_sd / bias_pilot)
    )
    bias_z = numpyro.sample(
        "bias_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_judge])
        .to_event(1),
    )
    bias = bias_stretch * bias_z
    numpyro.deterministic("bias", bias)
    numpyro.factor(
        "bias_prior", dist.Normal(0.0, bias_sd).log_prob(bias) + jnp.log(bias_stretch)
    )

    # taste[judge, wine] ~ Normal(0, taste_sd)
    taste = numpyro.sample(
        "taste",
        dist.Normal(0.0, taste_sd).expand([n_judge, n_wine]).to_event(2),
    )

    # session[judge:day] ~ Normal(0, 0.5)

    # mu = intercept(coef ~ Normal(15, 3))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(15.0, 3.0))
    mu = mu_intercept

    #    + bias[judge]
    mu = mu + bias[judge]

    #    + taste[judge, wine]
    mu = mu + taste[judge, wine]

    #    + session[judge:day]

    #    + random_effects(wine:day)
    mu_wine_day_scale = numpyro.sample("mu_wine_day_scale", dist.HalfNormal(1.0))
    mu_wine_day_effect_around = (
        mu_wine_day_effect_inside * bias[mu_wine_day_effect_judge]
    )
    # mu_wine_day_effect is centred in levels of share 1, non-centred in those of share
    #   0
    mu_wine_day_effect_stretch = mu_wine_day_effect_pilot * jnp.exp(
        (1.0 - mu_wine_day_effect_share)
        * jnp.log(mu_wine_day_scale / mu_wine_day_effect_pilot)
    )
    mu_wine_day_effect_z = numpyro.sample(
        "mu_wine_day_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_wine_day])
        .to_event(1),
    )
    mu_wine_day_effect = (
        mu_wine_day_effect_stretch * mu_wine_day_effect_z
        - mu_wine_day_effect_share * mu_wine_day_effect_around
    )
    numpyro.deterministic("mu_wine_day_effect", mu_wine_day_effect)
    numpyro.factor(
        "mu_wine_day_effect_prior",
        dist.Normal(0.0, mu_wine_day_scale).log_prob(mu_wine_day_effect)
        + jnp.log(mu_wine_day_effect_stretch),
    )
    mu = mu + mu_wine_day_effect[wine_day]

    # score ~ gaussian(mu)
    score_sigma = numpyro.sample("score_sigma", dist.Exponential(1.0))
    # session is integrated out of the means: see recover
    numpyro.factor(
        "score",
        means_log_density_over(
            score_mean, mu, score_sigma, score_count, judge_day, 0.5, judge_day_rows
        )
        + within_log_density(score_within, score_sigma, score_freedom, score_constant),
    )


def recover(
    judge: Array,  # (cell,) int in [0, n_judge)
    wine: Array,  # (cell,) int in [0, n_wine)
    judge_day: Array,  # (cell,) int in [0, n_judge_day)
    wine_day: Array,  # (cell,) int in [0, n_wine_day)
    score_mean: Array,  # (cell,)
    score_count: Array,  # (cell,) rows
    judge_day_rows: Array,  # (n_judge_day,) rows of each level
    *,
    bias: Array,
    taste: Array,
    mu_intercept: Array,
    mu_wine_day_effect: Array,
    score_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + bias[judge]
    mu = mu + taste[judge, wine]
    mu = mu + mu_wine_day_effect[wine_day]
    return {
        # normal prior times normal means
        "session": effect_given(
            score_mean, mu, score_sigma, score_count, judge_day, 0.5, judge_day_rows
        ),
    }
