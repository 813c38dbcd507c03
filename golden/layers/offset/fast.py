# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of after enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_dose_coef, after_sigma in units of their
#     posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_dose: np.ndarray,  # (row, 1) dose
    before: np.ndarray,  # (row,)
    after: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    after_cells = Cells(after.shape[0])
    after_within, mu_dose_within, before_within = cells_within(
        after_cells, after, mu_dose, before
    )
    return {
        "mu_dose": cell_means(after_cells, mu_dose),
        "before": cell_means(after_cells, before),
        "after_within": after_within,
        "mu_dose_within": mu_dose_within,
        "before_within": before_within,
        "after_mean": cell_means(after_cells, after),
        "after_count": cell_counts(after_cells),
        "after_freedom": cell_freedom(after_cells),
        "after_constant": cell_constant(after_cells),
    }


def model_fast(
    mu_dose: Array,  # (cell, 1) means
    before: Array,  # (cell,) means
    after_within: Array,  # (within,)
    mu_dose_within: Array,  # (within, 1)
    before_within: Array,  # (within,)
    after_mean: Array,  # (cell,)
    after_count: Array,  # (cell,) rows
    after_freedom: Array,  # () rows less cells
    after_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_dose_coef_at: Array,  # (1,) by least squares
    mu_dose_coef_by: Array,  # (1, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    after_sigma_at: Array,  # () by least squares
    after_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_standard = numpyro.sample(
        "mu_standard",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([mu_intercept_by.shape[0]])
        .to_event(1),
    )
    # all coefficients together: standard normal, as far as the rows tell
    numpyro.factor("mu_standard_volume", mu_standard_volume)
    mu_intercept = mu_intercept_at + mu_intercept_by @ mu_standard
    numpyro.deterministic("mu_intercept", mu_intercept)
    numpyro.factor("mu_intercept_prior", dist.Normal(0.0, 1.0).log_prob(mu_intercept))
    mu = mu_intercept

    #    + linear(dose)
    mu_dose_coef = mu_dose_coef_at + mu_dose_coef_by @ mu_standard
    numpyro.deterministic("mu_dose_coef", mu_dose_coef)
    numpyro.factor("mu_dose_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_dose_coef))
    mu = mu + mu_dose @ mu_dose_coef

    #    + offset(before)
    mu = mu + before

    # after ~ gaussian(mu, sigma ~ HalfNormal(5))
    after_sigma_standard = numpyro.sample(
        "after_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    after_sigma = after_sigma_at * jnp.exp(after_sigma_width * after_sigma_standard)
    numpyro.deterministic("after_sigma", after_sigma)
    numpyro.factor(
        "after_sigma_prior",
        dist.HalfNormal(5.0).log_prob(after_sigma)
        + jnp.log(after_sigma_width * after_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "after",
        means_log_density(after_mean, mu, after_sigma, after_count)
        + within_log_density(
            after_within - mu_dose_within @ mu_dose_coef - before_within,
            after_sigma,
            after_freedom,
            after_constant,
        ),
    )
