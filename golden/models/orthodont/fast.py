# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of distance enter by a mean for each subject and log_sigma_sex
#     and, for each scale, the R factor of what differs from it; where these save less
#     than half of the rows, each row is by itself
# not marginalise_slopes: the scale of distance differs between levels
# not marginalise_effects: the scale of distance differs between levels
# not collapse_linear: the scale of distance differs between levels
# not whiten_coefficients: the scale of distance differs between levels
# centre_by_information: mu_subject_effect by what the rows of a level say of it, and
#     carries mu_intercept
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_linear, log_sigma_sex, mu_linear_within held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, 3) years, sex, years:sex
    subject: np.ndarray,  # (row,) int in [0, n_subject)
    log_sigma_sex: np.ndarray,  # (row, 1) sex
    distance: np.ndarray,  # (row,)
    *,
    n_subject: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    distance_cells = Cells(distance.shape[0], subject, log_sigma_sex)
    distance_within, mu_linear_within, distance_within_cell = cells_within_scales(
        distance_cells,
        Cells(distance.shape[0], log_sigma_sex, merge=1),
        distance,
        mu_linear,
    )
    mu_subject_effect_by_level = beside_columns(
        means_by_level(distance, subject, n_subject), subject, mu_linear
    )
    mu_subject_effect_pilot = pilot_scale(mu_subject_effect_by_level)
    return {
        "mu_linear": by_column(cell_means(distance_cells, mu_linear)),
        "subject": cell_values(distance_cells, subject),
        "log_sigma_sex": by_column(cell_values(distance_cells, log_sigma_sex)),
        "distance_within": distance_within,
        "mu_linear_within": by_column(mu_linear_within),
        "distance_within_cell": distance_within_cell,
        "distance_mean": cell_means(distance_cells, distance),
        "distance_count": cell_counts(distance_cells),
        "distance_constant": cell_constant(distance_cells),
        "mu_subject_effect_pilot": mu_subject_effect_pilot,
        "mu_subject_effect_share": centring(
            mu_subject_effect_by_level, mu_subject_effect_pilot
        ),
        "mu_subject_effect_middle": pilot_middle(
            mu_subject_effect_by_level, mu_subject_effect_pilot
        ),
        "n_subject": n_subject,
    }


def model_fast(
    mu_linear: Array,  # (3, cell) means
    subject: Array,  # (cell,) int in [0, n_subject)
    log_sigma_sex: Array,  # (1, cell) log_sigma_sex
    distance_within: Array,  # (within,)
    mu_linear_within: Array,  # (3, within)
    distance_within_cell: Array,  # (within,) a cell of its scale
    distance_mean: Array,  # (cell,)
    distance_count: Array,  # (cell,) rows
    distance_constant: Array,  # () what these densities lack
    mu_subject_effect_pilot: Array,  # () about the scale
    mu_subject_effect_share: Array,  # (n_subject,) of each level, 0 to 1
    mu_subject_effect_middle: Array,  # () about the mean of the levels
    *,
    n_subject: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(25, 5))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(25.0, 5.0))
    mu = mu_intercept

    #    + linear(years, sex, years:sex)
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([3]).to_event(1),
    )
    mu = mu + mu_linear_coef @ mu_linear

    #    + random_effects(subject, scale ~ HalfNormal(3))
    mu_subject_scale = numpyro.sample("mu_subject_scale", dist.HalfNormal(3.0))
    # mu_subject_effect is centred in levels of share 1, non-centred in those of share 0
    mu_subject_effect_stretch = mu_subject_effect_pilot * jnp.exp(
        (1.0 - mu_subject_effect_share)
        * jnp.log(mu_subject_scale / mu_subject_effect_pilot)
    )
    mu_subject_effect_z = numpyro.sample(
        "mu_subject_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_subject])
        .to_event(1),
    )
    mu_subject_effect = (
        mu_subject_effect_stretch * mu_subject_effect_z
        - mu_subject_effect_share * (mu_intercept - mu_subject_effect_middle)
    )
    numpyro.deterministic("mu_subject_effect", mu_subject_effect)
    numpyro.factor(
        "mu_subject_effect_prior",
        dist.Normal(0.0, mu_subject_scale).log_prob(mu_subject_effect)
        + jnp.log(mu_subject_effect_stretch),
    )
    mu = mu + mu_subject_effect[subject]

    # log_sigma = intercept()
    log_sigma_intercept = numpyro.sample("log_sigma_intercept", dist.Normal(0.0, 1.0))
    log_sigma = log_sigma_intercept

    #    + linear(sex)
    log_sigma_sex_coef = numpyro.sample(
        "log_sigma_sex_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    log_sigma = log_sigma + log_sigma_sex_coef @ log_sigma_sex

    # distance ~ gaussian(mu, sigma = exp(log_sigma))
    # the mean of each subject and log_sigma_sex, then what its rows differ from it
    numpyro.factor(
        "distance",
        means_log_density_by_scale(
            distance_mean, mu, jnp.exp(log_sigma), distance_count, distance_count
        )
        + within_log_density_by_scale(
            distance_within - mu_linear_coef @ mu_linear_within,
            jnp.exp(log_sigma)[distance_within_cell],
            distance_constant,
        ),
    )
