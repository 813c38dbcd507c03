# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of effect enter by a mean for each study and the R factor of
#     what differs from it; where these save less than half of the rows, each row is by
#     itself
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the rows of effect differ by levels
# not whiten_coefficients: the rows of effect differ by levels
# centre_by_information: theta by what the rows of a level say of it
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    study: np.ndarray,  # (row,) int in [0, n_study)
    se: np.ndarray,  # (row,)
    effect: np.ndarray,  # (row,)
    *,
    n_study: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    effect_weight = scaled_weights(se)
    effect_cells = Cells(effect.shape[0], study, weights=effect_weight)
    (effect_within,) = cells_within(effect_cells, effect)
    theta_by_level = means_by_level(effect, study, n_study)
    theta_pilot = pilot_scale(theta_by_level)
    return {
        "study": cell_values(effect_cells, study),
        "effect_within": effect_within,
        "effect_mean": cell_means(effect_cells, effect),
        "effect_count": cell_counts(effect_cells),
        "effect_freedom": scaled_freedom(effect_cells),
        "effect_constant": scaled_constant(effect_cells, se),
        "theta_pilot": theta_pilot,
        "theta_share": centring(theta_by_level, theta_pilot),
        "n_study": n_study,
    }


def model_fast(
    study: Array,  # (cell,) int in [0, n_study)
    effect_within: Array,  # (within,)
    effect_mean: Array,  # (cell,)
    effect_count: Array,  # (cell,) 1 / scale^2 of the rows
    effect_freedom: Array,  # () rows less cells
    effect_constant: Array,  # () what these densities lack
    theta_pilot: Array,  # () about the scale
    theta_share: Array,  # (n_study,) of each level, 0 to 1
    *,
    n_study: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu ~ Truncated(Cauchy(0, 0.5), low = -0.5, high = 2)
    mu = numpyro.sample(
        "mu", dist.TruncatedDistribution(dist.Cauchy(0.0, 0.5), low=-0.5, high=2.0)
    )

    # tau ~ HalfStudentT(3, 0.5)
    tau = numpyro.sample("tau", dist.FoldedDistribution(dist.StudentT(3.0, 0.0, 0.5)))

    # theta[study] ~ Normal(mu, tau)
    # theta is centred in levels of share 1, non-centred in those of share 0
    theta_stretch = theta_pilot * jnp.exp(
        (1.0 - theta_share) * jnp.log(tau / theta_pilot)
    )
    theta_z = numpyro.sample(
        "theta_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_study])
        .to_event(1),
    )
    theta = theta_stretch * theta_z + (1.0 - theta_share) * mu
    numpyro.deterministic("theta", theta)
    numpyro.factor(
        "theta_prior", dist.Normal(mu, tau).log_prob(theta) + jnp.log(theta_stretch)
    )

    # inflation ~ Truncated(Normal(1, 0.5), low = 1)
    inflation = numpyro.sample(
        "inflation", dist.TruncatedDistribution(dist.Normal(1.0, 0.5), low=1.0)
    )

    # effect ~ gaussian(theta[study], sigma = se * inflation)
    # the mean of each study, then what its rows differ from it
    numpyro.factor(
        "effect",
        means_log_density(effect_mean, theta[study], inflation, effect_count)
        + within_log_density(effect_within, inflation, effect_freedom, effect_constant),
    )
