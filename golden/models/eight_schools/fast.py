# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of effect enter by a mean for each school and the R factor of
#     what differs from it; where these save less than half of the rows, each row is by
#     itself
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: the source says how theta_school_effect is sampled
# not collapse_linear: the rows of effect differ by levels
# not whiten_coefficients: the rows of effect differ by levels
# not centre_by_information: the source says how theta_school_effect is sampled
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    school: np.ndarray,  # (row,) int in [0, n_school)
    se: np.ndarray,  # (row,)
    effect: np.ndarray,  # (row,)
    *,
    n_school: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    effect_weight = scaled_weights(se)
    effect_cells = Cells(effect.shape[0], school, weights=effect_weight)
    (effect_within,) = cells_within(effect_cells, effect)
    return {
        "school": cell_values(effect_cells, school),
        "effect_within": effect_within,
        "effect_mean": cell_means(effect_cells, effect),
        "effect_count": cell_counts(effect_cells),
        "effect_freedom": scaled_freedom(effect_cells),
        "effect_constant": scaled_constant(effect_cells, se),
        "n_school": n_school,
    }


def model_fast(
    school: Array,  # (cell,) int in [0, n_school)
    effect_within: Array,  # (within,)
    effect_mean: Array,  # (cell,)
    effect_count: Array,  # (cell,) 1 / scale^2 of the rows
    effect_freedom: Array,  # () rows less cells
    effect_constant: Array,  # () what these densities lack
    *,
    n_school: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # theta = intercept(coef ~ Normal(0, 5))
    theta_intercept = numpyro.sample("theta_intercept", dist.Normal(0.0, 5.0))
    theta = theta_intercept

    #    + random_effects(school, scale ~ HalfCauchy(5))
    theta_school_scale = numpyro.sample("theta_school_scale", dist.HalfCauchy(5.0))
    theta_school_effect = numpyro.sample(
        "theta_school_effect",
        dist.Normal(0.0, theta_school_scale).expand([n_school]).to_event(1),
    )
    theta = theta + theta_school_effect[school]

    # effect ~ gaussian(theta, sigma = se)
    # the mean of each school, then what its rows differ from it
    numpyro.factor(
        "effect",
        means_log_density(effect_mean, theta, 1.0, effect_count)
        + within_log_density(effect_within, 1.0, effect_freedom, effect_constant),
    )
