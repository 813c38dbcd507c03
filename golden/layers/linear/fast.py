# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of log_volume enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_linear_coef, log_volume_sigma in units of their
#     posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, 2) log(girth), log(height)
    log_volume: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_volume_cells = Cells(log_volume.shape[0])
    log_volume_within, mu_linear_within = cells_within(
        log_volume_cells, log_volume, mu_linear
    )
    return {
        "mu_linear": cell_means(log_volume_cells, mu_linear),
        "log_volume_within": log_volume_within,
        "mu_linear_within": mu_linear_within,
        "log_volume_mean": cell_means(log_volume_cells, log_volume),
        "log_volume_count": cell_counts(log_volume_cells),
        "log_volume_freedom": cell_freedom(log_volume_cells),
        "log_volume_constant": cell_constant(log_volume_cells),
    }


def model_fast(
    mu_linear: Array,  # (cell, 2) means
    log_volume_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, 2)
    log_volume_mean: Array,  # (cell,)
    log_volume_count: Array,  # (cell,) rows
    log_volume_freedom: Array,  # () rows less cells
    log_volume_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_linear_coef_at: Array,  # (2,) by least squares
    mu_linear_coef_by: Array,  # (2, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    log_volume_sigma_at: Array,  # () by least squares
    log_volume_sigma_width: Array,  # () of its logarithm
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

    #    + linear(center(log(girth)), center(log(height)))
    mu_linear_coef = mu_linear_coef_at + mu_linear_coef_by @ mu_standard
    numpyro.deterministic("mu_linear_coef", mu_linear_coef)
    numpyro.factor(
        "mu_linear_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_linear_coef)
    )
    mu = mu + mu_linear @ mu_linear_coef

    # log_volume ~ gaussian(mu)
    log_volume_sigma_standard = numpyro.sample(
        "log_volume_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    log_volume_sigma = log_volume_sigma_at * jnp.exp(
        log_volume_sigma_width * log_volume_sigma_standard
    )
    numpyro.deterministic("log_volume_sigma", log_volume_sigma)
    numpyro.factor(
        "log_volume_sigma_prior",
        dist.Exponential(1.0).log_prob(log_volume_sigma)
        + jnp.log(log_volume_sigma_width * log_volume_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "log_volume",
        means_log_density(log_volume_mean, mu, log_volume_sigma, log_volume_count)
        + within_log_density(
            log_volume_within - mu_linear_within @ mu_linear_coef,
            log_volume_sigma,
            log_volume_freedom,
            log_volume_constant,
        ),
    )
