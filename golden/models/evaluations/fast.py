# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of rating enter by a mean for each student and lecturer and
#     the R factor of what differs from it; where these save less than half of the rows,
#     each row is by itself
# not marginalise_slopes: no slopes differ between levels
# marginalise_effects: mu_student_effect is integrated out, and drawn back by recover:
#     the first in the source, before mu_lecturer_effect, which should have fewer levels
# not collapse_linear: mu_student_effect is integrated out of the means of cells
# not whiten_coefficients: mu_student_effect is integrated out of the means of cells
# centre_by_information: mu_lecturer_effect by what the rows of a level say of it, and
#     carries mu_intercept
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_service: np.ndarray,  # (row, 1) service
    student: np.ndarray,  # (row,) int in [0, n_student)
    lecturer: np.ndarray,  # (row,) int in [0, n_lecturer)
    rating: np.ndarray,  # (row,)
    *,
    n_student: int,
    n_lecturer: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    rating_cells = Cells(rating.shape[0], student, lecturer)
    rating_within, mu_service_within = cells_within(rating_cells, rating, mu_service)
    mu_lecturer_effect_by_level = beside_columns(
        means_by_level(rating, lecturer, n_lecturer), lecturer, mu_service
    )
    mu_lecturer_effect_pilot = pilot_scale(mu_lecturer_effect_by_level)
    return {
        "mu_service": cell_means(rating_cells, mu_service),
        "student": cell_values(rating_cells, student),
        "lecturer": cell_values(rating_cells, lecturer),
        "rating_within": rating_within,
        "mu_service_within": mu_service_within,
        "rating_mean": cell_means(rating_cells, rating),
        "rating_count": cell_counts(rating_cells),
        "rating_freedom": cell_freedom(rating_cells),
        "rating_constant": cell_constant(rating_cells),
        "student_rows": rows_by_level(student, n_student),
        "mu_lecturer_effect_pilot": mu_lecturer_effect_pilot,
        "mu_lecturer_effect_share": centring(
            mu_lecturer_effect_by_level, mu_lecturer_effect_pilot
        ),
        "mu_lecturer_effect_middle": pilot_middle(
            mu_lecturer_effect_by_level, mu_lecturer_effect_pilot
        ),
        "n_lecturer": n_lecturer,
    }


def model_fast(
    mu_service: Array,  # (cell, 1) means
    student: Array,  # (cell,) int in [0, n_student)
    lecturer: Array,  # (cell,) int in [0, n_lecturer)
    rating_within: Array,  # (within,)
    mu_service_within: Array,  # (within, 1)
    rating_mean: Array,  # (cell,)
    rating_count: Array,  # (cell,) rows
    rating_freedom: Array,  # () rows less cells
    rating_constant: Array,  # () what these densities lack
    student_rows: Array,  # (n_student,) rows of each level
    mu_lecturer_effect_pilot: Array,  # () about the scale
    mu_lecturer_effect_share: Array,  # (n_lecturer,) of each level, 0 to 1
    mu_lecturer_effect_middle: Array,  # () about the mean of the levels
    *,
    n_lecturer: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(3, 2))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(3.0, 2.0))
    mu = mu_intercept

    #    + linear(service)
    mu_service_coef = numpyro.sample(
        "mu_service_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_service @ mu_service_coef

    #    + random_effects(student)
    mu_student_scale = numpyro.sample("mu_student_scale", dist.HalfNormal(1.0))

    #    + random_effects(lecturer)
    mu_lecturer_scale = numpyro.sample("mu_lecturer_scale", dist.HalfNormal(1.0))
    # mu_lecturer_effect is centred in levels of share 1, non-centred in those of share
    #   0
    mu_lecturer_effect_stretch = mu_lecturer_effect_pilot * jnp.exp(
        (1.0 - mu_lecturer_effect_share)
        * jnp.log(mu_lecturer_scale / mu_lecturer_effect_pilot)
    )
    mu_lecturer_effect_z = numpyro.sample(
        "mu_lecturer_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_lecturer])
        .to_event(1),
    )
    mu_lecturer_effect = (
        mu_lecturer_effect_stretch * mu_lecturer_effect_z
        - mu_lecturer_effect_share * (mu_intercept - mu_lecturer_effect_middle)
    )
    numpyro.deterministic("mu_lecturer_effect", mu_lecturer_effect)
    numpyro.factor(
        "mu_lecturer_effect_prior",
        dist.Normal(0.0, mu_lecturer_scale).log_prob(mu_lecturer_effect)
        + jnp.log(mu_lecturer_effect_stretch),
    )
    mu = mu + mu_lecturer_effect[lecturer]

    # rating ~ gaussian(mu)
    rating_sigma = numpyro.sample("rating_sigma", dist.Exponential(1.0))
    # mu_student_effect is integrated out of the means: see recover
    numpyro.factor(
        "rating",
        means_log_density_over(
            rating_mean,
            mu,
            rating_sigma,
            rating_count,
            student,
            mu_student_scale,
            student_rows,
        )
        + within_log_density(
            rating_within - mu_service_within @ mu_service_coef,
            rating_sigma,
            rating_freedom,
            rating_constant,
        ),
    )


def recover(
    mu_service: Array,  # (cell, 1) means
    student: Array,  # (cell,) int in [0, n_student)
    lecturer: Array,  # (cell,) int in [0, n_lecturer)
    rating_mean: Array,  # (cell,)
    rating_count: Array,  # (cell,) rows
    student_rows: Array,  # (n_student,) rows of each level
    *,
    mu_intercept: Array,
    mu_service_coef: Array,
    mu_student_scale: Array,
    mu_lecturer_effect: Array,
    rating_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + mu_service @ mu_service_coef
    mu = mu + mu_lecturer_effect[lecturer]
    return {
        # normal prior times normal means
        "mu_student_effect": effect_given(
            rating_mean,
            mu,
            rating_sigma,
            rating_count,
            student,
            mu_student_scale,
            student_rows,
        ),
    }
