# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of pulse enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_linear_coef, pulse_sigma in units of their
#     posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, column) group, bspline(minute), group:bspline(minute)
    pulse: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    pulse_cells = Cells(pulse.shape[0])
    pulse_within, mu_linear_within = cells_within(pulse_cells, pulse, mu_linear)
    return {
        "mu_linear": cell_means(pulse_cells, mu_linear),
        "pulse_within": pulse_within,
        "mu_linear_within": mu_linear_within,
        "pulse_mean": cell_means(pulse_cells, pulse),
        "pulse_count": cell_counts(pulse_cells),
        "pulse_freedom": cell_freedom(pulse_cells),
        "pulse_constant": cell_constant(pulse_cells),
    }


def model_fast(
    mu_linear: Array,  # (cell, column) means
    pulse_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, column)
    pulse_mean: Array,  # (cell,)
    pulse_count: Array,  # (cell,) rows
    pulse_freedom: Array,  # () rows less cells
    pulse_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_linear_coef_at: Array,  # (column,) by least squares
    mu_linear_coef_by: Array,  # (column, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    pulse_sigma_at: Array,  # () by least squares
    pulse_sigma_width: Array,  # () of its logarithm
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

    #    + linear(group, bspline(minute, knots = 3), group:bspline(minute, knots = 3))
    mu_linear_coef = mu_linear_coef_at + mu_linear_coef_by @ mu_standard
    numpyro.deterministic("mu_linear_coef", mu_linear_coef)
    numpyro.factor(
        "mu_linear_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_linear_coef)
    )
    mu = mu + mu_linear @ mu_linear_coef

    # pulse ~ gaussian(mu)
    pulse_sigma_standard = numpyro.sample(
        "pulse_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    pulse_sigma = pulse_sigma_at * jnp.exp(pulse_sigma_width * pulse_sigma_standard)
    numpyro.deterministic("pulse_sigma", pulse_sigma)
    numpyro.factor(
        "pulse_sigma_prior",
        dist.Exponential(1.0).log_prob(pulse_sigma)
        + jnp.log(pulse_sigma_width * pulse_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "pulse",
        means_log_density(pulse_mean, mu, pulse_sigma, pulse_count)
        + within_log_density(
            pulse_within - mu_linear_within @ mu_linear_coef,
            pulse_sigma,
            pulse_freedom,
            pulse_constant,
        ),
    )
